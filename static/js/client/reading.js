// Read marks: they move when the newest message is in front of somebody, and back when he wishes.

/** @typedef {import('./app.js').App} App */

/** Marks are told at most this often; the last one is always told. */
const EVERY_MS = 500;
/** A mark that was told so shortly before a cut may not have arrived. */
const UNSURE_MS = 10_000;

/** @param {App} app */
export function createReading(app) {
  /** Marks not told yet, by room; back: it goes back by intent. @type {Map<string, {num: number, back: boolean}>} */
  const due = new Map();
  /** Marks that were told last. @type {Map<string, {num: number, at: number}>} */
  const told = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let toldAt = 0;
  /** A room that was marked unread by hand stays so, though it is in view, until it is opened anew. */
  let left = '';

  // Whoever closes the page within that time has read what he saw.
  globalThis.addEventListener?.('pagehide', tell);

  const markOf = (/** @type {string} */ roomId) => app.state.peek().rooms.get(roomId)?.me?.last_read_num;

  /** A message of mine is on its way there, and moves the mark itself. @param {string} roomId */
  const speaking = (roomId) => app.state.peek().outbox.some((p) => p.room_id === roomId && p.status === 'waiting' && !p.thread_id);

  /** @param {string} roomId @param {number} num @param {boolean} [back] */
  function mark(roomId, num, back = false) {
    due.set(roomId, { num, back });
    if (timer) return;
    timer = setTimeout(tell, Math.max(0, toldAt + EVERY_MS - Date.now()));
  }

  function tell() {
    timer = undefined;
    toldAt = Date.now();
    let again = false;
    for (const [roomId, { num }] of due) {
      // Moved since by my own message, which the server counts as read too, or from elsewhere: told late it would take that back.
      if (markOf(roomId) !== num) due.delete(roomId);
      else if (speaking(roomId)) again = true;
      else if (app.socket.send({ type: 'read', room_id: roomId, num })) {
        due.delete(roomId);
        told.set(roomId, { num, at: toldAt });
      }
    }
    if (again) timer = setTimeout(tell, EVERY_MS);
  }

  // Marks that the server cannot know are newer than what its hello says; of the others the further one counts.
  app.watch((event) => {
    if (event.type === 'local.opened' || event.type === 'local.send') left = '';
    if (event.type !== 'hello') return;
    for (const [roomId, { num, at }] of told) if (Date.now() - at < UNSURE_MS && !due.has(roomId)) due.set(roomId, { num, back: false });
    told.clear();
    for (const [roomId, { num, back }] of due) {
      if (back || (markOf(roomId) ?? num) < num) app.dispatch({ type: 'local.read', room_id: roomId, num });
      else due.delete(roomId);
    }
    if (due.size && !timer) timer = setTimeout(tell, 0);
  });

  return {
    /** Everything in the room was seen. @param {string} roomId @param {boolean} [asked] the reader said so himself */
    seen(roomId, asked = false) {
      const r = app.state.peek().rooms.get(roomId);
      if (asked) left = '';
      if (roomId === left) return;
      if (!r?.me || r.unread === 0) return;
      app.dispatch({ type: 'local.read', room_id: roomId, num: r.num });
      mark(roomId, r.num);
    },
    /** This message and all after it are unread again. @param {string} roomId @param {number} num */
    unseen(roomId, num) {
      left = roomId;
      app.dispatch({ type: 'local.unread', room_id: roomId, num: num - 1 });
      due.delete(roomId);
      // By REST: then this connection too is told how many of them mention me.
      app.api.post(`/rooms/${roomId}/read`, { num: num - 1 }).catch(() => mark(roomId, num - 1, true));
    },
    /** All rooms, by one call; answers what undoes it. @returns {Promise<(() => void) | null>} */
    async seenEverywhere() {
      const before = [...app.state.peek().rooms.values()].filter((r) => r.me && r.unread > 0);
      if (before.length === 0) return null;
      left = '';
      for (const r of before) app.dispatch({ type: 'local.read', room_id: r.id, num: r.num });
      /** @type {{room_id: string, num: number}[]} */
      const marks = before.map((r) => ({ room_id: r.id, num: r.me?.last_read_num ?? 0 }));
      try {
        await app.api.post('/me/read');
      } catch {
        for (const r of before) mark(r.id, r.num); // told when there is a connection again
      }
      return () => {
        left = app.state.peek().current;
        for (const { room_id, num } of marks) app.dispatch({ type: 'local.unread', room_id, num });
        app.api.post('/me/read', { rooms: marks }).catch(() => marks.forEach(({ room_id, num }) => mark(room_id, num, true)));
      };
    },
  };
}

/** @typedef {ReturnType<typeof createReading>} Reading */
