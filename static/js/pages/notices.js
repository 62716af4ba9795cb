// Notices of this browser: on, off, or not allowed. The browser's own question is asked by a press of the button alone.

/** The same name stands in after/notify.js. */
const CHOICE = 'parley.notify';

/** @param {HTMLElement} section */
export function choosingNotices(section) {
  function draw() {
    for (const el of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll('[data-notices]'))) el.hidden = el.dataset.notices !== state();
  }

  /** @param {'on' | 'off'} choice */
  async function choose(choice) {
    localStorage.setItem(CHOICE, choice);
    if (choice === 'on' && Notification.permission === 'default') await Notification.requestPermission();
    draw();
    /** @type {HTMLElement | null} */ (section.querySelector('[data-notices]:not([hidden]) button'))?.focus();
  }

  section.querySelector('[data-notices=off] button')?.addEventListener('click', () => choose('on'));
  section.querySelector('[data-notices=on] button')?.addEventListener('click', () => choose('off'));
  draw();
}

function state() {
  if (!('Notification' in globalThis)) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(CHOICE) !== 'off' ? 'on' : 'off';
}
