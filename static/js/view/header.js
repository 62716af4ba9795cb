// The head of the room on screen, and under it what one may do here instead of writing.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { within } from '../core/searching.js';
import { roomName } from '../core/shapes.js';
import { copyText } from './clipboard.js';
import { drawOn } from './frame.js';
import { icon, roomIcon } from './icons.js';
import { openMenu } from './menu.js';

/** @typedef {import('../client/app.js').App} App */
/** @typedef {import('./menu.js').MenuItem} MenuItem */

/** @param {App} app @param {import('../client/rooms.js').Rooms} rooms @param {(query: string) => void} search */
export function mountHeader(app, rooms, search) {
  const root = /** @type {HTMLElement} */ (document.getElementById('room-header'));
  const notice = /** @type {HTMLElement} */ (document.getElementById('notice'));
  const compose = /** @type {HTMLFormElement} */ (document.getElementById('compose'));
  const { t } = app;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let ends;
  root.replaceChildren();

  function draw() {
    const r = app.room();
    render(r ? head(r) : nothing, root);
    const why = !r ? '' : r.archived ? 'archived' : !r.me ? 'outside' : silenced(r.me) ? 'silenced' : '';
    compose.hidden = !r || why !== '';
    notice.hidden = why === '';
    render(why && r ? instead(r, why) : nothing, notice);
  }

  /** Whether a manager's mute holds now; one with an end is looked at again then. @param {RoomMe} me */
  function silenced({ mute }) {
    const left = mute?.until ? Date.parse(mute.until) - Date.now() : 1;
    if (mute?.until && left > 0) {
      clearTimeout(ends);
      ends = setTimeout(draw, Math.min(left + 500, 86_400_000));
    }
    return mute && left > 0;
  }

  /** @param {Room} r */
  function head(r) {
    return html`
      <a class="icon-button back" href="/" aria-label=${t('rooms.back')}>${icon('back')}</a>
      <div class="head-name">
        <h1 id="room-title">${roomIcon(r)}<span dir="auto">${roomName(r, app.state.peek().me)}</span></h1>
        ${r.topic ? html`<p class="topic" dir="auto" title=${r.topic}>${r.topic}</p>` : nothing}
      </div>
      <a class="icon-button" href=${`/search?${new URLSearchParams({ q: scope(r) })}`} title=${t('search.open')} aria-label=${t('search.open')} @click=${(/** @type {MouseEvent} */ e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        search(scope(r));
      }}>${icon('search')}</a>
      <button class="icon-button" type="button" aria-haspopup="dialog" title=${t('members.title')} aria-label=${t('members.title')} @click=${() => open('members')}>${icon('people')}</button>
      <button class="icon-button" type="button" aria-haspopup="menu" aria-expanded="false" title=${t('room.menu')} aria-label=${t('room.menu')} @click=${menu}>${icon('more')}</button>`;
  }

  /** What a search begins with: this room. @param {Room} r */
  const scope = (r) => `${within(r, app.state.peek().me.id)} `.trimStart();

  /** @param {Room} r @param {string} why */
  function instead(r, why) {
    if (why === 'archived') return html`<p>${t('room.archived')}</p>`;
    if (why === 'silenced') {
      const until = r.me?.mute?.until;
      return html`<p role="alert">${until ? t('room.silencedUntil', { at: app.l.full(until) }) : t('room.silenced')}</p>`;
    }
    return html`<p>${t('room.outside', { name: r.name })}</p><button class="button primary" type="button" @click=${() => rooms.join(r.id)}>${t('room.join')}</button>`;
  }

  /** @param {Event} e */
  function menu(e) {
    const from = /** @type {HTMLElement} */ (e.currentTarget);
    const r = app.room();
    if (!r) return;
    const manages = r.me?.role === 'manager' || ['owner', 'admin'].includes(app.state.peek().me.role);
    /** @type {MenuItem[]} */
    const items = [];
    if (r.me && r.kind !== 'direct' && !r.archived && manages) items.push({ icon: 'edit', label: t('room.edit'), run: () => open('room') });
    items.push({ icon: 'link', label: t('room.copyLink'), run: () => copyText(`${location.origin}/rooms/${r.id}`) });
    items.push({ icon: 'pin', label: t('list.pins'), run: () => (app.ui.dialog.value = { name: 'list', props: { kind: 'pins' } }) });
    items.push({ icon: 'clock', label: t('date.title'), run: () => open('date') });
    if (r.me) {
      const me = r.me;
      items.push({ icon: 'star', label: t('room.favourite'), checked: me.favourite, run: () => rooms.prefer(r.id, { favourite: !me.favourite }) });
      items.push({ icon: 'bell', label: t('level.open'), run: () => open('level') });
      items.push({ icon: 'mute', label: t('room.mute'), checked: me.muted, run: () => rooms.prefer(r.id, { muted: !me.muted }) });
      if (r.kind !== 'direct') items.push({ icon: 'leave', label: t('room.leave'), run: () => open('leave') });
    }
    openMenu(items, from, t('room.menu'));
  }

  /** @param {string} name */
  function open(name) {
    app.ui.dialog.value = { name, props: { room: app.room() } };
  }

  drawOn(() => [app.state.value.rooms.get(app.state.value.current), app.state.value.me], draw);
}
