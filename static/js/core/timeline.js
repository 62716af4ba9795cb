// One room's stretch of messages and what happens to it. Pure: every function answers a new Timeline, or the
// same one where nothing changed, so that views can compare by identity.
import { message } from './shapes.js';

/** More rows than this make scrolling and style recalculation felt on a phone; the far end is let go. */
export const WINDOW = 300;

/** @returns {Timeline} */
export function loading() {
  return { status: 'loading', messages: [], has_before: false, has_after: false, cursor: 0, held: [], whole: false, divider: null, missed: 0, beyond: 0 };
}

/** Asked for anew; what is here stays on screen until the answer. @param {Timeline} t @returns {Timeline} */
export function refreshing(t) {
  return t.status === 'loading' ? t : { ...t, status: 'loading', held: [], whole: t.status === 'ready' };
}

/** The answer did not come. @param {Timeline} t @returns {Timeline} */
export function unanswered(t) {
  if (t.status !== 'loading') return t;
  /** @type {Timeline} */
  const back = { ...t, status: t.whole ? 'ready' : 'stale', held: [] };
  return t.held.reduce((into, event) => receive(into, event), back);
}

/**
 * A page that is the whole of what is shown: the latest, or one around a place.
 * @param {Timeline} t @param {{messages: any[], has_before?: boolean, has_after?: boolean}} page
 * @param {number} cursor every change up to this seq is certainly in the page
 * @returns {Timeline}
 */
export function replace(t, page, cursor) {
  /** @type {Timeline} */
  const fresh = {
    ...t, status: 'ready', messages: page.messages.map(message).filter(inRoom),
    has_before: page.has_before ?? false, has_after: page.has_after ?? false, cursor, held: [], missed: 0, beyond: 0,
  };
  return t.held.reduce((into, event) => receive(into, event), fresh);
}

/** @param {Timeline} t @param {{messages: any[], has_before?: boolean}} page @returns {Timeline} */
export function prepend(t, page) {
  const older = page.messages.map(message).filter(inRoom);
  const messages = merge(older, t.messages);
  const kept = messages.slice(0, WINDOW);
  return { ...t, messages: kept, has_before: page.has_before ?? false, has_after: t.has_after || kept.length < messages.length };
}

/** @param {Timeline} t @param {{messages: any[], has_after?: boolean}} page @returns {Timeline} */
export function append(t, page) {
  const newer = page.messages.map(message).filter(inRoom);
  const messages = merge(t.messages, newer);
  const kept = messages.slice(-WINDOW);
  // A message that came while the page was under way may be missing from it: then there is still something after.
  const has_after = (page.has_after ?? false) || t.beyond > (kept.at(-1)?.seq ?? 0);
  return { ...t, messages: kept, has_after, has_before: t.has_before || kept.length < messages.length, missed: has_after ? t.missed : 0 };
}

/**
 * A message event, live or of a catch-up. Events may come twice (a resume overlaps the page); the later seq wins.
 * @param {Timeline} t @param {ServerEvent} event @param {boolean} [follows] the window may slide: nobody reads further up
 * @returns {Timeline}
 */
export function receive(t, event, follows = true) {
  if (t.status === 'loading') return { ...t, held: [...t.held, event] };
  if (event.seq <= t.cursor) return t;
  const m = message(event.message);
  const moved = { ...t, messages: answered(t.messages, m), cursor: event.seq };
  const at = t.messages.findIndex((known) => known.id === m.id);
  if (at >= 0) return { ...moved, messages: moved.messages.with(at, m) };
  if (!inRoom(m)) return moved;
  const last = t.messages.at(-1);
  const atEnd = !last || m.seq > last.seq;
  // A full window does not slide away under a reader: what comes then lies beyond its end.
  const full = !follows && t.messages.length >= WINDOW;
  if (atEnd && (t.has_after || full)) {
    if (event.type !== 'message.created') return { ...moved, has_after: true };
    return { ...moved, has_after: true, missed: t.missed + 1, beyond: m.seq };
  }
  if (!atEnd && t.has_before && m.seq < t.messages[0].seq) return moved;
  return trim({ ...moved, messages: insert(moved.messages, m) });
}

/** A reply tells the new count of its root, which gets no event of its own. @param {Message[]} list @param {Message} reply @returns {Message[]} */
function answered(list, reply) {
  const at = reply.thread_id ? list.findIndex((m) => m.id === reply.thread_id) : -1;
  if (at < 0) return list;
  return list.with(at, { ...list[at], reply_count: reply.reply_count, last_reply_at: reply.last_reply_at, repliers: reply.repliers });
}

/**
 * The acknowledgement of a send: the message is real, but the room's other changes before it may still be on
 * their way, so the cursor stays where it is.
 * @param {Timeline} t @param {any} raw @param {boolean} [follows] see receive @returns {Timeline}
 */
export function acknowledge(t, raw, follows = true) {
  if (t.status === 'loading') return t;
  const m = message(raw);
  if (!inRoom(m) || t.messages.some((known) => known.id === m.id)) return t;
  const last = t.messages.at(-1);
  if (last && m.seq > last.seq && (t.has_after || (!follows && t.messages.length >= WINDOW))) return { ...t, has_after: true, beyond: Math.max(t.beyond, m.seq) };
  return trim({ ...t, messages: insert(t.messages, m) });
}

/**
 * What happened while a page was under way: the page may be older than it, so what is in it is told again.
 * @param {Timeline} t @param {ServerEvent[]} events @returns {Timeline}
 */
export function again(t, events) {
  return events.reduce((into, event) => answeredIn(changed(into, event.message), message(event.message)), t);
}

/** @param {Timeline} t @param {Message} m @returns {Timeline} */
function answeredIn(t, m) {
  const messages = answered(t.messages, m);
  return messages === t.messages ? t : { ...t, messages };
}

/** @param {Timeline} t @param {any} raw @returns {Timeline} */
export function changed(t, raw) {
  const m = message(raw);
  const at = t.messages.findIndex((known) => known.id === m.id);
  return at < 0 ? t : { ...t, messages: t.messages.with(at, m) };
}

/** @param {Timeline} t @param {number} seq @returns {Timeline} */
export function synced(t, seq) {
  return t.status === 'ready' && seq > t.cursor ? { ...t, cursor: seq } : t;
}

/** The window slides with the newest message; what falls off the top can be paged in again. @param {Timeline} t @returns {Timeline} */
function trim(t) {
  if (t.messages.length <= WINDOW) return t;
  return { ...t, messages: t.messages.slice(-WINDOW), has_before: true };
}

/** Replies live in their thread unless they were also sent to the room. @param {Message} m */
function inRoom(m) {
  return !m.thread_id || m.also_in_room;
}

/** @param {Message[]} list @param {Message} m @returns {Message[]} */
function insert(list, m) {
  let at = list.length;
  while (at > 0 && list[at - 1].seq > m.seq) at--;
  return list.toSpliced(at, 0, m);
}

/** Two stretches that may overlap; the second is the fresher. @param {Message[]} a @param {Message[]} b @returns {Message[]} */
function merge(a, b) {
  const known = new Set(b.map((m) => m.id));
  return [...a.filter((m) => !known.has(m.id)), ...b].sort((x, y) => x.seq - y.seq);
}
