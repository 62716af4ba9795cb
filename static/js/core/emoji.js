// Finding an emoji by its name.
import { fold } from './fuzzy.js';

/** @typedef {{emoji: string, names: string[], tags?: string[]}} Emoji */

/** Names that begin with the word, before names and tags that hold it. @param {Emoji[]} all @param {string} query @returns {Emoji[]} */
export function named(all, query) {
  const q = fold(query.trim().replaceAll(':', '')).replaceAll(' ', '_');
  const rank = (/** @type {Emoji} */ e) => (e.names.includes(q) ? -1 : e.names.some((n) => n.startsWith(q)) ? 0 : e.names.some((n) => n.includes(q)) ? 1 : e.tags?.some((n) => n.startsWith(q)) ? 2 : 3);
  return all.map((e) => ({ e, r: rank(e) })).filter((hit) => hit.r < 3).sort((a, b) => a.r - b.r).map((hit) => hit.e);
}

/**
 * The word with a colon before the caret, two letters at least; null where there is none. 10:30 and https: are none.
 * @param {string} text @param {number} caret @returns {{from: number, query: string} | null}
 */
export function naming(text, caret) {
  const found = /(?:^|[^\p{L}\p{N}_:]):([\p{L}\p{N}_+-]{2,32})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1].length - 1, query: found[1] } : null;
}

/** What emoji are made of, and spaces. Keycaps begin with a digit and stay small. */
const SIGNS = /^(?:\s|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f])+$/u;
/** Of more than a few nobody wants to see each one large. */
const FEW = 24;

/** A message of a few emoji and nothing else is shown large. @param {string} text */
export function emojiOnly(text) {
  return text.length <= FEW && SIGNS.test(text);
}
