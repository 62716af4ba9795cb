// What a text box does with keys and pasted text, apart from the box itself.

/**
 * An input method is at work: its Enter chooses a candidate. Safari ends the composition before that Enter's keydown
 * and says so only by the old keyCode 229.
 * @param {{isComposing: boolean, keyCode: number}} e
 */
export function composing(e) {
  return e.isComposing || e.keyCode === 229;
}

/** @param {KeyboardEvent} e @param {boolean} touch Enter makes a line on touch keyboards */
export function sends(e, touch) {
  if (e.key !== 'Enter' || composing(e)) return false;
  if (e.ctrlKey || e.metaKey) return true;
  return !e.shiftKey && !e.altKey && !touch;
}

/**
 * A web address pasted over a selection becomes a link on that text; null: paste as usual.
 * @param {string} selected @param {string} pasted
 */
export function pasteLink(selected, pasted) {
  const url = pasted.trim();
  if (!selected.trim() || selected.includes('\n') || /\s/.test(url) || !/^https?:\/\/\S+$/i.test(url)) return null;
  if (/^https?:\/\//i.test(selected.trim())) return null;
  return `[${selected.replace(/[[\]]/g, '\\$&')}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

/** The server counts characters, not UTF-16 units. */
export const MAX_CHARACTERS = 16_384;

/** @param {string} text @returns {'' | 'empty' | 'long'} */
export function fault(text) {
  if (!text.trim()) return 'empty';
  return text.length > MAX_CHARACTERS && [...text].length > MAX_CHARACTERS ? 'long' : '';
}

/** Initials for an avatar: of two words, or the first sign of a name without spaces. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  const first = (/** @type {string} */ w) => [...w][0] ?? '';
  if (words.length === 0) return '?';
  const one = first(words[0]);
  const cjk = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(one);
  return (cjk || words.length === 1 ? one : one + first(words[words.length - 1])).toLocaleUpperCase();
}

/** One of twelve avatar colours, always the same for one person. @param {string} id */
export function hue(id) {
  // Ids count up in time, so neighbours differ in few bits: FNV-1a, then a mix that carries every bit into the last ones.
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0) % 12;
}
