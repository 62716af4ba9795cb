// How long to wait before the next try to connect. Jitter keeps a thousand clients from coming back in one instant.

/**
 * @param {number} attempt 0 for the first try after a cut @param {() => number} random in [0, 1)
 * @returns {number} milliseconds, 1 to 30 s from the second try on
 */
export function delay(attempt, random) {
  if (attempt === 0) return 200 + 800 * random();
  const ceiling = Math.min(30_000, 1000 * 2 ** attempt);
  return Math.max(1000, ceiling * (0.5 + random() / 2));
}

/** What a close code asks of the client. @param {number} code @returns {'again' | 'sign-in' | 'later'} */
export function afterClose(code) {
  if (code === 4401) return 'sign-in';
  if (code === 4400 || code === 4429 || code === 1008) return 'later';
  return 'again';
}
