// The list that offers names after an @ and emoji after a colon: an ARIA combobox over a text box, which keeps the focus.
import { composing } from '../../core/editing.js';
import { named, naming } from '../../core/emoji.js';
import { callable, calling } from '../../core/mention.js';
import { user } from '../../core/shapes.js';

/** @typedef {import('../pane.js').Lent} Lent */
/** @typedef {{id: string, sign: unknown, name: string, hint: string, text: string}} Offer */
/** @typedef {{from: number, query: string}} Word the word under the caret and where it begins */

const SHOWN = 8;
const WAIT_MS = 150;
let lists = 0;

/** @param {Lent} lent @returns {(box: HTMLTextAreaElement) => void} */
export const completing = (lent) => {
  const { app, people, avatar, lit: { html } } = lent;
  /** @type {User[]} */
  let others = [];
  /** @type {Promise<import('../../core/emoji.js').Emoji[]> | undefined} */
  let table;

  const everybody = () => ['all', 'here'].map((name) => user({ id: name, username: name, display_name: app.t(`complete.${name}`) }));

  /** @param {User} u @returns {Offer} */
  const person = (u) => ({ id: u.id, sign: avatar(u), name: u.display_name, hint: `@${u.username}`, text: `@${u.username} ` });

  /** Members of the room, who spoke last first. @param {string} query */
  async function inRoom(query) {
    const state = app.state.peek();
    const spoke = new Map(state.timelines.get(state.current)?.messages.map((m) => [m.sender.id, m.seq]));
    const members = [...(await people.members(state.current))].filter((u) => u.id !== state.me.id)
      .sort((a, b) => (spoke.get(b.id) ?? 0) - (spoke.get(a.id) ?? 0));
    return callable(query, members.concat(everybody()), others, SHOWN).map(person);
  }

  /** Those who are not in the room. @param {string} query */
  async function elsewhere(query) {
    const got = await app.api.get(`/users?limit=8&q=${encodeURIComponent(query)}`).catch(() => ({ users: [] }));
    others = got.users.map(user);
    return others.filter((u) => u.id !== app.state.peek().me.id).map(person);
  }

  /** @param {string} query @returns {Promise<Offer[]>} */
  async function emoji(query) {
    table ??= app.api.get('/emoji').then((got) => got.emoji ?? got, () => (table = undefined, []));
    return named((await table) ?? [], query).slice(0, SHOWN).map(({ emoji: sign, names }) => ({
      id: sign, sign: html`<span class="sign">${sign}</span>`, name: names[0].replaceAll('_', ' '), hint: `:${names[0]}:`, text: `${sign} `,
    }));
  }

  /** What a word may become: where it begins, what is offered for it, at once and after a while. */
  const kinds = [
    { find: calling, first: inRoom, more: elsewhere, title: 'complete.title' },
    { find: naming, first: emoji, more: null, title: 'complete.emoji' },
  ];

  return (/** @type {HTMLTextAreaElement} */ box) => mount(lent, box, kinds);
};

/**
 * @param {Lent} lent @param {HTMLTextAreaElement} box
 * @param {{find: (text: string, caret: number) => Word | null, first: (query: string) => Promise<Offer[]>, more: ((query: string) => Promise<Offer[]>) | null, title: string}[]} kinds
 */
function mount({ app, insert, lit: { html, nothing, render } }, box, kinds) {
  const id = `names-${++lists}`;
  const list = document.createElement('div');
  list.className = 'names';
  list.hidden = true;
  box.before(list);
  box.setAttribute('aria-autocomplete', 'list');
  /** @type {Offer[]} */
  let found = [];
  let title = '';
  let at = 0;
  /** Where the word begins whose list was dismissed: it stays so. */
  let dismissed = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The word that can be completed and how. */
  function asked() {
    if (box.selectionStart !== box.selectionEnd) return null;
    for (const kind of kinds) {
      const word = kind.find(box.value, box.selectionStart);
      if (word) return { ...word, kind };
    }
    return null;
  }

  async function look() {
    const now = asked();
    if (!now) {
      dismissed = -1;
      return hide();
    }
    if (now.from === dismissed) return hide();
    const still = () => asked()?.query === now.query && document.activeElement === box;
    const offers = await now.kind.first(now.query);
    if (!still()) return undefined;
    found = offers;
    title = now.kind.title;
    at = 0;
    draw();
    clearTimeout(timer);
    const { more } = now.kind;
    if (!more || !now.query) return undefined;
    timer = setTimeout(async () => {
      const later = await more(now.query);
      if (!still() || (list.hidden && found.length)) return;
      const known = new Set(found.map((o) => o.id));
      found = [...found, ...later.filter((o) => !known.has(o.id))].slice(0, SHOWN);
      draw();
    }, WAIT_MS);
    return undefined;
  }

  function draw() {
    const open = found.length > 0;
    list.hidden = !open;
    if (!open) {
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant']) box.removeAttribute(name);
      return render(nothing, list);
    }
    // A text box of several lines is a combobox only while it offers something.
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-expanded', 'true');
    box.setAttribute('aria-controls', id);
    box.setAttribute('aria-activedescendant', `${id}-${at}`);
    return render(html`<ul role="listbox" id=${id} aria-label=${app.t(title)}>${found.map((o, i) => html`<li id=${`${id}-${i}`} role="option" aria-selected=${String(i === at)}
      @pointerdown=${(/** @type {Event} */ e) => {
        e.preventDefault();
        choose(o);
      }}>${o.sign}<b dir="auto">${o.name}</b><small>${o.hint}</small></li>`)}</ul>`, list);
  }

  function hide() {
    found = [];
    clearTimeout(timer);
    draw();
  }

  /** @param {Offer} offer */
  function choose(offer) {
    const now = asked();
    if (!now) return;
    const after = /^[\p{L}\p{N}_.-]*/u.exec(box.value.slice(box.selectionStart))?.[0].length ?? 0;
    box.setSelectionRange(now.from, box.selectionStart + after);
    insert(box, offer.text);
    hide();
  }

  // Before the box's own keys: Enter chooses here and sends there.
  box.addEventListener('keydown', (e) => {
    if (list.hidden || composing(e)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) at = (at + step + found.length) % found.length;
    else if ((e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey && !e.ctrlKey && !e.metaKey) choose(found[at]);
    else if (e.key === 'Escape') {
      dismissed = asked()?.from ?? -1;
      hide();
    } else return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (step) draw();
  }, { capture: true });
  box.addEventListener('input', (e) => !(/** @type {InputEvent} */ (e).isComposing) && look());
  box.addEventListener('compositionend', look);
  box.addEventListener('blur', hide);
  box.form?.addEventListener('submit', hide);
  app.watch((event) => event.type === 'local.opened' && hide());
  look(); // the word that called for this script stands there already
}
