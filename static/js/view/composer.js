// The box one writes in. It is part of the page from the start, so what is typed before the scripts run is not lost.
import { render, html, nothing } from '../../vendor/lit-html.js';
import { effect } from '../../vendor/signals-core.js';
import { MAX_CHARACTERS, composing, fault, sends } from '../core/editing.js';
import { roomName } from '../core/shapes.js';
import { lastOwn } from '../core/rows.js';
import { SIGN_MS } from '../core/typing.js';
import { insert, onPaste } from './box.js';

/** @typedef {import('../client/app.js').App} App */

const SAVE_MS = 300;

/**
 * @param {App} app @param {import('../client/sending.js').Sending} sending @param {import('../client/drafts.js').Drafts} drafts
 * @param {import('../client/warning.js').Warning} guarded @param {{jump: () => unknown}} timeline
 */
export function mountComposer(app, sending, drafts, guarded, timeline) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById('compose'));
  const box = /** @type {HTMLTextAreaElement} */ (document.getElementById('composer'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button[type=submit]'));
  const error = /** @type {HTMLElement} */ (document.getElementById('compose-error'));
  const who = /** @type {HTMLElement} */ (document.getElementById('typing'));
  let room = '';
  let signedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;
  const grows = CSS.supports('field-sizing', 'content');

  function submit() {
    const text = box.value;
    const wrong = fault(text);
    say(wrong === 'long' ? app.t('compose.long', { max: MAX_CHARACTERS }) : '');
    const to = room; // the room of the keypress, wherever the writer is when it is sent
    if (wrong || !to) return;
    guarded(to, text, () => {
      if (room !== to) drafts.set(to, '');
      else if (box.value === text) {
        put('');
        keep();
      }
      signedAt = 0; // what is typed next is a new sign
      sending.send(to, text);
      if (room === to) timeline.jump();
      if (!app.touch.matches) box.focus();
    });
  }

  /** @param {string} text */
  function put(text) {
    box.value = text;
    fit();
  }

  function fit() {
    button.classList.toggle('ready', box.value.trim() !== '');
    if (grows) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }

  function keep() {
    clearTimeout(saving);
    saving = undefined;
    if (room) drafts.set(room, box.value);
  }

  /** @param {string} text */
  function say(text) {
    error.textContent = text;
    error.hidden = !text;
  }

  function onInput() {
    fit();
    if (!error.hidden) say('');
    saving ??= setTimeout(keep, SAVE_MS);
    if (box.value.trim() && Date.now() - signedAt > SIGN_MS && app.socket.send({ type: 'typing', room_id: room })) signedAt = Date.now();
  }

  /** @param {KeyboardEvent} e */
  function onKey(e) {
    if (e.defaultPrevented) return;
    if (sends(e, app.touch.matches)) {
      e.preventDefault();
      submit();
    } else if (e.key === 'ArrowUp' && !composing(e) && box.value === '' && !e.altKey && !e.shiftKey && !e.ctrlKey && !e.metaKey) {
      const mine = lastOwn(app.state.peek().timelines.get(room), app.state.peek().me);
      if (!mine) return;
      e.preventDefault();
      app.ui.editing.value = mine.id;
    }
  }

  /** @param {string} name @param {() => object} props */
  function opens(name, props) {
    const opener = /** @type {HTMLButtonElement | null} */ (form.querySelector(`[data-opens=${name}]`));
    if (!opener) return;
    opener.disabled = false;
    opener.addEventListener('mousedown', (e) => e.preventDefault()); // closing the dialog leads back to the words
    opener.addEventListener('click', () => (app.ui.dialog.value = { name, props: props() }));
  }
  /** @param {string} sign */
  function place(sign) {
    box.focus();
    insert(box, `${sign} `);
  }
  opens('preview', () => ({ room, text: box.value }));
  opens('emoji', () => ({ title: 'emoji.insert', choose: place }));

  form.addEventListener('submit', (e) => {
    e.preventDefault();
    submit();
  });
  // The button takes no focus: on a phone the keyboard would go down after every message.
  button.addEventListener('mousedown', (e) => e.preventDefault());
  box.addEventListener('input', onInput);
  box.addEventListener('keydown', onKey);
  box.addEventListener('paste', onPaste);
  addEventListener('pagehide', keep);
  // By hand: a link to a part of the page would count as going somewhere.
  document.querySelector('.skip')?.addEventListener('click', (e) => {
    e.preventDefault();
    box.focus();
  });
  // What is typed while nothing has the focus belongs here.
  document.addEventListener('keydown', (e) => {
    if (e.key.length !== 1 || e.ctrlKey || e.metaKey || e.altKey || composing(e) || form.hidden) return;
    const at = document.activeElement;
    if (at && at !== document.body && !at.closest('#timeline')) return;
    if (e.key === ' ' || document.querySelector('dialog[open], [popover]:popover-open')) return;
    if (at?.matches('input, textarea, select, button')) return;
    box.focus();
  });

  effect(() => {
    const state = app.state.value;
    const r = state.rooms.get(state.current);
    const name = r ? app.t('compose.label', { name: roomName(r, state.me) }) : '';
    if (box.placeholder !== name) {
      box.placeholder = name;
      box.setAttribute('aria-label', name);
    }
    if (state.current === room) return;
    keep();
    const early = room === '' ? box.value : '';
    room = state.current;
    signedAt = 0;
    say('');
    put(early || drafts.get(room));
    if (room && !app.touch.matches && !document.querySelector('dialog[open]')) queueMicrotask(() => box.focus({ preventScroll: true }));
  });

  effect(() => {
    const state = app.state.value;
    const names = [...(state.typing.get(state.current)?.values() ?? [])].map((t) => t.user.display_name);
    const text = names.length === 0 ? '' : names.length > 3 ? app.t('typing.many') : app.t('typing.some', { n: names.length, names: app.l.list(names) });
    render(text ? html`<span class="dots" aria-hidden="true"></span>${text}` : nothing, who);
  });

  return {
    /** Back into the box, before what is there. @param {string} text */
    take(text) {
      put(box.value.trim() ? `${text}\n${box.value}` : text);
      keep();
      box.focus();
    },
    focus: () => box.focus(),
  };
}
