// Searching beside the room: what is found opens in its place, and the list stays.
import { place } from '../../client/messages.js';
import { composing } from '../../core/editing.js';
import { filters, within } from '../../core/searching.js';
import { message, roomName } from '../../core/shapes.js';

/** @typedef {import('../../client/app.js').App} App */
/** @typedef {{m: Message, snippet: string, room: any}} Hit */

const EXAMPLES = ['"…"', 'from:ada in:general', 'has:link after:2026-11-01', 'is:thread before:2026-11-20'];

/** One pane a page; opening it again asks anew. @type {{open: (query: string) => void} | undefined} */
let pane;

/** @param {import('../dialogs/later.js').Kit} kit @param {App} app @param {string} query */
export function openSearch(kit, app, query) {
  pane ??= mount(kit, app);
  pane.open(query);
}

/** @param {import('../dialogs/later.js').Kit} kit @param {App} app */
function mount({ lit: { html, nothing, render, repeat }, avatar, body, icon, go, thread }, app) {
  const { t, l } = app;
  const root = document.createElement('aside');
  root.className = 'pane';
  root.id = 'find';
  root.setAttribute('aria-label', t('search.open'));
  document.getElementById('main')?.after(root);
  let query = '';
  /** @type {Hit[] | null} null: not searched yet */
  let hits = null;
  let cursor = '';
  let wrong = '';
  /** What the server made of words that look like filters. @type {{code: string, word?: string}[]} */
  let hints = [];
  let asked = 0;
  let closed = false;

  /** @param {boolean} [more] */
  async function look(more = false) {
    const mine = ++asked;
    wrong = '';
    if (!more) cursor = '';
    if (!query.trim()) [hits, hints] = [null, []];
    else {
      try {
        const got = await app.api.get(`/search?limit=20&q=${encodeURIComponent(query)}${more ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
        if (mine !== asked) return;
        const page = got.results.map((/** @type {any} */ r) => ({ m: message(r.message), snippet: r.snippet, room: r.room }));
        hits = more ? [...(hits ?? []), ...page] : page;
        hints = got.hints ?? [];
        cursor = got.next_cursor ?? '';
      } catch (err) {
        wrong = l.fault(/** @type {any} */ (err));
      }
    }
    draw();
  }

  /** @param {string} next */
  function ask(next) {
    query = next;
    const box = root.querySelector('input');
    if (box) box.value = next;
    box?.focus();
    look();
  }

  function offers() {
    const state = app.state.peek();
    const r = app.room();
    const here = r && within(r, state.me.id);
    const week = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
    return [
      ...(here ? [{ label: t('search.here'), word: here }] : []),
      { label: t('search.fromMe'), word: `from:${state.me.username}` }, { label: t('search.links'), word: 'has:link' },
      { label: t('search.threads'), word: 'is:thread' }, { label: t('search.week'), word: `after:${week}` },
    ];
  }

  /** A reply opens with its thread; every other message is a link like any. @param {MouseEvent} e @param {Message} m */
  function follow(e, m) {
    if (e.button || e.metaKey || e.ctrlKey || e.shiftKey) return;
    if (app.phone.matches) hide(); // Back leads to the list again
    if (m.num) return;
    e.preventDefault();
    if (app.state.peek().current !== m.room_id) go(m.room_id);
    thread(m.thread_id);
  }

  // One pane at a time: a thread that opens stands before the search, which is there again when it is closed.
  app.ui.thread.subscribe((id) => {
    root.hidden = closed || id !== '';
  });

  function hide() {
    closed = true;
    root.hidden = true;
  }

  // On a phone the pane is a page: Back closes it.
  addEventListener('popstate', () => {
    if (!app.phone.matches) return;
    closed = !history.state?.find;
    root.hidden = closed;
  });

  function close() {
    hide();
    if (app.phone.matches && history.state?.find) history.back();
    if (!app.touch.matches) document.getElementById('composer')?.focus();
  }

  /** @param {Hit} hit */
  function row({ m, snippet, room }) {
    const r = app.state.peek().rooms.get(m.room_id);
    return html`<li class="find">${avatar(m.sender)}<a href=${place(m)} @click=${(/** @type {MouseEvent} */ e) => follow(e, m)}>
      <small><b dir="auto">${m.sender.display_name}</b> · <span dir="auto">${r ? roomName(r, app.state.peek().me) : room.name}</span> · <time datetime=${m.created_at} title=${l.full(m.created_at)}>${l.day(m.created_at, new Date())}, ${l.time(m.created_at)}</time></small>
      <span class="hit-text" dir="auto" ${body({ text: m.text, html: snippet, me: '', t })}></span></a></li>`;
  }

  function examples() {
    return html`<div class="beginning"><h2>${t('search.examples')}</h2><ul class="chips">${EXAMPLES.map((word) => html`<li><code>${word}</code></li>`)}</ul></div>`;
  }

  function draw() {
    const { on, off } = filters(query, offers());
    render(html`
      <header class="head"><h2>${t('search.open')}</h2>
        <button class="icon-button" type="button" aria-label=${t('search.close')} title=${t('search.close')} @click=${close}>${icon('close')}</button></header>
      <div class="find-body" tabindex="-1">
        <form role="search" @submit=${(/** @type {Event} */ e) => {
          e.preventDefault();
          look();
        }}><input class="input" type="search" dir="auto" autocomplete="off" maxlength="1000" aria-label=${t('search.label')} placeholder=${t('search.label')}
          @keydown=${(/** @type {KeyboardEvent} */ e) => composing(e) && e.key === 'Enter' && e.preventDefault()}
          @input=${(/** @type {InputEvent} */ e) => (query = /** @type {HTMLInputElement} */ (e.target).value)}></form>
        <ul class="chips" aria-label=${t('search.filters')}>
          ${on.map((f) => html`<li><button class="chip" type="button" aria-label=${t('search.remove', { filter: f.label })} @click=${() => ask(f.rest)}><span dir="auto">${f.label}</span>${icon('close')}</button></li>`)}
          ${off.map((f) => html`<li><button class="chip off" type="button" @click=${() => ask(f.query)}>${icon('plus')}<span dir="auto">${f.label}</span></button></li>`)}</ul>
        <p class="form-error" role="alert" ?hidden=${!wrong}>${wrong}</p>
        ${hints.length ? html`<ul class="find-hints" role="status">${hints.map(({ code, word = '' }) => html`<li class="field-hint" dir="auto">${t(`search.hint.${code}`, { word })}</li>`)}</ul>` : nothing}
        <ol class="finds" aria-live="polite">${repeat(hits ?? [], (hit) => hit.m.id, row)}</ol>
        ${hits && !hits.length ? html`<p class="field-hint" role="status">${t('search.none')}</p>` : nothing}
        ${cursor ? html`<button class="button" type="button" @click=${() => look(true)}>${t('list.more')}</button>` : nothing}
        ${hits?.length ? nothing : examples()}
      </div>`, root);
  }

  root.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || e.defaultPrevented || composing(e) || e.shiftKey) return;
    e.preventDefault();
    close();
  });

  return {
    /** @param {string} wanted */
    open(wanted) {
      closed = false;
      if (app.phone.matches && !history.state?.find) history.pushState({ ...history.state, find: true }, '');
      thread('');
      root.hidden = false;
      [hits, hints] = [null, []];
      draw();
      ask(wanted);
    },
  };
}
