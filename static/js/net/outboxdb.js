// The outbox on disk (IndexedDB), so that what was typed survives the tab. Each tab owns what it wrote, and holds a
// lock as long as it lives; what belongs to no living tab is taken over by the next one that opens.

import { unique } from '../core/unique.js';

const STORE = 'outbox';

/** @param {string} userId */
export function createOutboxDb(userId) {
  const tab = unique();
  const opened = open();
  const locked = navigator.locks
    ? new Promise((held) => {
        navigator.locks.request(`parley-tab-${tab}`, () => {
          held(undefined);
          return new Promise(() => undefined);
        });
      })
    : Promise.resolve();

  /**
   * @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} use
   * @returns {Promise<T | undefined>} undefined where the browser keeps no database (private windows)
   */
  async function run(mode, use) {
    const db = await opened;
    if (!db) return undefined;
    return new Promise((resolve, reject) => {
      const tx = db.transaction(STORE, mode);
      const asked = use(tx.objectStore(STORE));
      tx.oncomplete = () => resolve(asked.result);
      tx.onabort = () => reject(tx.error);
    });
  }

  return {
    /** @param {Pending} pending */
    async put(pending) {
      await locked;
      await run('readwrite', (store) => store.put({ ...pending, tab }));
    },
    /** @param {string} clientId */
    remove: (clientId) => run('readwrite', (store) => store.delete(clientId)),
    /** What earlier tabs of this account left behind, in the order it was typed. @returns {Promise<Pending[]>} */
    async inherit() {
      await locked;
      const all = (await run('readonly', (store) => store.getAll())) ?? [];
      const held = (await navigator.locks?.query())?.held ?? [];
      const living = new Set(held.map((l) => l.name));
      const mine = all.filter((p) => p.user_id === userId && !living.has(`parley-tab-${p.tab}`));
      mine.sort((a, b) => a.created_at.localeCompare(b.created_at));
      return mine.map(({ tab: _, ...pending }) => pending);
    },
  };
}

/** @returns {Promise<IDBDatabase | null>} */
function open() {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open('parley', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'client_id' });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** @typedef {ReturnType<typeof createOutboxDb>} OutboxDb */
