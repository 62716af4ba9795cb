// The timeline: rows of the open room, and the promise that the line being read stays where it is.
import { guard, html, nothing, render, repeat } from '../../vendor/lit-html.js';
import { roomName } from '../core/shapes.js';
import { rows } from '../core/rows.js';
import { drawOn } from './frame.js';
import { icon } from './icons.js';
import { messageRow } from './row.js';

/** @typedef {import('../client/app.js').App} App */

/** Within this many pixels of the end the timeline follows new messages. */
const STICK = 100;
/** Pages are asked for this far ahead of the edge. */
const AHEAD = 800;
/** A place worth coming back to: a row and how far below the upper edge it stands. @typedef {{key: string, seq: number, top: number}} Place */

/**
 * @param {App} app @param {import('../client/history.js').History} pages @param {import('../client/reading.js').Reading} reading
 * @param {import('./row.js').RowActions} actions
 */
export function mountTimeline(app, pages, reading, actions) {
  const log = /** @type {HTMLElement} */ (document.getElementById('timeline'));
  const pill = /** @type {HTMLElement} */ (document.getElementById('pill'));
  let room = '';
  let stuck = true;
  /** Messages by others below the line being read. */
  let below = 0;
  /** On the way to the newest message, which has to be fetched first. */
  let jumping = false;
  let drawnLast = 0;
  /** @type {Map<string, Place | null>} */
  const places = new Map();
  let slow = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let slowTimer;

  function draw() {
    const state = app.state.peek();
    const id = state.current;
    if (id !== room) change(id);
    const t = state.timelines.get(id);
    const r = state.rooms.get(id);
    watchSlow(!!id && (!t || t.status === 'loading'));
    if (!t || (t.status === 'loading' && t.messages.length === 0)) {
      log.setAttribute('aria-live', 'off');
      render(!id ? nowhere() : t || !r ? waiting() : failed(), log);
      drawnLast = 0;
      renderPill();
      return;
    }
    const first = drawnLast === 0;
    const anchor = stuck || first ? null : place();
    const last = t.messages.at(-1);
    // Only what is new at the end is read out; history comes in silently.
    const arrived = !first && !!last && last.seq > drawnLast;
    log.setAttribute('aria-live', arrived ? 'polite' : 'off');
    if (arrived && !stuck) below += t.messages.filter((m) => m.seq > drawnLast && m.sender.id !== state.me.id && !t.has_after).length;
    drawnLast = last?.seq ?? -1;
    const list = rows(t, state.outbox.filter((p) => p.room_id === id && (!p.thread_id || p.also_in_room)), state.me);
    render(html`
      <div class="log-start">${t.has_before ? html`<p class="log-more" aria-hidden="true">${app.t('timeline.loading')}</p>` : r ? beginning(r) : nothing}</div>
      ${repeat(list, (row) => row.key, (row) => line(row))}
      ${t.has_after ? html`<p class="log-more" aria-hidden="true">${app.t('timeline.loading')}</p>` : nothing}`, log);
    if (jumping && !t.has_after && t.status === 'ready') {
      jumping = false;
      stuck = true;
      toEnd();
    } else if (app.ui.target.peek()) aim(t, first);
    else if (first) settle(t);
    else if (stuck && !t.has_after) toEnd();
    else if (anchor) restore(anchor);
    renderPill();
    queueMicrotask(look);
    // Without anything to scroll no scrolling asks for more.
    if (log.scrollHeight <= log.clientHeight) more(t);
  }

  /** @param {Timeline} t */
  function more(t) {
    if (t.has_before) pages.before(room);
    if (t.has_after) pages.after(room);
  }

  /** @param {import('../core/rows.js').Row} row */
  function line(row) {
    if (row.kind === 'day') return html`<div class="day" role="separator"><time datetime=${row.at}>${app.l.day(row.at, new Date())}</time></div>`;
    if (row.kind === 'new') return html`<div class="new-line" role="separator"><span>${app.t('timeline.new')}</span></div>`;
    const m = row.kind === 'message' ? row.message : row.pending;
    const { editing, unfolded, people } = app.ui;
    const edited = row.kind === 'message' && editing.peek() === row.message.id;
    // Of three hundred rows an event changes one: the others are not even looked at.
    return guard([m, row.grouped, edited, unfolded.peek().has(row.key), people.peek()], () => messageRow(app, row, actions));
  }

  /** @param {Room} r */
  function beginning(r) {
    const name = roomName(r, app.state.peek().me);
    return html`<div class="beginning">
      <h2 dir="auto">${app.t(r.kind === 'direct' ? 'timeline.beginningDirect' : 'timeline.beginning', { name })}</h2>
      <p>${r.num === 0 ? app.t('timeline.empty') : r.topic || app.t('timeline.beginningHint')}</p>
      ${r.num === 0 ? firstStep(r) : nothing}
    </div>`;
  }

  /** The only room brings people to the server, every further one brings those in who are there. @param {Room} r */
  function firstStep(r) {
    const { me, rooms: mine } = app.state.peek();
    const add = mine.size > 1 && r.me?.role === 'manager' && r.kind !== 'direct';
    const invite = !add && r.kind === 'open' && ['owner', 'admin'].includes(me.role);
    return html`${add ? html`<button class="button" type="button" aria-haspopup="dialog" @click=${() => (app.ui.dialog.value = { name: 'members', props: { room: r } })}>${app.t('members.add')}</button>` : nothing}
      ${invite ? html`<a class="button" href="/admin/invites">${app.t('timeline.invite')}</a>` : nothing}`;
  }

  function waiting() {
    return slow ? html`<div class="skeleton" aria-hidden="true">${[1, 2, 3, 4, 5].map((n) => html`<div class="bone bone-${n}"></div>`)}</div>` : nothing;
  }

  function nowhere() {
    if (app.ui.home.peek()) return nothing;
    return html`<div class="beginning"><p>${app.t('timeline.nowhere')}</p>
      ${app.state.peek().me.role === 'guest' ? nothing : html`<button class="button primary" type="button" @click=${() => (app.ui.dialog.value = { name: 'browse', props: {} })}>${app.t('rooms.browse')}</button>`}</div>`;
  }

  function failed() {
    return html`<div class="beginning"><p>${app.t('timeline.failed')}</p>
      <button class="button" type="button" @click=${() => pages.latest(app.state.peek().current, true)}>${app.t('timeline.retry')}</button></div>`;
  }

  /** Bones only after 300 ms: what comes at once should not flash. @param {boolean} waits */
  function watchSlow(waits) {
    if (!waits) {
      clearTimeout(slowTimer);
      slowTimer = undefined;
      slow = false;
    } else if (!slowTimer) {
      slowTimer = setTimeout(() => {
        slow = true;
        draw();
      }, 300);
    }
  }

  /** @param {string} id */
  function change(id) {
    if (room) places.set(room, stuck ? null : place());
    room = id;
    drawnLast = 0;
    below = 0;
    jumping = false;
  }

  /** A place that was asked for. It waits until it is here. @param {Timeline} t @param {boolean} first */
  function aim(t, first) {
    const { seq, top } = /** @type {{seq: number, top?: number}} */ (app.ui.target.peek());
    const row = seq ? log.querySelector(`[data-seq="${seq}"]`) : null;
    if (seq && !row) {
      if (first) settle(t);
      return;
    }
    app.ui.target.value = null;
    if (!row) return void jump();
    if (top === undefined) {
      row.scrollIntoView({ block: 'center' });
      flash(row);
    } else log.scrollTop += row.getBoundingClientRect().top - log.getBoundingClientRect().top - top;
    stuck = !t.has_after && distance() < STICK;
  }

  /** Where a room opens: the first unread, where it was left, else the end. @param {Timeline} t */
  function settle(t) {
    const line = log.querySelector('.new-line');
    const left = places.get(room);
    stuck = false;
    if (line) {
      log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - log.clientHeight / 4;
    } else if (left) restore(left);
    else toEnd();
    stuck = !t.has_after && distance() < STICK;
  }

  /** @param {Element} row */
  function flash(row) {
    row.classList.add('flash');
    row.addEventListener('animationend', () => row.classList.remove('flash'), { once: true });
  }

  /** The first row in view and how far below the top edge it stands. @returns {Place | null} */
  function place() {
    const top = log.getBoundingClientRect().top;
    for (const el of /** @type {NodeListOf<HTMLElement>} */ (log.querySelectorAll('.row'))) {
      const box = el.getBoundingClientRect();
      if (box.bottom > top) return { key: el.dataset.key ?? '', seq: Number(el.dataset.seq), top: box.top - top };
    }
    return null;
  }

  /** @param {Place} where */
  function restore(where) {
    const el = log.querySelector(`[data-key="${CSS.escape(where.key)}"]`);
    if (!el) return;
    const moved = el.getBoundingClientRect().top - log.getBoundingClientRect().top - where.top;
    if (moved) log.scrollTop += moved;
  }

  function distance() {
    return log.scrollHeight - log.scrollTop - log.clientHeight;
  }

  function toEnd() {
    log.scrollTop = log.scrollHeight;
  }

  async function jump() {
    const t = app.state.peek().timelines.get(room);
    stuck = true;
    below = 0;
    if (t?.has_after) {
      jumping = true;
      await pages.latest(room, true);
    } else toEnd();
    renderPill();
  }

  function onScroll() {
    const t = app.state.peek().timelines.get(room);
    if (!t) return;
    stuck = !t.has_after && distance() < STICK;
    if (stuck) below = 0;
    if (log.scrollTop < AHEAD) pages.before(room);
    if (distance() < AHEAD) pages.after(room);
    renderPill();
    look();
  }

  /** Somebody sees the newest message: it is read. */
  function look() {
    const on = stuck && !document.hidden && document.hasFocus() && !app.ui.home.peek();
    app.dispatch({ type: 'local.attentive', on, end: stuck });
    if (on) reading.seen(room);
  }

  function renderPill() {
    const t = app.state.peek().timelines.get(room);
    const n = below + (t?.missed ?? 0);
    const far = !!t && (t.has_after || distance() > log.clientHeight);
    render(n > 0 || far ? html`<button class="pill" type="button" @click=${jump}>${icon('down')}<span>${n > 0 ? app.t('timeline.more', { n }) : app.t('timeline.latest')}</span></button>` : nothing, pill);
  }

  log.addEventListener('scroll', onScroll, { passive: true });
  for (const type of ['focus', 'blur']) addEventListener(type, look);
  document.addEventListener('visibilitychange', look);
  // The composer grows, the keyboard comes up, the window turns: the end stays the end.
  new ResizeObserver(() => stuck && toEnd()).observe(log);
  drawOn(() => {
    const { current, timelines, rooms, outbox, me } = app.state.value;
    const { editing, unfolded, people, home, target } = app.ui;
    return [current, timelines.get(current), rooms.get(current), outbox, me, editing.value, unfolded.value, people.value, home.value, target.value];
  }, draw);
  app.place = () => {
    const t = app.state.peek().timelines.get(room);
    const at = t && (t.has_after || distance() >= STICK) ? place() : null;
    return at?.seq ? at : null;
  };

  return { jump };
}
