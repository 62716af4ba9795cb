// Counts that no event tells: a message that called me was taken back or says something else, or I stopped hearing its
// sender. The room is asked about then; nobody waits for it, so a room of thousands does not ask at once.
import { message } from '../core/shapes.js';

const WAIT_MS = 300;
const SPREAD_MS = 1500;

/** @param {import('../after.js').Lent} lent */
export function recounting({ app }) {
  /** Rooms to ask about. @type {Set<string>} */
  const due = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  // What came before this script did, it has not seen.
  for (const { id, seq } of app.boot.rooms) {
    const now = app.state.peek().rooms.get(id);
    if (now?.mentions || (now?.unread && now.seq > seq)) want(id);
  }

  app.watch((event, before) => {
    if (event.type === 'blocks') for (const r of before.rooms.values()) if (r.unread) want(r.id);
    if (event.message && event.seq && event.type !== 'message.created' && matters(event, before)) want(event.room_id);
  });

  /** @param {ServerEvent} event @param {State} state before it */
  function matters(event, { rooms, me }) {
    const m = message(event.message);
    const r = rooms.get(event.room_id);
    if (!r?.me || m.num <= r.me.last_read_num || !(m.deleted || m.edited_at)) return false;
    return r.mentions > 0 || m.mentions.all || m.mentions.user_ids.includes(me.id);
  }

  /** @param {string} roomId */
  function want(roomId) {
    due.add(roomId);
    timer ??= setTimeout(ask, WAIT_MS + Math.random() * SPREAD_MS);
  }

  async function ask() {
    timer = undefined;
    const rooms = [...due];
    due.clear();
    for (const id of rooms) {
      try {
        const { room } = await app.api.get(`/rooms/${id}`);
        const now = app.state.peek().rooms.get(id);
        if (!now?.me || !room.me || !now.unread) continue;
        // An answer from before what is known here, or from before my last mark, counts what is no longer so.
        if ((room.seq ?? 0) < now.seq || (room.me.last_read_num ?? 0) !== now.me.last_read_num) want(id);
        else app.dispatch({ type: 'local.room', room });
      } catch {
        // The next hello counts.
      }
    }
  }
}
