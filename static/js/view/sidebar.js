// The list of rooms.
import { guard, html, nothing, render, repeat } from '../../vendor/lit-html.js';
import { badge, bold } from '../core/order.js';
import { roomName } from '../core/shapes.js';
import { avatar } from './avatar.js';
import { drawOn } from './frame.js';
import { icon, roomIcon } from './icons.js';
import { openMenu } from './menu.js';
import { presence, presenceWord } from './presence.js';

/** @typedef {import('../client/app.js').App} App */

/** @param {App} app */
export function mountSidebar(app) {
  const root = /** @type {HTMLElement} */ (document.getElementById('sidebar'));
  const { ui, state, t } = app;
  /** Guests find no rooms and make none. */
  const guest = () => state.peek().me.role === 'guest';
  root.replaceChildren();

  function draw() {
    const s = state.peek();
    render(html`
      <div class="side-head">
        <h1 class="team" dir="auto">${s.team.name}</h1>
        ${guest() ? nothing : html`<button class="icon-button" type="button" aria-haspopup="menu" aria-expanded="false" title=${t('rooms.add')} aria-label=${t('rooms.add')} @click=${addMenu}>${icon('plus')}</button>`}
      </div>
      <button class="jump" type="button" aria-haspopup="dialog" aria-keyshortcuts="Control+K" @click=${() => open('jump')}>
        ${icon('search')}<span>${t('jump.open')}</span><kbd>${mac() ? '⌘K' : 'Ctrl K'}</kbd></button>
      <div class="side-list">
        ${inbox('threads', 'reply', ui.threads.peek())}${inbox('mentions', 'at')}${inbox('saved', 'bookmark')}
        ${[...app.sections(s.rooms), ...withoutDirect(s.rooms)].map((section) => sectionOf(section))}
        ${guest() ? nothing : html`<button class="side-more" type="button" aria-haspopup="dialog" @click=${() => open('browse')}>${icon('compass')}<span>${t('rooms.browse')}</span></button>`}
      </div>
      <div id="side-note"></div>
      <a class="side-me" href="/settings" title=${t('settings.open')}>${avatar(s.me)}<span class="me-name" dir="auto">${s.me.display_name}</span>${icon('gear')}</a>`, root);
  }

  /** The place for direct rooms stands there before the first of them does. @param {ReadonlyMap<string, Room>} rooms @returns {import('../core/order.js').Section[]} */
  function withoutDirect(rooms) {
    return app.sections(rooms).some((section) => section.key === 'direct') ? [] : [{ key: 'direct', rooms: [] }];
  }

  /** @param {'threads' | 'mentions' | 'saved'} kind @param {'reply' | 'at' | 'bookmark'} sign */
  function inbox(kind, sign, { unread, mentions: n } = { unread: 0, mentions: 0 }) {
    return html`<button class=${unread ? 'side-more unread' : 'side-more'} type="button" aria-haspopup="dialog" @click=${() => (ui.dialog.value = { name: 'list', props: { kind } })}>
      ${icon(sign)}<span>${t(`list.${kind}`)}</span>${n ? number(n, 'rooms.mentions') : unread ? html`<span class="vh">, ${t('rooms.unread')}</span>` : nothing}</button>`;
  }

  /** @param {number} n @param {string} what it counts, in words for who hears them */
  function number(n, what) {
    return html`<span class="badge"><span class="vh">, </span>${app.l.number(n)}<span class="vh"> ${t(what)}</span></span>`;
  }

  /** @param {import('../core/order.js').Section} section */
  function sectionOf(section) {
    const folded = ui.folded.peek().has(section.key);
    const shown = folded ? section.rooms.filter((r) => bold(r) || badge(r) > 0 || r.id === state.peek().current) : section.rooms;
    return html`<section class="side-section">
      <h2><button type="button" class="side-fold" aria-expanded=${String(!folded)} @click=${() => fold(section.key)}>${icon('chevron')}<span>${t(`rooms.section.${section.key}`)}</span></button>
        ${section.key === 'direct' ? html`<button class="icon-button" type="button" aria-haspopup="dialog" title=${t('direct.new')} aria-label=${t('direct.new')} @click=${() => open('direct')}>${icon('plus')}</button>` : nothing}</h2>
      <ul>${repeat(shown, (r) => r.id, (r) => kept(r))}</ul>
      ${section.rooms.length ? nothing : html`<button class="side-more" type="button" aria-haspopup="dialog" @click=${() => open('direct')}>${icon('person')}<span>${t('direct.first')}</span></button>`}
    </section>`;
  }

  /** Of a thousand rooms a message changes one: the others are not even looked at. @param {Room} r */
  function kept(r) {
    const here = r.id === state.peek().current && !ui.home.peek();
    const draft = !here && ui.drafts.peek().has(r.id);
    const other = r.kind === 'direct' && r.users.length < 3 ? r.users.find((u) => u.id !== state.peek().me.id) : undefined;
    const status = other ? state.peek().presence.get(other.id) : '';
    return guard([r, here, draft, status, state.peek().me], () => roomLink(r, here, draft, status));
  }

  /** @param {Room} r @param {boolean} here @param {boolean} draft @param {string} [status] whether the other one of two is there */
  function roomLink(r, here, draft, status) {
    const n = badge(r);
    const classes = ['room', bold(r) ? 'unread' : '', r.me?.muted ? 'muted' : '', r.archived ? 'archived' : ''];
    return html`<li><a class=${classes.filter(Boolean).join(' ')} href="/rooms/${r.id}" aria-current=${here ? 'page' : nothing}>
      <span class="face">${roomIcon(r)}${presence(app, status)}</span><span class="room-name" dir="auto">${roomName(r, state.peek().me)}</span>
      ${presenceWord(app, status)}
      ${bold(r) && !n ? html`<span class="vh">, ${t('rooms.unread')}</span>` : nothing}
      ${draft ? html`<span class="draft-mark">${icon('edit')}<span class="vh">, ${t('rooms.draft')}</span></span>` : nothing}
      ${n ? number(n, r.kind === 'direct' ? 'rooms.unread' : 'rooms.mentions') : nothing}
    </a></li>`;
  }

  /** @param {string} key */
  function fold(key) {
    const next = new Set(ui.folded.peek());
    if (!next.delete(key)) next.add(key);
    ui.folded.value = next;
  }

  /** @param {Event} e */
  function addMenu(e) {
    const from = /** @type {HTMLElement} */ (e.currentTarget);
    openMenu([
      { icon: 'plus', label: t('rooms.create'), run: () => open('create') },
      { icon: 'person', label: t('direct.new'), run: () => open('direct') },
      { icon: 'compass', label: t('rooms.browse'), run: () => open('browse') },
    ], from, t('rooms.add'));
  }

  /** @param {string} name */
  function open(name) {
    ui.dialog.value = { name, props: {} };
  }

  drawOn(() => [state.value.rooms, state.value.current, state.value.me, ui.drafts.value, ui.home.value, ui.folded.value, ui.threads.value, state.value.presence], draw);
}

export function mac() {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
