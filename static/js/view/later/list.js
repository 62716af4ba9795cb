// Messages from anywhere, as a list: what is pinned, what was kept for later, who called me, threads I follow.
import { message, roomName } from '../../core/shapes.js';
import { place } from '../../client/messages.js';

/** @typedef {'pins' | 'saved' | 'mentions' | 'threads'} Kind */
/** @typedef {{m: Message, unread: number}} Item */

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const listDialog = ({ lit: { html, nothing, repeat }, icon, avatar, go, thread }) => (app, props, frame) => {
  const { t, l } = app;
  const kind = /** @type {Kind} */ (props.kind);
  const path = kind === 'pins' ? `/rooms/${app.room()?.id}/pins` : `/me/${kind}`;
  /** @type {Item[] | null} */
  let items = null;
  let cursor = '';
  let wrong = '';

  async function load() {
    try {
      const got = await app.api.get(path + (cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''));
      const page = got.threads ? got.threads.map((/** @type {any} */ x) => ({ m: message(x.root), unread: x.unread ?? 0 })) : got.messages.map((/** @type {any} */ m) => ({ m: message(m), unread: 0 }));
      items = [...(items ?? []), ...page];
      cursor = got.next_cursor ?? '';
    } catch (err) {
      wrong = l.fault(/** @type {any} */ (err));
    }
    frame.redraw();
  }
  load();

  /** Threads and replies open beside their room, everything else in it. @param {MouseEvent} e @param {Message} m */
  function follow(e, m) {
    if (e.button || e.metaKey || e.ctrlKey || e.shiftKey) return;
    frame.close();
    if (kind !== 'threads' && m.num) return;
    e.preventDefault();
    if (app.state.peek().current !== m.room_id) go(m.room_id);
    thread(m.thread_id || m.id);
  }
  /** @param {Message} m */
  async function drop(m) {
    try {
      await app.api.delete(kind === 'pins' ? `/messages/${m.id}/pin` : `/me/saved/${m.id}`);
      items = (items ?? []).filter((x) => x.m.id !== m.id);
    } catch (err) {
      wrong = l.fault(/** @type {any} */ (err));
    }
    frame.redraw();
  }
  /** @param {Item} item */
  function row({ m, unread }) {
    const r = app.state.peek().rooms.get(m.room_id);
    const removable = kind === 'saved' || (kind === 'pins' && r?.me && !r.archived);
    return html`<li class="find">${avatar(m.sender)}
      <a href=${place(m)} @click=${(/** @type {MouseEvent} */ e) => follow(e, m)}>
        <small><b dir="auto">${m.sender.display_name}</b> ${r && kind !== 'pins' ? html`· <span dir="auto">${roomName(r, app.state.peek().me)}</span>` : nothing} · <time datetime=${m.created_at} title=${l.full(m.created_at)}>${l.day(m.created_at, new Date())}, ${l.time(m.created_at)}</time></small>
        <span class="plain" dir="auto">${m.deleted ? t('message.deleted') : [...m.text].slice(0, 240).join('')}</span>
        ${kind === 'threads' ? html`<small class=${unread ? 'news' : ''}>${t('message.replies', { n: m.reply_count })}${unread ? html` · ${t('thread.unread', { n: unread })}` : nothing}</small>` : nothing}</a>
      ${removable ? html`<button class="icon-button" type="button" title=${t(`list.drop.${kind}`)} aria-label=${t(`list.drop.${kind}`)} @click=${() => drop(m)}>${icon('close')}</button>` : nothing}</li>`;
  }
  return () => ({
    title: t(`list.${kind}`), wide: true,
    content: html`<div class="dialog-body">
      <p class="form-error" role="alert" ?hidden=${!wrong}>${wrong}</p>
      <ul class="finds">${repeat(items ?? [], (x) => x.m.id, row)}</ul>
      ${items && !items.length ? html`<p class="field-hint">${t(`list.none.${kind}`)}</p>` : nothing}
      ${cursor ? html`<button class="button" type="button" @click=${load}>${t('list.more')}</button>` : nothing}
    </div>`,
  });
};
