// The order of rooms in the sidebar, for Alt+arrows and in the jump box.
import { score } from './fuzzy.js';

/** @typedef {{key: 'favourites' | 'rooms' | 'direct', rooms: Room[]}} Section */

/**
 * The sections of whatever rooms there are, kept: every message makes a new map of rooms, and nearly none of them changes
 * the order. Sorting what is sorted already takes a comparison a room.
 * @param {Intl.Collator} collator @returns {(rooms: ReadonlyMap<string, Room>) => Section[]}
 */
export function ordering(collator) {
  /** @type {ReadonlyMap<string, Room> | undefined} */
  let known;
  /** @type {Section[]} */
  let list = [];
  return (rooms) => {
    if (rooms === known) return list;
    const before = list.flatMap((s) => s.rooms.map((r) => /** @type {const} */ ([r.id, rooms.get(r.id)]))).filter((pair) => pair[1]);
    known = rooms;
    list = sections(new Map([.../** @type {[string, Room][]} */ (before), ...rooms]), collator);
    return list;
  };
}

/** @param {ReadonlyMap<string, Room>} rooms @param {Intl.Collator} collator @returns {Section[]} */
export function sections(rooms, collator) {
  const mine = [...rooms.values()].filter((r) => !r.archived || r.unread > 0);
  const byName = (/** @type {Room} */ a, /** @type {Room} */ b) => collator.compare(a.name, b.name);
  const byTime = (/** @type {Room} */ a, /** @type {Room} */ b) => b.last_message_at.localeCompare(a.last_message_at);
  const favourite = (/** @type {Room} */ r) => r.me?.favourite ?? false;
  /** @type {Section[]} */
  const all = [
    { key: 'favourites', rooms: mine.filter(favourite).sort(byName) },
    { key: 'rooms', rooms: mine.filter((r) => !favourite(r) && r.kind !== 'direct').sort(byName) },
    { key: 'direct', rooms: mine.filter((r) => !favourite(r) && r.kind === 'direct').sort(byTime) },
  ];
  return all.filter((s) => s.rooms.length > 0);
}

/** A number stands beside the room: how often I was called. In a direct room every message calls me. @param {Room} r */
export function badge(r) {
  if (r.me?.notify === 'none') return 0;
  return r.kind === 'direct' && !r.me?.muted ? r.unread : r.mentions;
}

/** What the title and the icon count: everything that called me. @param {ReadonlyMap<string, Room>} rooms @param {{mentions: number}} threads */
export function calling(rooms, threads) {
  let n = threads.mentions;
  for (const r of rooms.values()) n += badge(r);
  return n;
}

/** @param {Room} r */
export function bold(r) {
  return r.unread > 0 && !r.me?.muted;
}

/**
 * The next room up or down, going round at the ends.
 * @param {Section[]} list @param {string} current @param {1 | -1} step @param {boolean} unreadOnly @returns {string | undefined}
 */
export function neighbour(list, current, step, unreadOnly) {
  const all = list.flatMap((s) => s.rooms);
  const at = all.findIndex((r) => r.id === current);
  const start = at < 0 && step < 0 ? 0 : at;
  for (let i = 1; i <= all.length; i++) {
    const r = all[(((start + step * i) % all.length) + all.length) % all.length];
    if (r.id !== current && (!unreadOnly || bold(r) || badge(r) > 0)) return r.id;
  }
  return undefined;
}

/**
 * What the jump box offers: with nothing typed the unread rooms, then the latest; else the best match first.
 * @param {ReadonlyMap<string, Room>} rooms @param {string} query @param {string} current @param {number} limit @returns {Room[]}
 */
export function jumps(rooms, query, current, limit) {
  const typed = query.trim();
  const all = [...rooms.values()];
  /** @param {Room} r */
  const weight = (r) => (badge(r) > 0 ? 2 : bold(r) ? 1 : 0);
  if (!typed) {
    return all
      .filter((r) => r.id !== current && !r.archived)
      .sort((a, b) => weight(b) - weight(a) || b.last_message_at.localeCompare(a.last_message_at) || a.name.localeCompare(b.name))
      .slice(0, limit);
  }
  return all
    .map((r) => ({ r, s: score(typed, r.name) }))
    .filter((hit) => hit.s > 0)
    .sort((a, b) => b.s - a.s || weight(b.r) - weight(a.r) || a.r.name.length - b.r.name.length)
    .slice(0, limit)
    .map((hit) => hit.r);
}
