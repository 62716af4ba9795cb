// One thread: its root and every reply. Pure, like the timeline; an event that came while the page was under way is
// held and applied to it.
import { message } from './shapes.js';

/** @typedef {{id: string, status: 'loading' | 'ready' | 'failed', root: Message | null, replies: Message[], held: any[], following: boolean}} Thread */

/** @param {string} id @param {Message | null} root as far as it is known @returns {Thread} */
export function opening(id, root) {
  return { id, status: 'loading', root, replies: [], held: [], following: false };
}

/** @param {Thread} t @param {any} root @param {any[]} replies all of them, oldest first @returns {Thread} */
export function filled(t, root, replies) {
  /** @type {Thread} */
  const fresh = { ...t, status: 'ready', root: message(root), replies: replies.map(message), held: [] };
  return t.held.reduce((into, raw) => received(into, raw), fresh);
}

/** The message of any event or answer. @param {Thread} t @param {any} raw @returns {Thread} */
export function received(t, raw) {
  if (raw.id !== t.id && raw.thread_id !== t.id) return t;
  if (t.status === 'loading') return { ...t, held: [...t.held, raw] };
  const m = message(raw);
  if (m.id === t.id) return { ...t, root: m };
  const at = t.replies.findIndex((known) => known.id === m.id);
  const replies = at >= 0 ? t.replies.with(at, m) : [...t.replies, m].sort((a, b) => a.seq - b.seq);
  return { ...t, replies };
}

/**
 * Whether a reply makes its reader follow the thread: his own, one that names him, the first to what he said.
 * @param {any} reply as the server tells it @param {User} me
 */
export function binds({ sender, mentions, thread }, me) {
  return [sender?.id, ...(mentions?.user_ids ?? []), thread?.reply_count === 1 && thread.sender_id].includes(me.id);
}
