// What can be done with a message: a small bar on the row under the pointer, the whole list in a menu.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { copyText } from './clipboard.js';
import { icon } from './icons.js';
import { openMenu } from './menu.js';

/** @typedef {import('../client/app.js').App} App */

const LONG_PRESS_MS = 450;

/**
 * @param {App} app @param {HTMLElement} log @param {import('../client/messages.js').Messages} act
 * @param {() => readonly Message[]} shown what stands in the log @param {boolean} [inThread]
 */
export function mountActions(app, log, act, shown, inThread = false) {
  const bar = document.createElement('div');
  bar.className = 'actions';
  bar.dataset.smallOk = '';
  /** @type {HTMLElement | null} */
  let on = null;

  /** @param {HTMLElement} row @returns {Message | undefined} */
  function messageOf(row) {
    return shown().find((m) => m.id === row.dataset.messageId);
  }

  /** @param {Message} m */
  function items(m) {
    const mine = m.sender.id === app.state.peek().me.id;
    const room = app.room();
    const manages = room?.me?.role === 'manager' || ['owner', 'admin'].includes(app.state.peek().me.role);
    const writable = !!room?.me && !room.archived;
    /** @type {import('./menu.js').MenuItem[]} */
    const list = [];
    if (writable) list.push({ icon: 'smile', label: app.t('message.react'), run: () => act.pick(m) });
    if (writable && !inThread) list.push({ icon: 'reply', label: app.t('message.reply'), run: () => act.thread(m) });
    if (mine && writable) list.push({ icon: 'edit', label: app.t('message.edit'), run: () => act.edit(m, inThread) });
    list.push({ icon: 'link', label: app.t('message.copyLink'), run: () => act.copyLink(m) });
    if (writable) list.push({ icon: 'pin', label: app.t(m.pinned ? 'message.unpin' : 'message.pin'), run: () => act.pin(m) });
    list.push({ icon: 'bookmark', label: app.t('message.save'), run: () => act.keep(m) });
    if (m.edited_at && (mine || manages)) list.push({ icon: 'clock', label: app.t('message.history'), run: () => act.history(m) });
    if (room?.me && m.num) list.push({ icon: 'unread', label: app.t('message.markUnread'), run: () => act.markUnread(m) });
    if ((mine || manages) && writable) list.push({ icon: 'trash', label: app.t('message.delete'), run: () => act.remove(m), danger: true });
    return list;
  }

  /** @param {HTMLElement} row @param {HTMLElement} from @param {{x: number, y: number}} [at] */
  function menu(row, from, at) {
    const m = messageOf(row);
    if (m && !m.deleted) openMenu(items(m), from, app.t('message.actions'), at);
  }

  /** @param {HTMLElement | null} row */
  function show(row) {
    if (row === on && (!row || bar.parentElement === row)) return;
    on = row;
    const m = row && messageOf(row);
    if (!row || !m || m.deleted || app.ui.editing.peek() === (inThread ? `t${m.id}` : m.id)) return bar.remove();
    const writable = !!app.room()?.me && !app.room()?.archived;
    const mine = m.sender.id === app.state.peek().me.id && writable;
    render(html`
      ${writable ? html`<button type="button" title=${app.t('message.react')} aria-label=${app.t('message.react')} aria-haspopup="dialog" @click=${() => act.pick(m)}>${icon('smile')}</button>` : nothing}
      ${writable && !inThread ? html`<button type="button" title=${app.t('message.reply')} aria-label=${app.t('message.reply')} @click=${() => act.thread(m)}>${icon('reply')}</button>` : nothing}
      ${mine ? html`<button type="button" title=${app.t('message.edit')} aria-label=${app.t('message.edit')} @click=${() => act.edit(m, inThread)}>${icon('edit')}</button>` : nothing}
      <button type="button" title=${app.t('message.copyLink')} aria-label=${app.t('message.copyLink')} @click=${() => copy(m)}>${icon('link')}</button>
      <button type="button" class="more" title=${app.t('message.actions')} aria-label=${app.t('message.actions')} aria-haspopup="menu" aria-expanded="false"
        @click=${(/** @type {Event} */ e) => menu(row, /** @type {HTMLElement} */ (e.currentTarget))}>${icon('more')}</button>`, bar);
    row.append(bar);
    return undefined;
  }

  /** The button itself says that it worked. @param {Message} m */
  async function copy(m) {
    await act.copyLink(m);
    bar.classList.add('copied');
    setTimeout(() => bar.classList.remove('copied'), 900);
  }

  const rowOf = (/** @type {EventTarget | null} */ el) => /** @type {HTMLElement | null} */ (el instanceof Element ? el.closest('.row') : null);

  log.addEventListener('pointerover', (e) => e.pointerType === 'mouse' && show(rowOf(e.target)));
  log.addEventListener('pointerleave', (e) => e.pointerType === 'mouse' && !bar.contains(document.activeElement) && show(null));
  log.addEventListener('focusin', (e) => {
    const row = rowOf(e.target);
    if (row && (e.target === row ? row.matches(':focus-visible') : true)) show(row);
  });

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let press;
  let pressedAt = { x: 0, y: 0 };
  const release = () => clearTimeout(press);
  log.addEventListener('pointerdown', (e) => {
    const row = rowOf(e.target);
    if (e.pointerType === 'mouse' || !row || /** @type {Element} */ (e.target).closest('a, button, textarea')) return;
    pressedAt = { x: e.clientX, y: e.clientY };
    press = setTimeout(() => {
      // The sheet may come up under the finger: what lifts it is no press on an entry.
      log.addEventListener('touchend', (up) => up.preventDefault(), { once: true, passive: false });
      menu(row, row);
    }, LONG_PRESS_MS);
  });
  for (const type of ['pointerup', 'pointercancel']) log.addEventListener(type, release, { passive: true });
  log.addEventListener('pointermove', (e) => {
    if (Math.hypot(e.clientX - pressedAt.x, e.clientY - pressedAt.y) > 10) release();
  }, { passive: true });
  log.addEventListener('contextmenu', (e) => {
    if (app.touch.matches && rowOf(e.target) && !/** @type {Element} */ (e.target).closest('a')) e.preventDefault();
  });

  log.addEventListener('click', async (e) => {
    const button = /** @type {Element} */ (e.target).closest('.code-copy');
    const code = button?.parentElement?.querySelector('pre')?.innerText;
    if (!button || code === undefined) return;
    await copyText(code.replace(/\n$/, ''));
    button.textContent = app.t('code.copied');
    setTimeout(() => (button.textContent = app.t('code.copy')), 1200);
  });

  return { menu };
}
