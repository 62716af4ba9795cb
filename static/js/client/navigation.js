// Which room is on screen, and the address that says so. A room has a page of its own; Back works.

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {import('./history.js').History} pages */
export function createNavigation(app, pages) {
  /** @param {string} roomId */
  function show(roomId) {
    const before = app.state.peek().current;
    app.ui.home.value = false;
    app.ui.editing.value = '';
    app.dispatch({ type: 'local.opened', room_id: roomId });
    if (before && before !== roomId) app.socket.send({ type: 'close', room_id: before });
    if (roomId) app.socket.send({ type: 'open', room_id: roomId });
    remember(roomId);
    return load(roomId);
  }

  /** @param {string} roomId */
  async function load(roomId) {
    if (!app.state.peek().rooms.has(roomId)) {
      try {
        const { room } = await app.api.get(`/rooms/${roomId}`);
        if (app.state.peek().current !== roomId) return;
        app.dispatch({ type: room.me ? 'local.room' : 'local.looking', room });
      } catch {
        return;
      }
    }
    await pages.latest(roomId);
  }

  function home() {
    app.ui.home.value = true;
    const before = app.state.peek().current;
    if (before) app.socket.send({ type: 'close', room_id: before });
    app.dispatch({ type: 'local.opened', room_id: '' });
  }

  /** The next visit to "/" opens the room that was left. @param {string} roomId */
  function remember(roomId) {
    document.cookie = `parley_room=${roomId}; path=/; max-age=31536000; samesite=lax`;
  }

  function fromAddress() {
    const roomId = /^\/rooms\/(\d+)/.exec(location.pathname)?.[1];
    if (roomId) show(roomId);
    else home();
  }

  addEventListener('popstate', fromAddress);

  app.watch((event, before) => {
    const now = app.state.peek();
    if (event.type === 'hello') {
      if (now.current) app.socket.send({ type: 'open', room_id: now.current });
      const news = (event.rooms ?? []).some((/** @type {any} */ r) => !before.rooms.has(r.id));
      if (news) app.api.get('/rooms').then(({ rooms }) => rooms.forEach((/** @type {any} */ room) => app.dispatch({ type: 'local.room', room })), () => undefined);
    }
    if (!now.current) return;
    if ((event.type === 'hello' || event.type === 'reset') && now.timelines.get(now.current)?.status !== 'ready') pages.latest(now.current, true);
    if (before.rooms.has(now.current) && !now.rooms.has(now.current) && event.type !== 'local.opened') leave();
  });

  /** The room on screen is not mine any more: on to the first that is. */
  function leave() {
    const next = [...app.state.peek().rooms.values()].find((r) => r.me && !r.archived);
    if (next && !app.phone.matches) go(next.id, true);
    else if (app.phone.matches) {
      history.replaceState(null, '', '/');
      home();
    }
  }

  /** @param {string} roomId @param {boolean} [instead] take the place of the present entry */
  function go(roomId, instead = false) {
    const path = `/rooms/${roomId}`;
    const entry = app.ui.home.peek() ? { fromHome: true } : null;
    if (location.pathname !== path) history[instead ? 'replaceState' : 'pushState'](entry, '', path);
    return show(roomId);
  }

  /** Links to rooms change the room, not the page; with a modifier they stay ordinary links. @param {MouseEvent} e */
  function onClick(e) {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const a = /** @type {Element} */ (e.target).closest('a');
    if (!a || a.target || a.origin !== location.origin) return;
    const roomId = /^\/rooms\/(\d+)$/.exec(a.pathname)?.[1];
    if (roomId) {
      e.preventDefault();
      go(roomId);
    } else if (a.pathname === '/' && app.phone.matches) {
      e.preventDefault();
      if (history.state?.fromHome) history.back();
      else {
        history.pushState(null, '', '/');
        home();
      }
    }
  }
  document.addEventListener('click', onClick);

  return {
    go,
    /** Shows what the address says, first with what the page brought along. @returns {number | undefined} the seq of a permalink */
    start() {
      const { room, focus } = app.boot;
      if (location.pathname === '/' && app.phone.matches) {
        home();
        return undefined;
      }
      if (!room) return undefined;
      if (location.pathname === '/') history.replaceState(null, '', `/rooms/${room.id}`);
      app.dispatch({ type: 'local.opened', room_id: room.id });
      remember(room.id);
      return focus;
    },
  };
}

/** @typedef {ReturnType<typeof createNavigation>} Navigation */
