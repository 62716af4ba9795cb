// The thread in the right pane, kept in step by the same events as the rooms, and which threads have news.
import { signal } from '../../vendor/signals-core.js';
import { filled, opening, received } from '../core/thread.js';

/** @typedef {import('./app.js').App} App */

const PAGE = 200;
/** The inbox is no part of the first screen, so its request waits for the room's own. */
const INBOX_AFTER_MS = 1500;

/** @param {App} app */
export function createThreads(app) {
  const open = signal(/** @type {import('../core/thread.js').Thread | null} */ (null));
  /** Unread replies by root, of threads that I follow. @type {Map<string, number>} */
  const followed = new Map();

  function tellUnread() {
    app.ui.threadsUnread.value = [...followed].some(([, n]) => n > 0);
  }

  /** @param {string} id */
  async function load(id) {
    try {
      const first = await app.api.get(`/threads/${id}?limit=${PAGE}`);
      const replies = [...first.messages];
      for (let more = first.has_after; more;) {
        const next = await app.api.get(`/threads/${id}?limit=${PAGE}&after=${replies.at(-1).seq}`);
        replies.push(...next.messages);
        more = next.has_after;
      }
      if (open.peek()?.id !== id) return;
      open.value = filled(/** @type {any} */ (open.peek()), first.root, replies);
      if (first.unread) followed.set(id, first.unread);
      seen();
    } catch {
      const now = open.peek();
      if (now?.id === id && !now.root) open.value = { ...now, status: 'failed' };
    }
  }

  /** All replies of the open thread were in front of somebody. */
  function seen() {
    const t = open.peek();
    const last = t?.replies.at(-1);
    if (!t || !last || document.hidden || !document.hasFocus() || !followed.get(t.id)) return;
    followed.set(t.id, 0);
    tellUnread();
    app.api.post(`/threads/${t.id}/read`, { seq: last.seq }).catch(() => undefined);
  }

  async function inbox() {
    try {
      const { threads } = await app.api.get('/me/threads?limit=50');
      followed.clear();
      for (const { root, unread = 0 } of threads) followed.set(root.id, unread);
      tellUnread();
      seen();
    } catch {
      // The next hello asks again.
    }
  }

  /** A reply somewhere: mine makes me follow, as does one that calls me. @param {any} m */
  function replied(m) {
    const me = app.state.peek().me.id;
    if (m.sender?.id === me) return followed.set(m.thread_id, followed.get(m.thread_id) ?? 0);
    const calls = m.mentions?.user_ids?.includes(me);
    if (followed.has(m.thread_id) || calls) followed.set(m.thread_id, (followed.get(m.thread_id) ?? 0) + 1);
    return undefined;
  }

  app.watch((event, before) => {
    if (event.message) {
      if (event.type === 'message.created' && event.message.thread_id && event.seq > (before.rooms.get(event.room_id)?.seq ?? 0)) replied(event.message);
      const now = open.peek();
      if (now) open.value = received(now, event.message);
      tellUnread();
      seen();
    } else if (event.type === 'thread.read') {
      followed.set(event.thread_id, event.unread ?? 0);
      tellUnread();
    } else if (event.type === 'hello') {
      setTimeout(inbox, INBOX_AFTER_MS);
      const now = open.peek();
      if (now) load(now.id);
    } else if (event.type === 'local.opened' && open.peek()?.root && open.peek()?.root?.room_id !== event.room_id) close();
  });
  addEventListener('focus', seen);

  /** @param {string} id of a root @param {Message | null} [root] */
  function show(id, root = null) {
    if (open.peek()?.id === id) return;
    open.value = opening(id, root);
    app.ui.thread.value = id;
    load(id);
  }

  function close() {
    open.value = null;
    app.ui.thread.value = '';
  }

  return {
    open,
    show,
    close,
    /** @param {Message} m the root, or a reply that is shown in the room */
    of: (m) => show(m.thread_id || m.id, m.thread_id ? null : m),
  };
}

/** @typedef {ReturnType<typeof createThreads>} Threads */
