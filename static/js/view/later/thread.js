// The thread in the right pane: beside the room where there is width for it, over it where there is not.
import { composing, fault, MAX_CHARACTERS, sends } from '../../core/editing.js';
import { roomName } from '../../core/shapes.js';
import { loading } from '../../core/timeline.js';

/** @param {import('../pane.js').Lent} lent */
export function mountThread({ app, threads, sending, drafts, messages, guarded, complete, lit, effect, rows, mountActions, onPaste, drawOn, icon, messageRow, walkable }) {
  const { html, nothing, ref, render, repeat } = lit;
  const { t } = app;
  const pane = document.createElement('aside');
  pane.className = 'pane';
  pane.id = 'pane';
  pane.hidden = true;
  pane.setAttribute('aria-label', t('thread.title'));
  document.getElementById('main')?.after(pane);
  const log = document.createElement('div');
  log.className = 'thread-log';
  log.tabIndex = 0;
  log.role = 'group';
  log.setAttribute('aria-label', t('thread.replies'));
  /** @type {HTMLTextAreaElement | undefined} */
  let box;
  let shown = '';
  const { thread: _, ...rest } = messages.rowActions;
  const inThread = { ...rest, pane: true };

  function list() {
    const now = threads.open.peek();
    return now?.root ? [now.root, ...now.replies] : [];
  }

  function draw() {
    const now = threads.open.peek();
    pane.hidden = !now;
    if (now?.id !== shown) change(now?.id ?? '');
    if (!now) return;
    const r = app.room();
    const writable = !!r?.me && !r.archived;
    render(html`
      <header class="head"><h2 id="thread-title">${t('thread.title')}</h2>
        ${r?.me && now.status === 'ready' ? follower(now.following) : nothing}
        <button class="icon-button" type="button" aria-label=${t('thread.close')} title=${t('thread.close')} @click=${close}>${icon('close')}</button></header>
      ${log}
      <form class="thread-foot" ?hidden=${!writable} @submit=${(/** @type {Event} */ e) => {
        e.preventDefault();
        submit();
      }}>
        <p class="compose-error" role="alert" hidden></p>
        <div class="compose"><textarea rows="1" dir="auto" aria-label=${t('thread.write')} placeholder=${t('thread.write')} @keydown=${onKey} @input=${keep} @paste=${onPaste} ${ref(own)}></textarea>
          <button class="send" type="submit" aria-label=${t('thread.send')} title=${t('thread.send')}>${icon('up')}</button></div>
        <label class="also tick"><input type="checkbox"><span>${t('thread.also', { name: r ? roomName(r, app.state.peek().me) : '' })}</span></label>
      </form>`, pane);
    drawRows(now);
  }

  /** @param {boolean} on */
  function follower(on) {
    const label = t(on ? 'thread.unfollow' : 'thread.follow');
    return html`<button class="icon-button" type="button" aria-label=${label} title=${label} @click=${threads.follow}>${icon(on ? 'bell' : 'mute')}</button>`;
  }

  /** @param {import('../../core/thread.js').Thread} now */
  function drawRows(now) {
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 100;
    const state = app.state.peek();
    const waiting = state.outbox.filter((p) => p.thread_id === now.id);
    const all = rows({ ...loading(), messages: list() }, waiting, state.me).filter((row) => row.kind === 'message' || row.kind === 'pending');
    // The line under the root parts it from its replies: the first of them has a heading, whoever wrote it.
    if (all[1]) all[1] = { ...all[1], grouped: false };
    render(html`${now.status === 'failed' ? html`<p class="log-more">${t('timeline.failed')}</p>` : nothing}
      ${repeat(all, (row) => row.key, (row) => messageRow(app, row, inThread))}`, log);
    if (end) log.scrollTop = log.scrollHeight;
  }

  /** @param {Element | undefined} el */
  function own(el) {
    if (!el || el === box) return;
    box = /** @type {HTMLTextAreaElement} */ (el);
    complete(box);
  }

  /** @param {string} id */
  function change(id) {
    shown = id;
    queueMicrotask(() => {
      if (!box || !id) return;
      box.value = drafts.get(`t${id}`);
      fit();
      log.scrollTop = log.scrollHeight;
      if (!app.touch.matches) box.focus({ preventScroll: true });
    });
  }

  function keep() {
    if (box && shown) drafts.set(`t${shown}`, box.value);
    fit();
  }

  function fit() {
    pane.querySelector('.send')?.classList.toggle('ready', !!box?.value.trim());
  }

  function submit() {
    const error = /** @type {HTMLElement | null} */ (pane.querySelector('.compose-error'));
    const also = /** @type {HTMLInputElement | null} */ (pane.querySelector('.also input'));
    const roomId = list()[0]?.room_id;
    if (!box || !error || !also || !roomId) return;
    const wrong = fault(box.value);
    error.hidden = wrong !== 'long';
    error.textContent = wrong === 'long' ? t('compose.long', { max: MAX_CHARACTERS }) : '';
    if (wrong) return;
    const { value } = box;
    const reply = { thread_id: shown, also_in_room: also.checked };
    guarded(roomId, value, () => {
      sending.send(roomId, value, reply);
      if (shown !== reply.thread_id) return drafts.set(`t${reply.thread_id}`, '');
      if (box?.value === value) box.value = '';
      also.checked = false;
      keep();
      log.scrollTop = log.scrollHeight;
      return box?.focus();
    });
  }

  /** @param {KeyboardEvent} e */
  function onKey(e) {
    if (e.defaultPrevented || composing(e)) return;
    const mine = e.key === 'ArrowUp' && box?.value === '' && !e.altKey && !e.shiftKey && !e.ctrlKey && !e.metaKey
      ? list().findLast((m) => m.thread_id && !m.deleted && m.sender.id === app.state.peek().me.id) : undefined;
    if (!mine && !sends(e, app.touch.matches)) return;
    e.preventDefault();
    if (mine) messages.edit(mine, true);
    else submit();
  }

  /** On a phone the pane is a page: closing it is going back. */
  function close() {
    if (app.phone.matches && history.state?.thread) history.back();
    else threads.close();
    if (!app.touch.matches) document.getElementById('composer')?.focus();
  }

  addEventListener('popstate', () => {
    if (app.phone.matches) threads.close();
  });
  effect(() => {
    if (app.ui.thread.value && app.phone.matches && !history.state?.thread) history.pushState({ thread: true }, '');
  });
  pane.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || e.defaultPrevented || e.isComposing || e.shiftKey) return;
    e.preventDefault();
    close();
  });
  const actions = mountActions(app, log, messages, list, true);
  walkable(log, (row) => actions.menu(row, row));
  drawOn(() => [threads.open.value, app.state.value, app.ui.editing.value, app.ui.unfolded.value, app.ui.people.value], draw);
}
