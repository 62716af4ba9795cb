// One row of the timeline. The same template draws a message that is on its way and one that arrived, so that the
// first becomes the second without a new element.
import { html, nothing, ref } from '../../vendor/lit-html.js';
import { composing } from '../core/editing.js';
import { avatar } from './avatar.js';
import { body } from './body.js';
import { icon } from './icons.js';

/** @typedef {import('../client/app.js').App} App */
/** @typedef {import('../core/rows.js').MessageRow} MessageRow */
/** @typedef {import('../core/rows.js').PendingRow} PendingRow */

/** Longer than this is folded to about twenty lines. */
const FOLD_LINES = 22;
const FOLD_CHARACTERS = 2200;

/** @param {App} app @param {MessageRow | PendingRow} row @param {RowActions} actions */
export function messageRow(app, row, actions) {
  const m = row.kind === 'message' ? row.message : undefined;
  const p = row.kind === 'pending' ? row.pending : undefined;
  const sender = m?.sender ?? app.state.peek().me;
  const at = m?.created_at ?? p?.created_at ?? '';
  const called = row.kind === 'message' && !row.mine && m && !app.state.peek().blocked.has(m.sender.id) && (m.mentions.all || m.mentions.user_ids.includes(app.state.peek().me.id));
  const classes = ['row', row.grouped ? 'grouped' : 'headed', called ? 'called' : '', p ? p.status : '', m?.deleted ? 'gone' : ''];
  return html`<article class=${classes.filter(Boolean).join(' ')} tabindex="-1"
      data-message-id=${m?.id ?? nothing} data-seq=${m?.seq ?? nothing} data-client-id=${(m ?? p)?.client_id || nothing} data-key=${row.key}>
    <div class="gutter">${row.grouped ? html`<span class="vh">${sender.display_name}: </span>${time(app, at)}` : avatar(sender)}</div>
    <div class="content">
      ${row.grouped
        ? nothing
        : html`<header class="byline"><span class="name" dir="auto">${sender.display_name}</span> ${time(app, at)}</header>`}
      ${m && app.ui.editing.peek() === (actions.pane ? `t${m.id}` : m.id) ? editor(app, m, actions) : text(app, row, m, p)}
      ${p?.status === 'failed' ? failure(app, p, actions) : nothing}
      ${m && m.reactions.length ? reactions(app, m, actions) : nothing}
      ${m && actions.thread ? thread(app, m, actions.thread) : nothing}
    </div>
  </article>`;
}

/** @param {App} app @param {string} at */
function time(app, at) {
  return html`<time datetime=${at} title=${app.l.full(at)}>${app.l.time(at)}</time>`;
}

/** @param {App} app @param {MessageRow | PendingRow} row @param {Message | undefined} m @param {Pending | undefined} p */
function text(app, row, m, p) {
  if (m?.deleted) return html`<p class="stub">${app.t('message.deleted')}</p>`;
  if (m && app.state.peek().blocked.has(m.sender.id) && !app.ui.unfolded.peek().has(row.key)) {
    return html`<p class="stub">${app.t('message.blocked')} <button class="link" type="button" @click=${() => unfold(app, row.key)}>${app.t('message.show')}</button></p>`;
  }
  const words = (m ?? p)?.text ?? '';
  const long = words.length > FOLD_CHARACTERS || words.split('\n', FOLD_LINES + 1).length > FOLD_LINES;
  const open = app.ui.unfolded.peek().has(row.key);
  const shown = { text: words, html: m?.html ?? '', me: app.state.peek().me.id, t: app.t };
  // All of its classes stand here: a template that writes some of them takes away the rest.
  return html`<div class=${`text${shown.html ? '' : ' plain'}${long && !open ? ' folded' : ''}`} dir="auto" ${body(shown)}></div>
    ${m?.pinned ? html`<span class="edited">${app.t('message.pinned')} </span>` : nothing}${m?.edited_at ? html`<span class="edited" title=${app.l.full(m.edited_at)}>${app.t('message.edited')}</span>` : nothing}
    ${long ? html`<button class="link fold" type="button" aria-expanded=${open} @click=${() => unfold(app, row.key)}>${app.t(open ? 'message.less' : 'message.more')}</button>` : nothing}`;
}

/** @param {App} app @param {string} key */
function unfold(app, key) {
  const next = new Set(app.ui.unfolded.peek());
  if (!next.delete(key)) next.add(key);
  app.ui.unfolded.value = next;
}

/** @param {App} app @param {Pending} p @param {RowActions} actions */
function failure(app, p, actions) {
  return html`<div class="failure" role="group" aria-label=${app.t('send.failed')}>
    <span>${app.t('send.failed')}${p.code ? html`: ${app.l.fault(p)}` : nothing}</span>
    <button class="link" type="button" @click=${() => actions.retry(p)}>${app.t('send.retry')}</button>
    <button class="link" type="button" @click=${() => actions.rewrite(p)}>${app.t('send.edit')}</button>
    <button class="link" type="button" @click=${() => actions.drop(p)}>${app.t('send.delete')}</button>
  </div>`;
}

/** @param {App} app @param {Message} m @param {RowActions} actions */
function reactions(app, m, actions) {
  const me = app.state.peek().me.id;
  return html`<ul class="reactions" data-small-ok @pointerover=${() => actions.whose(m)} @focusin=${() => actions.whose(m)}>${m.reactions.map((r) => {
    const mine = r.user_ids.includes(me);
    const names = actions.names(r.user_ids);
    return html`<li><button type="button" aria-pressed=${String(mine)} title=${names} aria-label=${`${r.emoji} ${app.l.number(r.count)}: ${names}`}
      @click=${() => actions.react(m, r.emoji, !mine)}>${r.emoji} <span>${app.l.number(r.count)}</span></button></li>`;
  })}</ul>`;
}

/** What leads from a row of the room into its thread. @param {App} app @param {Message} m @param {(m: Message) => void} open */
function thread(app, m, open) {
  if (!m.thread_id && !m.reply_count) return nothing;
  return html`<button class="replies" type="button" data-small-ok @click=${() => open(m)}>${m.thread_id || !m.repliers.length ? icon('reply') : html`<span class="faces" title=${app.l.list(m.repliers.map((u) => u.display_name))}>${m.repliers.map((u) => avatar(u))}</span>`}${m.thread_id
    ? app.t('thread.from')
    : html`${app.t('message.replies', { n: m.reply_count })}${m.last_reply_at ? html` <small>${app.t('thread.last', { at: when(app, m.last_reply_at) })}</small>` : nothing}`}</button>`;
}

/** The time of day for what happened today, else the day. @param {App} app @param {string} at */
function when(app, at) {
  const now = new Date();
  return new Date(at).toDateString() === now.toDateString() ? app.l.time(at) : app.l.day(at, now);
}

/** @param {App} app @param {Message} m @param {RowActions} actions */
function editor(app, m, actions) {
  /** @param {HTMLElement} form */
  const save = (form) => actions.save(m, /** @type {HTMLTextAreaElement} */ (form.querySelector('textarea')).value);
  /** @param {KeyboardEvent} e */
  const onKey = (e) => {
    if (composing(e)) return;
    const form = /** @type {HTMLElement} */ (e.currentTarget);
    if (e.key === 'Escape') {
      e.stopPropagation();
      actions.cancel();
    } else if (e.key === 'Enter' && !e.shiftKey && !(app.touch.matches && !e.ctrlKey && !e.metaKey)) {
      e.preventDefault();
      save(form);
    }
  };
  return html`<form class="edit" @keydown=${onKey} @submit=${(/** @type {SubmitEvent} */ e) => {
      e.preventDefault();
      save(/** @type {HTMLElement} */ (e.currentTarget));
    }}>
    <textarea class="input" dir="auto" rows="1" aria-label=${app.t('edit.label')} .defaultValue=${m.text} ${ref(focusOnce)}></textarea>
    <div class="edit-buttons">
      <button class="button small primary">${app.t('edit.save')}</button>
      <button class="button small" type="button" @click=${() => actions.cancel()}>${app.t('edit.cancel')}</button>
      <span class="hint">${app.t('edit.hint')}</span>
    </div>
    <p class="field-error" role="alert" hidden></p>
  </form>`;
}

/** @param {Element | undefined} el */
function focusOnce(el) {
  if (!el) return;
  const box = /** @type {HTMLTextAreaElement} */ (el);
  queueMicrotask(() => {
    if (!box.isConnected || document.activeElement === box) return;
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
    box.scrollIntoView({ block: 'nearest' });
  });
}

/**
 * @typedef {{
 *   retry: (p: Pending) => void, rewrite: (p: Pending) => void, drop: (p: Pending) => void,
 *   save: (m: Message, text: string) => void, cancel: () => void,
 *   react: (m: Message, emoji: string, on: boolean) => void, names: (ids: string[]) => string, whose: (m: Message) => void,
 *   thread?: (m: Message) => void, pane?: boolean,
 * }} RowActions
 */
