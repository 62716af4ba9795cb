// What events do to the list of rooms. Unread counts are arithmetic on num; mentions are counted as they come.
import { message, room, user } from './shapes.js';

/** @param {Iterable<any>} list @returns {Map<string, Room>} */
export function index(list) {
  return new Map([...list].map((raw) => [raw.id, room(raw)]));
}

/**
 * The rooms of a hello are the whole list: what it does not name has ended.
 * @param {ReadonlyMap<string, Room>} rooms @param {any[]} list @param {string} current an open room that is only
 * looked at stays while it is on screen
 */
export function greet(rooms, list, current) {
  const next = index(list);
  const looking = rooms.get(current);
  if (looking && !looking.me && !next.has(current)) next.set(current, looking);
  return next;
}

/**
 * @param {Room} r @param {ServerEvent} event a message event @param {Pick<State, 'me' | 'blocked'>} state
 * @returns {Room}
 */
export function counted(r, event, { me, blocked }) {
  // A resume tells again what the hello's counts already contain.
  if (event.seq <= r.seq) return r;
  const seq = event.seq;
  if (event.type !== 'message.created') return { ...r, seq };
  const m = message(event.message);
  const mine = m.sender.id === me.id;
  const called = !mine && !blocked.has(m.sender.id) && (m.mentions.all || m.mentions.user_ids.includes(me.id));
  if (m.num <= r.num) return { ...r, seq }; // a reply: it counts in its thread
  const next = { ...r, seq, num: m.num, last_message_at: m.created_at };
  if (!r.me) return next;
  if (m.num <= r.me.last_read_num) return next; // before a message of mine whose ack was here first
  if (mine) return read(next, m.num);
  return { ...next, unread: m.num - r.me.last_read_num, mentions: r.mentions + (called ? 1 : 0) };
}

/**
 * The mark moves to num; the server's own count of what is left wins where it came along.
 * @param {Room} r @param {number} num @param {{unread?: number, mentions?: number}} [left] @returns {Room}
 */
export function read(r, num, left = {}) {
  if (!r.me) return r;
  const unread = left.unread ?? Math.max(0, r.num - num);
  const mentions = left.mentions ?? (unread === 0 ? 0 : r.mentions);
  if (num === r.me.last_read_num && unread === r.unread && mentions === r.mentions) return r;
  return { ...r, unread, mentions, me: { ...r.me, last_read_num: num } };
}

/** The server has a message of mine, and with it moved my mark. @param {Room} r @param {number} num @returns {Room} */
export function said(r, num) {
  return r.me && num > r.me.last_read_num ? read(r, num) : r;
}

/**
 * room.updated goes to every member in the same bytes, so it says nothing of the reader's own state.
 * @param {Room} r @param {ServerEvent} event @returns {Room}
 */
export function updated(r, event) {
  const now = room(event.room);
  return { ...r, name: now.name, topic: now.topic, kind: now.kind, archived: now.archived, seq: Math.max(r.seq, event.seq ?? 0) };
}

/** @param {Room} r @param {ServerEvent} event @param {User} me @returns {Room | null} null: I am out */
export function left(r, event, me) {
  if (user(event.user).id === me.id) return r.kind === 'open' ? { ...r, me: null, unread: 0, mentions: 0 } : null;
  return { ...r, seq: Math.max(r.seq, event.seq) };
}
