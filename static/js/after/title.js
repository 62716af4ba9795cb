// The tab's title: how often I was called, where I am.
import { calling } from '../core/order.js';
import { roomName } from '../core/shapes.js';

/** @param {import('../after.js').Lent} lent */
export function titling({ app, effect }) {
  const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel=icon]'));
  const plain = icon?.href ?? '';
  effect(() => {
    const state = app.state.value;
    const room = state.rooms.get(state.current);
    const calls = calling(state.rooms, app.ui.threads.value);
    const place = room ? `${roomName(room, state.me)} · ${state.team.name}` : state.team.name;
    const title = calls > 0 ? `(${app.l.number(calls)}) ${place}` : place;
    if (document.title !== title) document.title = title;
    const wanted = calls > 0 ? (icon?.dataset.badge ?? plain) : plain;
    if (icon && icon.href !== wanted) icon.href = wanted;
  });
}
