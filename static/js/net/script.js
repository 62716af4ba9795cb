// The scripts that the room page fetches when it needs them, each once.

/**
 * A browser may remember that an address failed: after a failure it is asked for under another.
 * @param {string} name of the attribute that holds its address @returns {() => Promise<any>}
 */
export function script(name) {
  /** @type {Promise<any> | undefined} */
  let got;
  let again = '';
  return () => (got ??= import(document.getElementById('app')?.dataset[name] + again).catch((err) => {
    again += '?';
    got = undefined;
    throw err;
  }));
}
