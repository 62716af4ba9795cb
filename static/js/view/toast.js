// A short word about something that can be undone, and the way to undo it.
import { effect } from '../../vendor/signals-core.js';
import { html, nothing, render } from '../../vendor/lit-html.js';

const SHOWN_MS = 8000;

/** @param {import('../client/app.js').App} app */
export function mountToast(app) {
  const root = /** @type {HTMLElement} */ (document.getElementById('toast'));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  effect(() => {
    const toast = app.ui.toast.value;
    clearTimeout(timer);
    if (toast) timer = setTimeout(() => (app.ui.toast.value = null), SHOWN_MS);
    const undo = () => {
      toast?.run();
      app.ui.toast.value = null;
    };
    render(toast ? html`<div class="toast"><span>${toast.text}</span><button class="link" type="button" @click=${undo}>${toast.action}</button></div>` : nothing, root);
  });
}
