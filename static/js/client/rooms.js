// Making, entering and leaving rooms.

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {import('./navigation.js').Navigation} navigation */
export function createRooms(app, navigation) {
  /** @param {any} room */
  const learn = (room) => app.dispatch({ type: 'local.room', room });
  return {
    /** @param {string} id */
    open: (id) => navigation.go(id),
    /** @param {{name: string, topic: string, kind: string}} wish @returns {Promise<string>} its id */
    async create(wish) {
      const { room } = await app.api.post('/rooms', wish);
      learn(room);
      return room.id;
    },
    /** @returns {Promise<any[]>} every open room, mine too */
    browse: async () => (await app.api.get('/rooms?browse=1')).rooms,
    /** @param {string} id */
    async join(id) {
      const { room } = await app.api.post(`/rooms/${id}/join`);
      learn(room);
      app.dispatch({ type: 'local.unloaded', room_id: id });
      navigation.go(id);
      app.socket.send({ type: 'open', room_id: id });
      document.getElementById('composer')?.focus();
    },
    /** @param {string} id */
    async leave(id) {
      await app.api.post(`/rooms/${id}/leave`);
      app.dispatch({ type: 'room.removed', room_id: id });
    },
    /** @param {string} id @param {{name?: string, topic?: string}} patch */
    async change(id, patch) {
      const { room } = await app.api.patch(`/rooms/${id}`, patch);
      app.dispatch({ type: 'room.updated', room_id: id, room });
    },
    /** @param {string} id */
    async archive(id) {
      await app.api.delete(`/rooms/${id}`);
    },
    /** @param {string} id @param {object} wish */
    async prefer(id, wish) {
      const { room } = await app.api.patch(`/rooms/${id}/me`, wish);
      if (room) learn(room);
    },
    /** @param {string} id @returns {Promise<any[]>} */
    members: async (id) => (await app.api.get(`/rooms/${id}/members`)).members,
    /** @param {string} id @param {string} userId */
    add: (id, userId) => app.api.put(`/rooms/${id}/members/${userId}`),
    /** @param {string} id @param {string} userId */
    remove: (id, userId) => app.api.delete(`/rooms/${id}/members/${userId}`),
    /** @param {string} q @returns {Promise<any[]>} */
    people: async (q) => (await app.api.get(`/users?limit=8&q=${encodeURIComponent(q)}`)).users,
  };
}

/** @typedef {ReturnType<typeof createRooms>} Rooms */
