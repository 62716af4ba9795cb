// Initials on the person's own colour.
import { html } from '../../vendor/lit-html.js';
import { hue, initials } from '../core/editing.js';

/** @param {User} user @param {string} [size] a class of avatar.css */
export function avatar(user, size = '') {
  return html`<span class="avatar hue-${user.hue ? user.hue - 1 : hue(user.id)} ${size}" aria-hidden="true">${initials(user.display_name)}</span>`;
}
