// The number on the installed program's icon: mentions and direct messages, as in the title.
import { calling } from '../core/order.js';

/** @param {import('../after.js').Lent} lent */
export function badgeApp({ app, effect }) {
  if (!navigator.setAppBadge) return;
  let shown = -1;
  effect(() => {
    const n = calling(app.state.value.rooms, app.ui.threads.value);
    if (n === shown) return;
    shown = n;
    // A page that is not installed is refused, which matters to nobody.
    (n ? navigator.setAppBadge(n) : navigator.clearAppBadge()).catch(() => undefined);
  });
}
