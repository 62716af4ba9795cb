// Dialogs that the first screen does not need: their code is fetched when one of them is opened for the first time.
import * as lit from '../../../vendor/lit-html.js';
import { script } from '../../net/script.js';
import { avatar } from '../avatar.js';
import { body } from '../body.js';
import { icon, roomIcon } from '../icons.js';
import { presence } from '../presence.js';
import { mac } from '../sidebar.js';
import { field, formError, formState } from './dialog.js';

/** @typedef {import('./dialog.js').DialogMaker} DialogMaker */
/** @typedef {import('../../client/app.js').App} App */

/**
 * What the room page lends to the fetched code, so that there is one copy of it.
 * @typedef {{go: (roomId: string) => void, at: (roomId: string, since: string) => void, thread: (id: string) => void, rooms: import('../../client/rooms.js').Rooms}} Ways
 * @typedef {typeof parts & Ways} Kit
 */
const parts = { lit, avatar, body, icon, roomIcon, presence, mac, field, formError, formState };

/** The second script. */
export const more = script('more');

/** Searching beside the room; where that can not be fetched, the page for it. @param {App} app @param {Ways} ways */
export const searching = (app, ways) => (/** @type {string} */ query) => more().then(
  ({ openSearch }) => openSearch({ ...parts, ...ways }, app, query),
  () => location.assign(`/search?${new URLSearchParams({ q: query })}`),
);

/** @param {string} name @param {Ways} ways @returns {DialogMaker} */
export const later = (name, ways) => (app, props, frame) => {
  /** @type {ReturnType<DialogMaker> | undefined} */
  let content;
  more().then(({ makers }) => {
    content = makers({ ...parts, ...ways })[name](app, props, frame);
    frame.redraw();
    /** @type {HTMLElement | null} */ (document.querySelector('dialog[open] [autofocus]'))?.focus();
  }, () => {
    if (name === 'sign-in') return location.assign('/login');
    frame.close();
    return app.complain({ code: 'offline' });
  });
  return () => content?.() ?? { title: '…', content: lit.nothing, firm: name === 'sign-in' };
};
