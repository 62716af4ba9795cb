// What the second script mounts into the page: the thread's pane with the first thread that is opened, and the offers of
// names with the first word that is typed. They borrow what the room page has already.
import * as lit from '../../vendor/lit-html.js';
import { effect } from '../../vendor/signals-core.js';
import { rows } from '../core/rows.js';
import { mountActions } from './actions.js';
import { avatar } from './avatar.js';
import { insert, onPaste } from './box.js';
import { more } from './dialogs/later.js';
import { drawOn } from './frame.js';
import { icon } from './icons.js';
import { messageRow } from './row.js';
import { walkable } from './walk.js';

const parts = { lit, effect, rows, mountActions, avatar, insert, onPaste, drawOn, icon, messageRow, walkable };

/**
 * @typedef {{
 *   app: import('../client/app.js').App, threads: import('../client/threads.js').Threads, sending: import('../client/sending.js').Sending,
 *   drafts: import('../client/drafts.js').Drafts, messages: import('../client/messages.js').Messages, people: import('../client/people.js').People,
 *   guarded: import('../client/warning.js').Warning,
 * }} Uses
 * @typedef {Uses & typeof parts & {complete: (box: HTMLTextAreaElement) => void}} Lent
 */

/** @param {Uses} uses @returns {(box: HTMLTextAreaElement) => void} what lets a box complete names */
export function lendParts(uses) {
  const { app, threads } = uses;
  const lent = { ...parts, ...uses, complete };
  /** @type {((box: HTMLTextAreaElement) => void) | undefined} */
  let completing;
  let pane = false;

  /** @param {HTMLTextAreaElement} box */
  function complete(box) {
    box.addEventListener('input', () => more().then(
      (it) => (completing ??= it.completing(lent))?.(box),
      () => complete(box), // with the next word
    ), { once: true });
  }

  app.ui.thread.subscribe((id) => {
    if (!id || pane) return;
    pane = true;
    more().then((it) => it.mountThread(lent), () => {
      pane = false;
      threads.close();
      app.complain({ code: 'offline' });
    });
  });
  // With the first sign of a hand it is on its way: what is asked for then is there at once.
  const signs = ['pointerdown', 'keydown'];
  const ready = () => {
    for (const sign of signs) removeEventListener(sign, ready);
    more().catch(() => undefined);
  };
  for (const sign of signs) addEventListener(sign, ready, { passive: true });
  return complete;
}
