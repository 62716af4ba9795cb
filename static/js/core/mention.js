// What completes an @ in a text box: who fits, best first, and where his name goes.
import { score } from './fuzzy.js';

/**
 * The word with an @ before the caret; null where there is none. An address like ada@example.org is none.
 * @param {string} text @param {number} caret @returns {{from: number, query: string} | null}
 */
export function calling(text, caret) {
  const found = /(?:^|[^\p{L}\p{N}_.@-])@([\p{L}\p{N}_.-]{0,32})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1].length - 1, query: found[1] } : null;
}

/**
 * A text that may notify a crowd: it calls everybody, or holds more than so many names. In code it calls nobody, which the
 * server knows.
 * @param {string} text @param {number} crowd
 */
export function mayCallMany(text, crowd) {
  return /(^|[^\p{L}\p{N}_.@-])@(all|here)(?![\p{L}\p{N}_-])/iu.test(text) || (text.match(/@/g)?.length ?? 0) > crowd;
}

/**
 * Members of the room before everybody else, and among them the best match first. The room's order is who spoke last.
 * @param {string} query @param {User[]} members @param {User[]} others @param {number} limit @returns {User[]}
 */
export function callable(query, members, others, limit) {
  const inside = new Set(members.map((u) => u.id));
  const fits = (/** @type {User[]} */ list) => list
    .map((u) => ({ u, s: Math.max(score(query, u.username), score(query, u.display_name)) }))
    .filter((hit) => hit.s > 0)
    .sort((a, b) => b.s - a.s)
    .map((hit) => hit.u);
  return [...fits(members), ...fits(others.filter((u) => !inside.has(u.id)))].slice(0, limit);
}
