// Whether somebody is there: a disc, a ring, or nothing. The shape says it as well as the colour.
import { html, nothing } from '../../vendor/lit-html.js';

/** @typedef {import('../client/app.js').App} App */

/** @param {App} app @param {string} [status] of the contract */
export function presence({ t }, status) {
  return status === 'online' || status === 'away' ? html`<span class="presence ${status}" title=${t(`members.${status}`)} aria-hidden="true"></span>` : nothing;
}

/** The same for those who hear it. @param {App} app @param {string} [status] */
export function presenceWord({ t }, status) {
  return status === 'online' || status === 'away' ? html`<span class="vh">, ${t(`members.${status}`)}</span>` : nothing;
}
