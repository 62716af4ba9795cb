// The thread in the right pane, kept in step by the same events as the rooms.
import { signal } from '../../vendor/signals-core.js';
import { binds, filled, opening, received } from '../core/thread.js';

/** @typedef {import('./app.js').App} App */

const PAGE = 200;

/** @param {App} app */
export function createThreads(app) {
  const open = signal(/** @type {import('../core/thread.js').Thread | null} */ (null));

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
      open.value = { ...filled(/** @type {any} */ (open.peek()), first.root, replies), following: first.following };
      if (first.unread) app.followed.set(id, { unread: first.unread, mentions: first.mentions ?? 0 });
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
    if (!t || !last || document.hidden || !document.hasFocus() || !app.followed.get(t.id)?.unread) return;
    app.dispatch({ type: 'thread.read', thread_id: t.id });
    app.api.post(`/threads/${t.id}/read`, { seq: last.seq }).catch(() => undefined);
  }

  /** To hear of the open thread, or no more. */
  async function follow() {
    const { id, following } = /** @type {import('../core/thread.js').Thread} */ (open.peek());
    try {
      await app.api[following ? 'delete' : 'put'](`/threads/${id}/follow`);
      app.dispatch({ type: following ? 'thread.left' : 'thread.read', thread_id: id });
    } catch (err) {
      app.complain(err);
    }
  }

  app.watch((event) => {
    const now = open.peek();
    if (now && event.thread_id === now.id) open.value = { ...now, following: event.type === 'thread.read' };
    else if (event.message && now) {
      const next = received(now, event.message);
      open.value = next !== now && event.type === 'message.created' && binds(event.message, app.state.peek().me) ? { ...next, following: true } : next;
    }
    if (event.type === 'local.followed') seen();
    else if (event.type === 'hello' && now) load(now.id);
    else if (event.type === 'local.opened' && now?.root && now.root.room_id !== event.room_id) close();
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
    follow,
    show,
    close,
    /** @param {Message} m the root, or a reply that is shown in the room */
    of: (m) => show(m.thread_id || m.id, m.thread_id ? null : m),
  };
}

/** @typedef {ReturnType<typeof createThreads>} Threads */
