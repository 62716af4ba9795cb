// Dialogs that the first screen does not need: their code is fetched when one of them is opened for the first time.
import * as lit from '../../../vendor/lit-html.js';
import { avatar } from '../avatar.js';
import { icon } from '../icons.js';

/** @typedef {import('./dialog.js').DialogMaker} DialogMaker */

/**
 * What the room page lends to the fetched code, so that there is one copy of it.
 * @typedef {{lit: typeof lit, avatar: typeof avatar, icon: typeof icon, go: (roomId: string) => void, thread: (id: string) => void}} Kit
 */

/** @param {string} name @param {Pick<Kit, 'go' | 'thread'>} ways @returns {DialogMaker} */
export const later = (name, ways) => (app, props, frame) => {
  /** @type {ReturnType<DialogMaker> | undefined} */
  let content;
  const url = document.getElementById('app')?.dataset.more ?? '';
  import(url).then(({ makers }) => {
    content = makers({ lit, avatar, icon, ...ways })[name](app, props, frame);
    frame.redraw();
    /** @type {HTMLElement | null} */ (document.querySelector('dialog[open] [autofocus]'))?.focus();
  }, () => {
    frame.close();
    app.complain({ code: 'offline' });
  });
  return () => content?.() ?? { title: '…', content: lit.nothing };
};
