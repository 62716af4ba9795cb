// The frame of every dialog: native, so that focus is trapped and given back by the browser.
import { effect } from '../../../vendor/signals-core.js';
import { html, nothing, render } from '../../../vendor/lit-html.js';
import { ApiError } from '../../net/api.js';
import { icon } from '../icons.js';

/** @typedef {import('../../client/app.js').App} App */
/**
 * @typedef {{close: () => void, redraw: () => void}} Frame
 * @typedef {{title: string, content: unknown, wide?: boolean, bare?: boolean, firm?: boolean}} Content
 *   firm: it can not be put away
 * @typedef {(app: App, props: any, frame: Frame) => () => Content} DialogMaker
 */

/** @param {App} app @param {Record<string, DialogMaker>} here @param {(name: string) => DialogMaker} fetched those that are not here */
export function mountDialogs(app, here, fetched) {
  const root = /** @type {HTMLElement} */ (document.getElementById('overlays'));
  const close = () => {
    app.ui.dialog.value = null;
  };

  effect(() => {
    const wanted = app.ui.dialog.value;
    /** @type {HTMLDialogElement | null} */
    const old = root.querySelector('dialog');
    if (old) {
      old.onclose = null;
      old.close();
      old.remove();
    }
    if (wanted) open(wanted.name, wanted.props);
    // The browser gives focus back to what opened the dialog; where that is gone, writing is what comes next.
    else if (old && document.activeElement === document.body && !app.touch.matches) document.getElementById('composer')?.focus();
  });

  /** @param {string} name @param {any} props */
  function open(name, props) {
    const dialog = document.createElement('dialog');
    dialog.className = `dialog dialog-${name}`;
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    root.append(dialog);
    /** @type {(() => Content) | undefined} */
    let content;
    const frame = { close, redraw: () => dialog.isConnected && draw() };
    let firm = false;

    function draw() {
      if (!content) return; // it asks for a drawing before it is there itself
      const now = content();
      firm = now.firm ?? false;
      dialog.classList.toggle('wide', now.wide ?? false);
      render(html`
        <div class=${now.bare ? 'vh' : 'dialog-head'}><h2 id="dialog-title">${now.title}</h2>
          ${firm || now.bare ? nothing : html`<button class="icon-button" type="button" aria-label=${app.t('dialog.close')} @click=${close}>${icon('close')}</button>`}</div>
        ${now.content}`, dialog);
    }
    content = (here[name] ?? fetched(name))(app, props, frame);
    draw();
    // A handler that answers false stops Escape, so it answers nothing.
    dialog.oncancel = (e) => {
      if (firm) e.preventDefault();
    };
    dialog.onclose = close;
    dialog.onpointerdown = (e) => {
      if (e.target === dialog && !firm && outside(dialog, e)) close();
    };
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector('[autofocus]'))?.focus();
  }
}

/** @param {HTMLElement} el @param {PointerEvent} e */
function outside(el, e) {
  const box = el.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
}

/**
 * A form whose refusals stand beside their fields. `send` throws ApiError; anything without a field goes under the form.
 * @param {App} app @param {Frame} frame
 */
export function formState({ l }, frame) {
  /** @type {Record<string, string>} */
  let errors = {};
  let busy = false;
  return {
    get busy() {
      return busy;
    },
    /** @param {string} field */
    error: (field) => errors[field] ?? '',
    /** @param {() => Promise<unknown>} send */
    async submit(send) {
      if (busy) return;
      busy = true;
      errors = {};
      frame.redraw();
      try {
        await send();
      } catch (err) {
        if (!(err instanceof ApiError)) throw err;
        errors = Object.fromEntries(err.errors.map((e) => [e.field, l.fault(e)]));
        if (err.errors.length === 0) errors[''] = l.fault(err);
      } finally {
        busy = false;
        frame.redraw();
      }
    },
  };
}

/** @typedef {ReturnType<typeof formState>} FormState */

/**
 * @param {FormState} form @param {{name: string, label: string, value?: string, type?: string, hint?: string, required?: boolean, max?: number, autofocus?: boolean, autocomplete?: string}} field
 */
export function field(form, { name, label, value = '', type = 'text', hint = '', required = false, max, autofocus = false, autocomplete = 'off' }) {
  const error = form.error(name);
  const described = [error ? `${name}-error` : '', hint ? `${name}-hint` : ''].filter(Boolean).join(' ');
  return html`<label class="field"><span class="field-label">${label}</span>
    <input class="input" name=${name} type=${type} .defaultValue=${value} dir="auto" ?required=${required} maxlength=${max ?? nothing} ?autofocus=${autofocus}
      autocomplete=${autocomplete} aria-invalid=${error ? 'true' : nothing} aria-describedby=${described || nothing}>
    ${hint ? html`<span class="field-hint" id="${name}-hint">${hint}</span>` : nothing}
    ${error ? html`<span class="field-error" id="${name}-error">${error}</span>` : nothing}</label>`;
}

/** What went wrong with the form as a whole. @param {FormState} form */
export function formError(form) {
  return html`<p class="form-error" role="alert" ?hidden=${!form.error('')}>${form.error('')}</p>`;
}
