// Choosing an emoji: those used lately and the common ones first, any other by its name.
import { composing } from '../../core/editing.js';
import { named } from '../../core/emoji.js';

const COMMON = ['👍', '❤️', '😂', '🎉', '👀', '🙏', '✅', '🔥', '😮', '😢', '👏', '💯', '🚀', '🤔', '😄', '👎'];
const KEY = 'parley.emoji';
const SHOWN = 96;

/** @typedef {import('../../core/emoji.js').Emoji} Entry */
/** The table of the server, asked for once. @type {Promise<Entry[]> | undefined} */
let table;

/** @returns {string[]} */
function recent() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]');
  } catch {
    return []; // storage is switched off
  }
}

/** @param {string} emoji */
function remember(emoji) {
  try {
    localStorage.setItem(KEY, JSON.stringify([emoji, ...recent().filter((e) => e !== emoji)].slice(0, 16)));
  } catch {
    // it will not be the first next time
  }
}

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const emojiDialog = ({ lit: { html, nothing } }) => (app, { choose, title = 'emoji.title' }, frame) => {
  const { t } = app;
  let query = '';
  /** @type {Entry[]} */
  let all = [];
  table ??= app.api.get('/emoji').then((got) => got.emoji ?? got, () => (table = undefined, []));
  table?.then((list) => {
    all = list ?? [];
    frame.redraw();
  });
  /** @param {string} emoji */
  function take(emoji) {
    remember(emoji);
    frame.close();
    choose(emoji);
  }
  function shown() {
    if (query.trim()) return named(all, query).slice(0, SHOWN);
    const first = [...new Set([...recent(), ...COMMON])].slice(0, 24);
    const rest = all.filter((e) => !first.includes(e.emoji)).slice(0, SHOWN - first.length);
    const names = new Map(all.map((e) => [e.emoji, e]));
    return [...first.map((emoji) => names.get(emoji) ?? { emoji, names: [emoji] }), ...rest];
  }
  /** @param {KeyboardEvent} e */
  function onKey(e) {
    if (composing(e)) return;
    const box = /** @type {HTMLElement} */ (e.currentTarget);
    const buttons = [...box.querySelectorAll('.emojis button')];
    const at = buttons.indexOf(/** @type {Element} */ (document.activeElement));
    if (e.key === 'Enter' && at < 0 && buttons[0]) {
      e.preventDefault();
      /** @type {HTMLElement} */ (buttons[0]).click();
    }
    const across = Math.max(1, buttons.findIndex((b) => /** @type {HTMLElement} */ (b).offsetTop > /** @type {HTMLElement} */ (buttons[0]).offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : across, ArrowUp: -across }[e.key];
    if (!step || (at < 0 && e.key !== 'ArrowDown')) return;
    e.preventDefault();
    const to = /** @type {HTMLElement | undefined} */ (buttons[at + step]) ?? (at + step < 0 ? box.querySelector('input') : undefined);
    /** @type {HTMLElement | null | undefined} */ (to)?.focus();
  }
  return () => ({
    title: t(title),
    content: html`<div class="dialog-body" @keydown=${onKey}>
      <input class="input" type="search" autofocus autocomplete="off" aria-label=${t('emoji.search')} placeholder=${t('emoji.search')} @input=${(/** @type {InputEvent} */ e) => {
        query = /** @type {HTMLInputElement} */ (e.target).value;
        frame.redraw();
      }}>
      <div class="emojis" role="group" aria-label=${t(title)}>${shown().map((e, i) => html`<button type="button" tabindex=${i ? -1 : 0} title=${e.names[0]} aria-label=${e.names[0].replaceAll('_', ' ')} @click=${() => take(e.emoji)}>${e.emoji}</button>`)}</div>
      ${query.trim() && all.length && !shown().length ? html`<p class="field-hint">${t('emoji.none')}</p>` : nothing}
    </div>`,
  });
};
