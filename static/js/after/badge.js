// The number on the installed program's icon: mentions and direct messages, as in the title.
import { badge } from '../core/order.js';

/** @param {import('../after.js').Lent} lent */
export function badgeApp({ app, effect }) {
  if (!navigator.setAppBadge) return;
  let shown = -1;
  effect(() => {
    let n = 0;
    for (const r of app.state.value.rooms.values()) n += badge(r);
    if (n === shown) return;
    shown = n;
    // A page that is not installed is refused, which matters to nobody.
    (n ? navigator.setAppBadge(n) : navigator.clearAppBadge()).catch(() => undefined);
  });
}
