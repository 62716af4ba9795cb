// The jump box: a few letters and Enter. All from what is here already, so it answers within the keystroke.
import { html, nothing } from '../../../vendor/lit-html.js';
import { composing } from '../../core/editing.js';
import { badge, bold, jumps } from '../../core/order.js';
import { roomName } from '../../core/shapes.js';
import { icon, roomIcon } from '../icons.js';

const SHOWN = 9;

/** @param {import('../../client/navigation.js').Navigation} navigation @param {(query: string) => void} search @returns {import('./dialog.js').DialogMaker} */
export const jumpDialog = (navigation, search) => (app, _, frame) => {
  const { t } = app;
  const state = app.state.peek();
  // Direct rooms are found by the people in them.
  const named = new Map([...state.rooms].map(([id, r]) => [id, { ...r, name: roomName(r, state.me) }]));
  let query = '';
  let at = 0;
  /** @type {Room[]} */
  let list = [];

  /** @param {InputEvent} e */
  const onInput = (e) => {
    query = /** @type {HTMLInputElement} */ (e.target).value;
    at = 0;
    frame.redraw();
  };
  /** @param {KeyboardEvent} e */
  const onKey = (e) => {
    if (composing(e)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && list.length) {
      e.preventDefault();
      at = (at + step + list.length) % list.length;
      frame.redraw();
    } else if (e.key === 'Enter' && !list[at] && query.trim()) {
      find(e);
    } else if (e.key === 'Enter' && list[at]) {
      e.preventDefault();
      go(list[at]);
    }
  };
  /** @param {KeyboardEvent | MouseEvent} e */
  function find(e) {
    if (e.metaKey || e.ctrlKey || e.shiftKey) return;
    e.preventDefault();
    frame.close();
    search(query.trim());
  }
  /** @param {Room} r */
  function go(r) {
    frame.close();
    navigation.go(r.id);
  }

  return () => {
    list = jumps(named, query, state.current, SHOWN);
    return {
      title: t('jump.title'), bare: true,
      content: html`
        <input class="jump-input" type="text" role="combobox" dir="auto" autofocus autocomplete="off" spellcheck="false" aria-expanded="true" aria-controls="jump-list"
          aria-activedescendant=${list.length ? `jump-${at}` : nothing} aria-label=${t('jump.title')} placeholder=${t('jump.placeholder')} @input=${onInput} @keydown=${onKey}>
        <ul class="jump-list" id="jump-list" role="listbox" aria-label=${t('jump.title')}>
          ${list.map((r, i) => html`<li id="jump-${i}" role="option" aria-selected=${String(i === at)} class=${bold(r) || badge(r) ? 'unread' : ''} @click=${() => go(r)}>
            ${roomIcon(r)}<span dir="auto">${r.name}</span>${r.topic ? html`<small dir="auto">${r.topic}</small>` : nothing}${badge(r) ? html`<span class="badge">${app.l.number(badge(r))}</span>` : nothing}</li>`)}
        </ul>
        ${query.trim() ? html`<a class="jump-search" href=${`/search?${new URLSearchParams({ q: query.trim() })}`} @click=${find}>${icon('search')}<span>${t('jump.search', { query: query.trim() })}</span></a>` : nothing}
        ${list.length ? nothing : html`<p class="empty">${t('jump.none')}</p>`}`,
    };
  };
};
