// Who is typing where. A typist is believed for six seconds after his last sign.

export const BELIEVED_MS = 6000;
/** One sign this often is enough to stay believed. */
export const SIGN_MS = 3000;

/** @typedef {ReadonlyMap<string, ReadonlyMap<string, Typist>>} Typing */

/** @param {Typing} typing @param {string} roomId @param {User} user @param {number} now @returns {Typing} */
export function started(typing, roomId, user, now) {
  const here = new Map(typing.get(roomId));
  here.set(user.id, { user, until: now + BELIEVED_MS });
  return new Map(typing).set(roomId, here);
}

/** @param {Typing} typing @param {string} roomId @param {string} userId @returns {Typing} */
export function stopped(typing, roomId, userId) {
  const here = typing.get(roomId);
  if (!here?.has(userId)) return typing;
  const left = new Map(here);
  left.delete(userId);
  return new Map(typing).set(roomId, left);
}

/** @param {Typing} typing @param {number} now @returns {Typing} */
export function expired(typing, now) {
  if (![...typing.values()].some((here) => [...here.values()].some((t) => t.until <= now))) return typing;
  /** @type {Map<string, ReadonlyMap<string, Typist>>} */
  const next = new Map();
  for (const [roomId, here] of typing) {
    const left = new Map([...here].filter(([, t]) => t.until > now));
    if (left.size) next.set(roomId, left);
  }
  return next;
}
