// Who is in the room; adding and removing people.
import { user as shape } from '../../core/shapes.js';
import { composing } from '../../core/editing.js';

const WAIT_MS = 150;

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const membersDialog = ({ lit: { html, nothing, repeat }, avatar, icon, presence, formError, formState, rooms }) => (app, { room }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const state = app.state.peek();
  const manages = room.me?.role === 'manager' || ['owner', 'admin'].includes(state.me.role);
  const adds = room.me && !room.archived && state.me.role !== 'guest' && room.kind !== 'direct' && (room.kind === 'open' || manages);
  /** @type {{user: User, role: string, mute: {until?: string} | null}[] | null} */
  let members = null;
  /** Whose line is opened out, by id. */
  let opened = '';
  /** Who is about to be removed, by id. */
  let leaving = '';
  /** @type {User[]} */
  let found = [];
  let query = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const load = () => form.submit(async () => {
    members = (await rooms.members(room.id)).map((m) => ({ user: shape(m.user), role: m.role ?? 'member', mute: m.mute ?? null }));
  });
  load();

  /** @param {InputEvent} e */
  const onInput = (e) => {
    query = /** @type {HTMLInputElement} */ (e.target).value.trim();
    clearTimeout(timer);
    timer = setTimeout(complete, WAIT_MS);
  };
  async function complete() {
    const asked = query;
    const people = asked ? await rooms.people(asked).catch(() => []) : [];
    if (asked !== query) return;
    const inside = new Set((members ?? []).map((m) => m.user.id));
    found = people.map(shape).filter((u) => !inside.has(u.id));
    frame.redraw();
  }
  /** @param {User} u */
  const add = (u) => form.submit(async () => {
    await rooms.add(room.id, u.id);
    found = found.filter((f) => f.id !== u.id);
    members = [...(members ?? []), { user: u, role: 'member', mute: null }];
  });
  /** The first press asks, in the button itself, the second does it. @param {User} u */
  const remove = (u) => {
    if (leaving !== u.id) {
      leaving = u.id;
      return frame.redraw();
    }
    return form.submit(async () => {
      await rooms.remove(room.id, u.id);
      members = (members ?? []).filter((m) => m.user.id !== u.id);
    });
  };

  /** @param {{user: User}} m @param {number | null} seconds null: until it is lifted; 0: the word is given back */
  const mute = (m, seconds) => form.submit(async () => {
    const at = `/rooms/${room.id}/members/${m.user.id}/mute`;
    await (seconds === 0 ? app.api.delete(at) : app.api.put(at, seconds === null ? {} : { seconds }));
    members = (await rooms.members(room.id)).map((x) => ({ user: shape(x.user), role: x.role ?? 'member', mute: x.mute ?? null }));
  });
  /** @param {User} u @param {boolean} on */
  const block = (u, on) => form.submit(async () => {
    await (on ? app.api.put(`/me/blocks/${u.id}`) : app.api.delete(`/me/blocks/${u.id}`));
    // What they had called me for counts no more, or again.
    for (const r of (await app.api.get('/rooms')).rooms) app.dispatch({ type: 'read', room_id: r.id, num: r.me.last_read_num, unread: r.unread, mentions: r.mentions });
  });
  /** @param {{user: User, role: string}} m */
  const mutable = (m) => manages && room.kind !== 'direct' && !room.archived && !['owner', 'admin'].includes(m.user.role)
    && (m.role !== 'manager' || ['owner', 'admin'].includes(state.me.role));
  /** @param {string} key @param {() => void} run */
  const choice = (key, run) => html`<button class="button small" type="button" @click=${run}>${t(key)}</button>`;
  /** @param {{user: User, role: string, mute: object | null}} m */
  const choices = (m) => {
    const blocked = app.state.peek().blocked.has(m.user.id);
    return html`<div class="pick-choices">
      ${!mutable(m) ? nothing : m.mute ? choice('members.unmute', () => mute(m, 0)) : html`${choice('members.muteHour', () => mute(m, 3600))}${choice('members.mute', () => mute(m, null))}`}
      ${choice(blocked ? 'members.unblock' : 'members.block', () => block(m.user, !blocked))}
      <p class="field-hint">${t('members.blockHint')}</p></div>`;
  };

  /** @param {User} u @param {unknown} end */
  const person = (u, end) => html`<li class="pick">${avatar(u)}
    <span class="pick-text"><b><span dir="auto">${u.display_name}</span></b><small>@${u.username}${u.status ? html` · <span dir="auto">${u.status}</span>` : nothing}</small></span>${end}</li>`;
  /** @param {string} id */
  const here = (id) => {
    const status = state.presence.get(id);
    return status === 'online' || status === 'away' ? html`<span class="pick-note ${status}">${presence(app, status)}${t(`members.${status}`)}</span>` : nothing;
  };
  /** @param {{user: User, role: string, mute: {until?: string} | null}} m */
  const member = (m) => person(m.user, html`
    ${m.role === 'manager' ? html`<span class="pick-note">${t('members.manager')}</span>` : nothing}
    ${m.mute ? html`<span class="pick-note">${t('members.muted')}</span>` : nothing}
    ${app.state.peek().blocked.has(m.user.id) ? html`<span class="pick-note">${t('members.blocked')}</span>` : nothing}
    ${here(m.user.id)}
    ${m.user.id === state.me.id ? nothing : html`<button class="icon-button" type="button" aria-expanded=${String(opened === m.user.id)} title=${t('members.more')} aria-label=${`${t('members.more')}: ${m.user.display_name}`}
      @click=${() => { opened = opened === m.user.id ? '' : m.user.id; frame.redraw(); }}>${icon('more')}</button>`}
    ${manages && m.user.id !== state.me.id && room.kind !== 'direct' && !room.archived
      ? html`<button class=${leaving === m.user.id ? 'button small danger' : 'icon-button'} type="button" title=${t('members.remove')} aria-label=${`${t('members.remove')}: ${m.user.display_name}`}
        @click=${() => remove(m.user)}>${leaving === m.user.id ? t('members.remove') : icon('close')}</button>` : nothing}
    ${opened === m.user.id ? choices(m) : nothing}`);

  /** Enter takes the first one found. @param {KeyboardEvent} e */
  const onKey = (e) => {
    if (e.key !== 'Enter' || composing(e)) return;
    e.preventDefault();
    if (found[0]) add(found[0]);
  };

  return () => ({
    title: members ? t('members.count', { n: members.length }) : t('members.title'), wide: true,
    content: html`<div class="dialog-body">
      ${adds ? html`<label class="field"><span class="field-label">${t('members.add')}</span>
        <input class="input" type="search" dir="auto" autocomplete="off" placeholder=${t('members.addHint')} ?autofocus=${!app.touch.matches} @input=${onInput} @keydown=${onKey}></label>
        <ul class="picks found" ?hidden=${found.length === 0}>${repeat(found, (u) => u.id, (u) => person(u, html`<button class="button small primary" type="button" @click=${() => add(u)}>${t('members.addButton')}</button>`))}</ul>
        ${query && found.length === 0 ? html`<p class="field-hint">${t('members.none')}</p>` : nothing}` : nothing}
      ${formError(form)}
      <ul class="picks" aria-label=${t('members.title')}>${repeat(members ?? [], (m) => m.user.id, member)}</ul>
    </div>`,
  });
};
