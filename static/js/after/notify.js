// Notices on the desktop: one a room, only for what calls, and gone when the room was read, here or elsewhere.
import { calls, glance } from '../core/notify.js';
import { message, roomName } from '../core/shapes.js';
import { noticeBoard } from './noticeboard.js';

/** Time for another window or device to say that it has just read this. */
const WAIT_MS = 600;
/** Notices were switched off in this browser ("off"), or the question was put away ("later"). */
const CHOICE = 'parley.notify';

/** @param {import('../after.js').Lent} lent */
export function notifying({ app, lit: { html, nothing, render }, effect, icon, go }) {
  if (!('Notification' in globalThis)) return;
  const { serviceWorker, locks } = navigator;
  const board = noticeBoard({ registration: async () => serviceWorker?.getRegistration(), locks }, (roomId) => {
    focus();
    go(roomId);
  });
  let leads = !locks;
  // One window of a browser speaks for all of them, and the next one when that is closed.
  locks?.request(`parley-notify-${app.state.peek().me.id}`, () => {
    leads = true;
    return new Promise(() => undefined);
  });

  app.watch((event) => {
    if (event.type !== 'message.created' || !leads || !allowed()) return;
    const m = message(event.message);
    const { rooms, me, blocked } = app.state.peek();
    if (blocked.has(m.sender.id) || !calls(rooms.get(m.room_id), m, me) || inView(m.room_id)) return;
    setTimeout(() => {
      board.show(m.room_id, () => words(m)).catch(() => undefined); // it was forbidden meanwhile
    }, WAIT_MS);
  });

  /** @param {string} roomId */
  function inView(roomId) {
    return app.state.peek().current === roomId && !app.ui.home.peek() && !document.hidden && document.hasFocus();
  }

  /** Nothing where it was read meanwhile. @param {Message} m @returns {import('./noticeboard.js').Words | null} */
  function words(m) {
    const { rooms, me } = app.state.peek();
    const r = rooms.get(m.room_id);
    if (!r?.me || (m.num && r.me.last_read_num >= m.num) || inView(m.room_id)) return null;
    const title = r.kind === 'direct' ? m.sender.display_name : app.t('notice.title', { name: m.sender.display_name, room: roomName(r, me) });
    const face = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel=apple-touch-icon]'))?.href;
    const options = { body: glance(m.text), renotify: true, icon: face, lang: app.l.lang, dir: /** @type {const} */ ('auto'), timestamp: Date.parse(m.created_at), data: { room: r.id } };
    return { title, options };
  }

  effect(() => {
    const { rooms } = app.state.value;
    for (const id of board.rooms()) if (!rooms.get(id)?.unread) board.withdraw(id);
  });
  // Another window of this browser may have shown what is read here.
  app.watch((event) => {
    if (event.type === 'local.read' || event.type === 'read' && !event.unread) board.withdraw(event.room_id);
  });
  serviceWorker?.addEventListener('message', (e) => {
    if (e.data?.type === 'go') go(e.data.room);
  });

  function allowed() {
    return Notification.permission === 'granted' && choice() !== 'off';
  }

  /** The browser's question is only asked by a press of this button. */
  function ask() {
    const place = document.getElementById('side-note');
    if (!place) return;
    const wanted = Notification.permission === 'default' && !choice();
    render(wanted ? html`<div class="side-note">
      <button class="side-note-yes" type="button" @click=${() => Notification.requestPermission().then(ask)}>${icon('bell')}<span>${app.t('notice.ask')}</span></button>
      <button class="icon-button" type="button" title=${app.t('notice.later')} aria-label=${app.t('notice.later')} @click=${later}>${icon('close')}</button>
    </div>` : nothing, place);
  }

  function later() {
    choose('later');
    ask();
    document.getElementById('composer')?.focus();
  }
  ask();
}

/** @returns {string} */
function choice() {
  try {
    return localStorage.getItem(CHOICE) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} what */
function choose(what) {
  try {
    localStorage.setItem(CHOICE, what);
  } catch {
    // Then the question comes again.
  }
}
