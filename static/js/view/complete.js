// The list that offers names after an @: an ARIA combobox over a text box, which keeps the focus.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { composing } from '../core/editing.js';
import { callable, calling } from '../core/mention.js';
import { user } from '../core/shapes.js';
import { avatar } from './avatar.js';

/** @typedef {import('../client/app.js').App} App */

const SHOWN = 8;
const WAIT_MS = 150;
let lists = 0;

/** @param {App} app @param {import('../client/people.js').People} people */
export const completing = (app, people) => (/** @type {HTMLTextAreaElement} */ box) => {
  const id = `names-${++lists}`;
  const list = document.createElement('div');
  list.className = 'names';
  list.hidden = true;
  box.before(list);
  box.setAttribute('aria-autocomplete', 'list');
  /** @type {User[]} */
  let found = [];
  let at = 0;
  /** Where the @ stands that was dismissed: it stays so. */
  let dismissed = -1;
  /** @type {User[]} */
  let others = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const all = () => ['all', 'here'].map((name) => user({ id: name, username: name, display_name: app.t(`complete.${name}`) }));

  async function look() {
    const call = calling(box.value, box.selectionStart);
    if (!call || box.selectionStart !== box.selectionEnd) {
      dismissed = -1;
      return hide();
    }
    if (call.from === dismissed) return hide();
    const roomId = app.state.peek().current;
    const spoke = new Map(app.state.peek().timelines.get(roomId)?.messages.map((m) => [m.sender.id, m.seq]));
    const members = [...(await people.members(roomId))].filter((u) => u.id !== app.state.peek().me.id)
      .sort((a, b) => (spoke.get(b.id) ?? 0) - (spoke.get(a.id) ?? 0));
    if (calling(box.value, box.selectionStart)?.query !== call.query) return undefined;
    found = callable(call.query, members.concat(all()), others, SHOWN);
    at = 0;
    draw();
    clearTimeout(timer);
    if (call.query) timer = setTimeout(() => more(call.query), WAIT_MS);
    return undefined;
  }

  /** Those who are not in the room, after those who are. @param {string} query */
  async function more(query) {
    const got = await app.api.get(`/users?limit=8&q=${encodeURIComponent(query)}`).catch(() => ({ users: [] }));
    if (calling(box.value, box.selectionStart)?.query !== query || list.hidden && found.length) return;
    others = got.users.map(user);
    const known = new Set(found.map((u) => u.id).concat(app.state.peek().me.id));
    found = [...found, ...others.filter((u) => !known.has(u.id))].slice(0, SHOWN);
    draw();
  }

  function draw() {
    const open = found.length > 0;
    list.hidden = !open;
    if (!open) {
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant']) box.removeAttribute(name);
      return render(nothing, list);
    }
    // A text box of several lines is a combobox only while it offers something.
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-expanded', 'true');
    box.setAttribute('aria-controls', id);
    box.setAttribute('aria-activedescendant', `${id}-${at}`);
    return render(html`<ul role="listbox" id=${id} aria-label=${app.t('complete.title')}>${found.map((u, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${String(i === at)}
      @pointerdown=${(/** @type {Event} */ e) => {
        e.preventDefault();
        choose(u);
      }}>${avatar(u)}<b dir="auto">${u.display_name}</b><small>@${u.username}</small></li>`)}</ul>`, list);
  }

  function hide() {
    found = [];
    clearTimeout(timer);
    draw();
  }

  /** @param {User} u */
  function choose(u) {
    const call = calling(box.value, box.selectionStart);
    if (!call) return;
    const after = /^\S*/.exec(box.value.slice(box.selectionStart))?.[0].length ?? 0;
    box.setSelectionRange(call.from, box.selectionStart + after);
    // insertText keeps the box's own undo history.
    if (!document.execCommand('insertText', false, `@${u.username} `)) box.setRangeText(`@${u.username} `, box.selectionStart, box.selectionEnd, 'end');
    hide();
  }

  // Before the box's own keys: Enter chooses here and sends there.
  box.addEventListener('keydown', (e) => {
    if (list.hidden || composing(e)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) at = (at + step + found.length) % found.length;
    else if ((e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey && !e.ctrlKey && !e.metaKey) choose(found[at]);
    else if (e.key === 'Escape') {
      dismissed = calling(box.value, box.selectionStart)?.from ?? -1;
      hide();
    } else return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (step) draw();
  }, { capture: true });
  box.addEventListener('input', (e) => !(/** @type {InputEvent} */ (e).isComposing) && look());
  box.addEventListener('compositionend', look);
  box.addEventListener('blur', hide);
};
