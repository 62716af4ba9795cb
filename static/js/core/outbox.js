// Messages on their way: kept in the order they were typed, until the server has each of them on disk.

/**
 * The same client_id again is the same message: it goes back to waiting, at its old place.
 * @param {ReadonlyArray<Pending>} box @param {Pending} pending @returns {ReadonlyArray<Pending>}
 */
export function add(box, pending) {
  const at = box.findIndex((p) => p.client_id === pending.client_id);
  return at < 0 ? [...box, pending] : box.with(at, pending);
}

/** @param {ReadonlyArray<Pending>} box @param {string} clientId */
export function remove(box, clientId) {
  return box.some((p) => p.client_id === clientId) ? box.filter((p) => p.client_id !== clientId) : box;
}

/** @param {ReadonlyArray<Pending>} box @param {string} clientId @param {string} code @param {string} detail */
export function fail(box, clientId, code, detail) {
  return box.map((p) => (p.client_id === clientId ? { ...p, status: /** @type {const} */ ('failed'), code, detail } : p));
}

/** @param {ReadonlyArray<Pending>} box @param {string} clientId */
export function retry(box, clientId) {
  return box.map((p) => (p.client_id === clientId ? { ...p, status: /** @type {const} */ ('waiting'), code: '', detail: '' } : p));
}

/** Refusals that pass by themselves: the message stays waiting and goes out again. @param {string} code */
export function passing(code) {
  return code === 'busy' || code === 'rate_limited';
}
