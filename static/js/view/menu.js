// One menu for everything: a popover beside its button, a sheet at the bottom of a phone. It closes itself on Escape
// and on a press outside: the browser's own light dismiss would close it when the finger of a long press is lifted.
import { html, nothing, render } from '../../vendor/lit-html.js';
import { icon } from './icons.js';

/**
 * @typedef {{icon: Parameters<typeof icon>[0], label: string, run: () => void, danger?: boolean, checked?: boolean}} MenuItem
 */

/** @type {HTMLElement | null} */
let element = null;
/** @type {HTMLElement | null} */
let opener = null;

/** @param {MenuItem[]} items @param {HTMLElement} from the button that opens it @param {string} label @param {{x: number, y: number}} [at] */
export function openMenu(items, from, label, at) {
  const menu = (element ??= create());
  opener = from;
  render(html`<ul role="menu" aria-label=${label}>
    ${items.map((item) => html`<li role="none"><button type="button" role=${item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked=${item.checked === undefined ? nothing : String(item.checked)} class=${item.danger ? 'danger' : ''}
      @click=${() => choose(item)}>${icon(item.icon)}<span>${item.label}</span>${item.checked ? icon('check') : nothing}</button></li>`)}
  </ul>`, menu);
  menu.showPopover();
  put(menu, from, at);
  menu.querySelector('button')?.focus();
}

/** @param {MenuItem} item */
function choose(item) {
  close();
  item.run();
}

/** Focus goes back at once: the next key may already be on its way. */
function close() {
  element?.hidePopover();
  opener?.focus({ preventScroll: true });
}

function create() {
  const menu = document.createElement('div');
  menu.className = 'menu';
  menu.popover = 'manual';
  document.getElementById('overlays')?.append(menu);
  menu.addEventListener('keydown', (e) => {
    const buttons = [...menu.querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[e.key];
    if (e.key === 'Escape') e.stopPropagation();
    if (e.key === 'Tab' || e.key === 'Escape') close();
    if (to === undefined) return;
    e.preventDefault();
    buttons[(to + buttons.length) % buttons.length].focus();
  });
  document.addEventListener('pointerdown', (e) => {
    if (menu.matches(':popover-open') && !menu.contains(/** @type {Node} */ (e.target))) menu.hidePopover();
  }, true);
  menu.addEventListener('toggle', (e) => {
    if (opener?.hasAttribute('aria-expanded')) opener.setAttribute('aria-expanded', String(/** @type {ToggleEvent} */ (e).newState === 'open'));
  });
  return menu;
}

/** Below its button where there is room, else above; never over the window's edge. @param {HTMLElement} menu @param {HTMLElement} from @param {{x: number, y: number}} [at] */
function put(menu, from, at) {
  if (matchMedia('(max-width: 719px)').matches) {
    menu.style.removeProperty('left');
    menu.style.removeProperty('top');
    return;
  }
  const by = from.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const rtl = document.documentElement.dir === 'rtl';
  const left = at?.x ?? (rtl ? by.left : by.right - width);
  const below = at?.y ?? by.bottom + 4;
  const top = below + height > innerHeight - 8 ? (at?.y ?? by.top - 4) - height : below;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}
