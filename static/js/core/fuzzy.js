// How well a few typed letters fit a name: 0 not at all; a whole word, a start of word and letters in a row count more.

/** @param {string} text */
export function fold(text) {
  return text.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase();
}

/** @param {string} query @param {string} name */
export function score(query, name) {
  const q = fold(query).replace(/\s+/g, ' ').trim();
  const n = fold(name);
  if (!q) return 1;
  if (n === q) return 1000;
  if (n.startsWith(q)) return 800;
  const inside = n.indexOf(q);
  if (inside > 0) return wordStart(n, inside) ? 700 : 500;
  return scattered(q.replaceAll(' ', ''), n);
}

/** All letters in order, somewhere. @param {string} q @param {string} n */
function scattered(q, n) {
  let from = 0;
  let points = 0;
  for (const letter of q) {
    const at = n.indexOf(letter, from);
    if (at < 0) return 0;
    points += at === from && from > 0 ? 3 : wordStart(n, at) ? 4 : 1;
    from = at + letter.length;
  }
  return Math.min(400, points * 10);
}

/** @param {string} text @param {number} at */
function wordStart(text, at) {
  return at === 0 || /[\s\-_./]/.test(text[at - 1]);
}
