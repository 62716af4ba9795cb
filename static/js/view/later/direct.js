// Choosing the people of a direct room. The same people always meet in the same room.
import { composing } from '../../core/editing.js';
import { user } from '../../core/shapes.js';

const WAIT_MS = 120;

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const directDialog = ({ lit: { html, nothing, repeat }, avatar, icon, go }) => (app, _, frame) => {
  const { t } = app;
  const me = app.state.peek().me.id;
  /** @type {User[]} */
  let chosen = [];
  /** @type {User[]} */
  let found = [];
  let query = '';
  let wrong = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function look() {
    const asked = query;
    const got = await app.api.get(`/users?limit=8&q=${encodeURIComponent(asked)}`).catch(() => ({ users: [] }));
    if (asked !== query) return;
    found = got.users.map(user);
    frame.redraw();
  }
  look();

  const offered = () => found.filter((u) => u.id !== me && !chosen.some((c) => c.id === u.id));
  /** @param {User} u */
  function add(u) {
    chosen = [...chosen, u];
    query = '';
    frame.redraw();
    const box = /** @type {HTMLInputElement | null} */ (document.querySelector('.dialog-direct input'));
    if (box) box.value = '';
    box?.focus();
    look();
  }
  /** @param {User} u */
  function drop(u) {
    chosen = chosen.filter((c) => c !== u);
    frame.redraw();
  }
  async function open() {
    if (!chosen.length) return;
    try {
      const { room } = await app.api.post('/rooms/direct', { user_ids: chosen.map((u) => u.id) });
      app.dispatch({ type: 'local.room', room });
      frame.close();
      go(room.id);
    } catch (err) {
      wrong = app.l.fault(/** @type {any} */ (err));
      frame.redraw();
    }
  }
  /** @param {InputEvent} e */
  function onInput(e) {
    query = /** @type {HTMLInputElement} */ (e.target).value.trim();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  }
  /** Enter takes the first one found; in the empty box it opens the room. @param {KeyboardEvent} e */
  function onKey(e) {
    if (composing(e)) return;
    if (e.key === 'Backspace' && !query && chosen.length) drop(/** @type {User} */ (chosen.at(-1)));
    if (e.key !== 'Enter') return;
    e.preventDefault();
    const first = offered()[0];
    if (query && first) add(first);
    else if (!query) open();
  }
  return () => ({
    title: t('direct.title'), wide: true,
    content: html`<div class="dialog-body">
      ${chosen.length ? html`<ul class="chips" aria-label=${t('direct.chosen')}>${chosen.map((u) => html`<li><button class="chip" type="button" aria-label=${`${t('direct.drop')}: ${u.display_name}`} @click=${() => drop(u)}><span dir="auto">${u.display_name}</span>${icon('close')}</button></li>`)}</ul>` : nothing}
      <label class="field"><span class="field-label">${t('direct.who')}</span>
        <input class="input" type="search" dir="auto" autofocus autocomplete="off" placeholder=${t('members.addHint')} @input=${onInput} @keydown=${onKey}></label>
      <ul class="picks">${repeat(offered(), (u) => u.id, (u) => html`<li class="pick">${avatar(u)}
        <span class="pick-text"><b><span dir="auto">${u.display_name}</span></b><small>@${u.username}</small></span>
        <button class="button small" type="button" aria-label=${`${t('direct.add')}: ${u.display_name}`} @click=${() => add(u)}>${t('direct.add')}</button></li>`)}</ul>
      ${query && !offered().length ? html`<p class="field-hint">${t('members.none')}</p>` : nothing}
      <p class="form-error" role="alert" ?hidden=${!wrong}>${wrong}</p>
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button primary" type="button" ?disabled=${!chosen.length} @click=${open}>${t('direct.open')}</button></div>
    </div>`,
  });
};
