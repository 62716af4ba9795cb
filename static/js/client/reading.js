// Read marks: they move when the newest message is in front of somebody, and back when he wishes.

/** @typedef {import('./app.js').App} App */

/** Marks are told at most this often; the last one is always told. */
const EVERY_MS = 500;
/** How long a count may be wrong by a message that was taken back. */
const RECOUNT_MS = 1000;

/** @param {App} app */
export function createReading(app) {
  /** Marks not told yet, by room. @type {Map<string, number>} */
  const due = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let toldAt = 0;
  /** A room that was marked unread by hand stays so, though it is in view, until it is opened anew. */
  let left = '';

  /** @param {string} roomId @param {number} num */
  function mark(roomId, num) {
    due.set(roomId, num);
    if (timer) return;
    timer = setTimeout(tell, Math.max(0, toldAt + EVERY_MS - Date.now()));
  }

  function tell() {
    timer = undefined;
    toldAt = Date.now();
    for (const [roomId, num] of due) if (app.socket.send({ type: 'read', room_id: roomId, num })) due.delete(roomId);
  }

  app.watch((event) => {
    // Marks made while the connection was down are newer than what the hello says.
    if (event.type === 'local.opened' || event.type === 'local.send') left = '';
    if (event.type !== 'hello') return;
    for (const [roomId, num] of due) app.dispatch({ type: 'local.read', room_id: roomId, num });
    if (due.size && !timer) timer = setTimeout(tell, 0);
  });

  /** Rooms whose count may have changed with a message that was edited or deleted. @type {Set<string>} */
  const doubted = new Set();

  // Whether an unread message that changed had called me, nothing here remembers: the server counts again.
  app.watch((event) => {
    if (event.type !== 'message.deleted' && !(event.type === 'message.updated' && event.message.edited_at)) return;
    const r = app.state.peek().rooms.get(event.room_id);
    const num = event.message.num ?? 0;
    if (!r?.me || doubted.has(r.id) || (num > 0 && num <= r.me.last_read_num)) return;
    const calls = event.message.mentions?.all || event.message.mentions?.user_ids?.includes(app.state.peek().me.id);
    if (r.mentions || calls) doubt(r.id);
  });

  /** Not all at once, where a message had called everybody. @param {string} roomId */
  function doubt(roomId) {
    doubted.add(roomId);
    setTimeout(() => recount(roomId), RECOUNT_MS * (0.5 + Math.random()));
  }

  /** @param {string} roomId */
  async function recount(roomId) {
    doubted.delete(roomId);
    try {
      const { room } = await app.api.get(`/rooms/${roomId}`);
      const now = app.state.peek().rooms.get(roomId);
      // Where the mark was moved meanwhile, its own answer counts.
      if (!room.me || !now?.me || (room.me.last_read_num ?? 0) !== now.me.last_read_num) return;
      // An answer that is older than what is known here says nothing.
      if ((room.seq ?? 0) < now.seq) doubt(roomId);
      else app.dispatch({ type: 'read', room_id: roomId, num: now.me.last_read_num, unread: room.unread, mentions: room.mentions });
    } catch {
      // The next hello brings all counts.
    }
  }

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
      app.api.post(`/rooms/${roomId}/read`, { num: num - 1 }).catch(() => mark(roomId, num - 1));
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
        app.api.post('/me/read', { rooms: marks }).catch(() => marks.forEach(({ room_id, num }) => mark(room_id, num)));
      };
    },
  };
}

/** @typedef {ReturnType<typeof createReading>} Reading */
