// From the composer to the server's disk: one message at a time, in the order they were typed, again and again with
// the same client_id until the server says where it stands or refuses it.
import { passing } from '../core/outbox.js';
import { unique } from '../core/unique.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app */
export function createSending(app) {
  let busy = false;
  let lastAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  async function pump() {
    if (busy || pause || app.ui.link.peek().phase !== 'open') return;
    busy = true;
    try {
      for (let next = head(); next; next = head()) if (!(await deliver(next))) break;
    } finally {
      busy = false;
    }
  }

  /** The first that waits; one refused message holds up nobody else's room, and not even its own. */
  function head() {
    return app.state.peek().outbox.find((p) => p.status === 'waiting');
  }

  /** @param {Pending} pending @returns {Promise<boolean>} go on with the next */
  async function deliver(pending) {
    const { room_id, client_id, text, thread_id, also_in_room } = pending;
    try {
      const ack = await app.socket.request({ type: 'message.send', room_id, client_id, text, ...(thread_id ? { thread_id, also_in_room } : {}) });
      app.dispatch(ack);
      return true;
    } catch (err) {
      const { code, detail, retryAfter } = /** @type {import('../net/command.js').CommandError} */ (err);
      if (code === 'offline') return false;
      if (passing(code)) {
        pause = setTimeout(() => {
          pause = undefined;
          pump();
        }, retryAfter * 1000);
        return false;
      }
      app.dispatch({ type: 'local.failed', client_id, code, detail });
      return true;
    }
  }

  app.watch((event, before) => {
    const now = app.state.peek();
    if (now.outbox !== before.outbox) persist(before.outbox, now.outbox);
    if (event.type === 'hello' || event.type === 'local.send' || event.type === 'local.retry') queueMicrotask(pump);
  });

  /** The database follows the outbox, never the other way round. @param {readonly Pending[]} before @param {readonly Pending[]} now */
  function persist(before, now) {
    const kept = new Set(now.map((p) => p.client_id));
    const old = new Set(before);
    for (const p of now) if (!old.has(p)) app.outboxDb.put(p);
    for (const p of before) if (!kept.has(p.client_id)) app.outboxDb.remove(p.client_id);
  }

  return {
    pump,
    /** @param {string} roomId @param {string} text @param {{thread_id: string, also_in_room: boolean}} [reply] */
    send(roomId, text, reply = { thread_id: '', also_in_room: false }) {
      // Two messages never bear the same millisecond: what the outbox restores is sorted by it.
      lastAt = Math.max(Date.now(), lastAt + 1);
      const pending = {
        client_id: unique(), user_id: app.state.peek().me.id, room_id: roomId, text, ...reply,
        created_at: new Date(lastAt).toISOString(), status: 'waiting', code: '', detail: '',
      };
      app.dispatch({ type: 'local.send', pending });
    },
    /** @param {string} clientId */
    retry: (clientId) => app.dispatch({ type: 'local.retry', client_id: clientId }),
    /** @param {string} clientId */
    drop: (clientId) => app.dispatch({ type: 'local.unsend', client_id: clientId }),
    /** What a closed tab left behind goes out first thing. */
    async restore() {
      for (const pending of await app.outboxDb.inherit()) app.dispatch({ type: 'local.send', pending });
    },
  };
}

/** @typedef {ReturnType<typeof createSending>} Sending */
