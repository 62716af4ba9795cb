// Keys that work everywhere. None is a single letter: those belong to the composer.
import { composing } from '../core/editing.js';
import { neighbour } from '../core/order.js';

/** @typedef {import('../client/app.js').App} App */

/** Regions in the order that F6 visits them. */
const REGIONS = ['#sidebar [aria-current=page], #sidebar a', '#room-header button', '#timeline', '#composer', '#pane textarea', '#find input'];

/**
 * @param {App} app @param {import('../client/navigation.js').Navigation} navigation @param {import('../client/reading.js').Reading} reading
 * @param {{jump: () => unknown}} timeline
 */
export function mountShortcuts(app, navigation, reading, timeline) {
  /** @param {string} name */
  const toggle = (name) => {
    app.ui.dialog.value = app.ui.dialog.peek()?.name === name ? null : { name, props: {} };
  };

  /** @param {KeyboardEvent} e @returns {boolean} it was one of ours */
  function handle(e) {
    const mod = e.ctrlKey || e.metaKey;
    if (mod && !e.altKey && e.key.toLowerCase() === 'k') toggle('jump');
    else if (mod && e.key === '/') toggle('shortcuts');
    else if (document.querySelector('dialog[open]')) return false;
    else if (e.altKey && !mod && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) walk(e.key === 'ArrowUp' ? -1 : 1, e.shiftKey);
    else if (e.key === 'F6') region(e.shiftKey ? -1 : 1);
    else if (e.key === 'Escape' && e.shiftKey) readAll();
    else if (e.key === 'Escape' && !mod && !e.altKey) {
      timeline.jump();
      reading.seen(app.state.peek().current, true);
    } else return false;
    return true;
  }

  /** @param {1 | -1} step @param {boolean} unreadOnly */
  function walk(step, unreadOnly) {
    const state = app.state.peek();
    const next = neighbour(app.sections(state.rooms), state.current, step, unreadOnly);
    if (next) navigation.go(next);
  }

  async function readAll() {
    const undo = await reading.seenEverywhere();
    if (undo) app.ui.toast.value = { text: app.t('toast.allRead'), action: app.t('toast.undo'), run: undo };
  }

  /** @param {1 | -1} step */
  function region(step) {
    const places = REGIONS.map((css) => /** @type {HTMLElement | null} */ (document.querySelector(css)));
    const areas = ['#sidebar', '#room-header', '#timeline', '#compose', '#pane', '#find'].map((css) => document.querySelector(css));
    const at = areas.findIndex((area) => area?.contains(document.activeElement));
    for (let i = 1; i <= places.length; i++) {
      const el = places[(at + step * i + 2 * places.length) % places.length];
      if (el && el.offsetParent) return el.focus();
    }
  }

  document.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || composing(e)) return;
    if (handle(e)) e.preventDefault();
  });
}
