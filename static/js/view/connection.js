// The banner: nothing for two seconds, then when the next try is, and a way to try now.
import { effect } from '../../vendor/signals-core.js';
import { html, nothing, render } from '../../vendor/lit-html.js';

/** @typedef {import('../client/app.js').App} App */

/** Most cuts are over before this; saying so would only alarm. */
const QUIET_MS = 2000;

/** @param {App} app */
export function mountConnection(app) {
  const root = /** @type {HTMLElement} */ (document.getElementById('connection'));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  function draw() {
    const link = app.ui.link.peek();
    const wrong = link.phase === 'waiting' || link.phase === 'connecting';
    const shown = wrong && Date.now() - link.since >= QUIET_MS;
    root.hidden = !shown;
    const s = Math.max(1, Math.ceil((link.retryAt - Date.now()) / 1000));
    render(shown
      ? html`<span>${link.phase === 'waiting' ? app.t('connection.waiting', { n: s }) : app.t('connection.connecting')}</span>
          ${link.phase === 'waiting' ? html`<button class="link" type="button" @click=${() => app.socket.hurry()}>${app.t('connection.now')}</button>` : nothing}`
      : nothing, root);
    if (wrong && !ticking) ticking = setInterval(draw, 500);
    if (!wrong && ticking) {
      clearInterval(ticking);
      ticking = undefined;
    }
  }

  effect(() => {
    const { phase } = app.ui.link.value;
    draw();
    if (phase === 'signed-out') app.ui.dialog.value = { name: 'sign-in', props: {} };
  });
  addEventListener('online', () => app.socket.hurry());
  document.addEventListener('visibilitychange', () => document.hidden || app.socket.hurry());
}
