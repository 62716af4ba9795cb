// The script that comes when the room is there and quiet: what nobody waits for. It has no copy of what the room page has.
import { badgeApp } from './after/badge.js';
import { copying } from './after/copy.js';
import { following } from './after/followed.js';
import { keepRooms } from './after/keep.js';
import { notifying } from './after/notify.js';
import { recounting } from './after/recount.js';
import { titling } from './after/title.js';

/**
 * What the room page lends.
 * @typedef {{app: import('./client/app.js').App, lit: typeof import('../vendor/lit-html.js'), effect: typeof import('../vendor/signals-core.js').effect,
 *   icon: typeof import('./view/icons.js').icon, go: (roomId: string) => void}} Lent
 */

/** @param {Lent} lent */
export function start(lent) {
  badgeApp(lent);
  copying();
  keepRooms(lent);
  following(lent);
  notifying(lent);
  recounting(lent);
  titling(lent);
}
