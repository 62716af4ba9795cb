// The icons: 24 px, line, stroke 1.75, drawn for Parley.
import { html, svg } from '../../vendor/lit-html.js';

const shapes = {
  hash: svg`<path d="M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  person: svg`<circle cx="12" cy="8.5" r="3.5"/><path d="M5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5"/>`,
  people: svg`<circle cx="9" cy="8.5" r="3.25"/><path d="M2.8 19.5c.5-3.4 3-5.2 6.2-5.2s5.7 1.8 6.2 5.2M15.5 5.5a3.25 3.25 0 0 1 0 6M17.5 14.7c2 .6 3.3 2.2 3.7 4.8"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  chevron: svg`<path d="m8 10 4 4 4-4"/>`,
  back: svg`<path d="m14.5 5-7 7 7 7"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  more: svg`<circle cx="5.5" cy="12" r="1.25" fill="currentColor"/><circle cx="12" cy="12" r="1.25" fill="currentColor"/><circle cx="18.5" cy="12" r="1.25" fill="currentColor"/>`,
  edit: svg`<path d="M4.5 19.5 5.6 15 16 4.6a1.8 1.8 0 0 1 2.6 0l.8.8a1.8 1.8 0 0 1 0 2.6L9 18.4zM14 6.7l3.3 3.3"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.3-1.3"/>`,
  unread: svg`<path d="M20 9.5V16a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3h7"/><circle cx="18.5" cy="5.5" r="2.5" fill="currentColor" stroke="none"/>`,
  trash: svg`<path d="M4.5 6.5h15M9.5 6.5V4.75h5V6.5M6.5 6.5l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M10.25 10.5v5.5M13.75 10.5v5.5"/>`,
  down: svg`<path d="M12 5v14M6 13l6 6 6-6"/>`,
  up: svg`<path d="M12 19V5M6 11l6-6 6 6"/>`,
  copy: svg`<rect x="9" y="9" width="11" height="11" rx="2.5"/><path d="M15 6V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  gear: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.25"/><circle cx="9" cy="17" r="2.25"/>`,
  compass: svg`<circle cx="12" cy="12" r="8"/><path d="m15.2 8.8-1.9 4.5-4.5 1.9 1.9-4.5z"/>`,
  leave: svg`<path d="M14 8V6.5A2.5 2.5 0 0 0 11.5 4h-4A2.5 2.5 0 0 0 5 6.5v11A2.5 2.5 0 0 0 7.5 20h4a2.5 2.5 0 0 0 2.5-2.5V16M10 12h10.5M17.5 9l3 3-3 3"/>`,
  star: svg`<path d="m12 4.5 2.3 4.8 5.2.7-3.8 3.6 1 5.2L12 16.2l-4.7 2.6 1-5.2L4.5 10l5.2-.7z"/>`,
  bell: svg`<path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1H5zM10.25 20h3.5"/>`,
  mute: svg`<path d="M9 5.9a5.500 5.500 0 0 1 8.500 5.100v3.500M6.500 11v5.500L5 17.500h11.500M10.250 20h3.500M4 4l16 16"/>`,
  keyboard: svg`<rect x="3" y="6" width="18" height="12" rx="2.5"/><path d="M7 10h.01M11 10h.01M15 10h.01M7 14h10"/>`,
  archive: svg`<rect x="4" y="5" width="16" height="4" rx="1.25"/><path d="M5.5 9v8.5A1.5 1.5 0 0 0 7 19h10a1.5 1.5 0 0 0 1.5-1.5V9M10 13h4"/>`,
  smile: svg`<circle cx="12" cy="12" r="8"/><path d="M8.5 14a4 4 0 0 0 7 0M9.25 9.5h.01M14.75 9.5h.01"/>`,
  pin: svg`<path d="M9 4h6l-.75 6 2.75 3H7l2.75-3zM12 13v7"/>`,
  bookmark: svg`<path d="M7 5.5A1.5 1.5 0 0 1 8.5 4h7A1.5 1.5 0 0 1 17 5.5V20l-5-3.75L7 20z"/>`,
  clock: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  at: svg`<circle cx="12" cy="12" r="3.5"/><path d="M15.500 8.500v4.750a2.250 2.250 0 0 0 4.500 0V12a8 8 0 1 0-3.250 6.450"/>`,
  reply: svg`<path d="M5 6.5A2.5 2.5 0 0 1 7.5 4h9A2.5 2.5 0 0 1 19 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A1.5 1.5 0 0 1 5 14.5z"/>`,
};

/** @param {keyof typeof shapes} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
}

/** The sign before a room's name. @param {Room} r */
export function roomIcon(r) {
  if (r.kind === 'direct') return icon(r.users.length > 2 ? 'people' : 'person');
  return icon(r.kind === 'private' ? 'lock' : 'hash');
}
