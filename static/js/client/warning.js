// Asking before a text notifies many people at once.
import { mayCallMany } from '../core/mention.js';

/** @typedef {import('./app.js').App} App */

/** More than this many people are a crowd. */
const CROWD = 10;

/** @param {App} app */
export function createWarning(app) {
  /** Texts that are being asked about, so that a second Enter does not send one twice. @type {Set<string>} */
  const asking = new Set();

  /**
   * Sends at once where hardly anybody is called; else the server counts whom the text would notify, and the writer says
   * whether it is meant. Whoever cannot be asked (no connection) is not: a message is never held back for a warning.
   * @param {string} roomId @param {string} text @param {() => void} send
   */
  return async function guarded(roomId, text, send) {
    if (!mayCallMany(text, CROWD)) return send();
    if (asking.has(text)) return undefined;
    asking.add(text);
    const answer = await app.api.post(`/rooms/${roomId}/preview`, { text }).catch(() => ({ notifies: 0 }));
    asking.delete(text);
    if (answer.notifies <= CROWD) return send();
    app.ui.dialog.value = { name: 'notify', props: { n: answer.notifies, send } };
    return undefined;
  };
}

/** @typedef {ReturnType<typeof createWarning>} Warning */
