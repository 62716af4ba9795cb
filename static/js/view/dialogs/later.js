// Dialogs that the first screen does not need: their code is fetched when one of them is opened for the first time.
import * as lit from '../../../vendor/lit-html.js';
import { avatar } from '../avatar.js';
import { body } from '../body.js';
import { icon, roomIcon } from '../icons.js';
import { presence } from '../presence.js';
import { mac } from '../sidebar.js';
import { field, formError, formState } from './dialog.js';

/** @typedef {import('./dialog.js').DialogMaker} DialogMaker */

/**
 * What the room page lends to the fetched code, so that there is one copy of it.
 * @typedef {{go: (roomId: string) => void, thread: (id: string) => void, rooms: import('../../client/rooms.js').Rooms}} Ways
 * @typedef {typeof parts & Ways} Kit
 */
const parts = { lit, avatar, body, icon, roomIcon, presence, mac, field, formError, formState };

/** @param {string} name @param {Ways} ways @returns {DialogMaker} */
export const later = (name, ways) => (app, props, frame) => {
  /** @type {ReturnType<DialogMaker> | undefined} */
  let content;
  const url = document.getElementById('app')?.dataset.more ?? '';
  import(url).then(({ makers }) => {
    content = makers({ ...parts, ...ways })[name](app, props, frame);
    frame.redraw();
    /** @type {HTMLElement | null} */ (document.querySelector('dialog[open] [autofocus]'))?.focus();
  }, () => {
    frame.close();
    app.complain({ code: 'offline' });
  });
  return () => content?.() ?? { title: '…', content: lit.nothing };
};
