// Which room is on screen, and the address that says so. A room has a page of its own; Back works.

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {import('./history.js').History} pages */
export function createNavigation(app, pages) {
  /** @typedef {{num?: number, at?: {seq: number, top: number}, since?: string}} Spot a message by its address, where the reader was, or a moment */

  /** @param {string} roomId @param {Spot} [spot] */
  function show(roomId, spot = {}) {
    const before = app.state.peek().current;
    app.ui.home.value = false;
    app.ui.editing.value = '';
    app.dispatch({ type: 'local.opened', room_id: roomId });
    if (before && before !== roomId) app.socket.send({ type: 'close', room_id: before });
    if (roomId) app.socket.send({ type: 'open', room_id: roomId });
    remember(roomId);
    return load(roomId, spot, before === roomId);
  }

  /** @param {string} roomId @param {Spot} spot @param {boolean} again */
  async function load(roomId, spot, again) {
    if (!app.state.peek().rooms.has(roomId)) {
      try {
        const { room } = await app.api.get(`/rooms/${roomId}`);
        if (app.state.peek().current !== roomId) return;
        app.dispatch({ type: room.me ? 'local.room' : 'local.looking', room });
      } catch {
        return;
      }
    }
    await seek(roomId, spot, again);
  }

  /** @param {string} roomId @param {Spot} spot @param {boolean} [again] it was on screen already: to its end, then */
  async function seek(roomId, { num, at, since }, again = false) {
    const t = app.state.peek().timelines.get(roomId);
    const here = t?.status === 'ready' ? t.messages.find((m) => (num ? m.num === num : m.seq === at?.seq)) : undefined;
    if (!num && !at && !since) {
      await pages.latest(roomId);
      if (again) app.ui.target.value = { seq: 0 };
      return;
    }
    const seq = here?.seq ?? (await pages.around(roomId, { num, since, seq: at?.seq }));
    if (seq && app.state.peek().current === roomId) app.ui.target.value = { seq, top: num ? undefined : at?.top };
    else if (!seq) await pages.latest(roomId);
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

  const addressed = (/** @type {string} */ path) => /^\/rooms\/(\d+)(?:\/(\d+))?$/.exec(path) ?? [];

  function fromAddress() {
    const [, roomId, num] = addressed(location.pathname);
    if (!roomId) return home();
    // In another room its own place is remembered; here the entry of the history says it.
    const at = roomId === app.state.peek().current ? history.state?.at : undefined;
    return show(roomId, at ? { at } : { num: Number(num) || undefined });
  }

  // Out of sight is away: presence and typing of the room are not wanted then, and others see it.
  document.addEventListener('visibilitychange', () => {
    const room_id = app.state.peek().current;
    if (room_id) app.socket.send({ type: document.hidden ? 'close' : 'open', room_id });
  });

  /** Where the reader is goes into the history, so that coming back leads there. */
  function leaveMark() {
    history.replaceState({ ...history.state, at: app.place() }, '');
  }

  addEventListener('popstate', fromAddress);
  addEventListener('pagehide', leaveMark);

  app.watch((event, before) => {
    const now = app.state.peek();
    if (!now.current) return;
    if (event.type === 'hello') app.socket.send({ type: document.hidden ? 'close' : 'open', room_id: now.current });
    if ((event.type === 'hello' || event.type === 'reset') && now.timelines.get(now.current)?.status !== 'ready') refresh(now.current);
    if (before.rooms.has(now.current) && !now.rooms.has(now.current) && event.type !== 'local.opened') leave();
  });

  /** What is on screen cannot be trusted any more: it is asked for anew, where the reader is. @param {string} roomId */
  function refresh(roomId) {
    const at = app.place();
    if (at) pages.around(roomId, { seq: at.seq });
    else pages.latest(roomId, true);
  }

  /** The room on screen is not mine any more: on to the first that is. */
  function leave() {
    const next = [...app.state.peek().rooms.values()].find((r) => r.me && !r.archived);
    if (next && !app.phone.matches) go(next.id, true);
    else if (app.phone.matches) {
      history.replaceState(null, '', '/');
      home();
    }
  }

  /** @param {string} roomId @param {boolean} [instead] take the place of the present entry @param {number} [num] a message of it */
  function go(roomId, instead = false, num) {
    const path = num ? `/rooms/${roomId}/${num}` : `/rooms/${roomId}`;
    const entry = app.ui.home.peek() ? { fromHome: true } : null;
    if (!instead) leaveMark();
    if (location.pathname !== path) history[instead ? 'replaceState' : 'pushState'](entry, '', path);
    return show(roomId, { num });
  }

  /** Links to rooms change the room, not the page; with a modifier they stay ordinary links. @param {MouseEvent} e */
  function onClick(e) {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const a = /** @type {Element} */ (e.target).closest('a');
    if (!a || a.target || a.origin !== location.origin) return;
    const [, roomId, num] = a.search ? [] : addressed(a.pathname);
    if (roomId) {
      e.preventDefault();
      go(roomId, false, Number(num) || undefined);
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
    /** Opens a room that is on screen where it stood at a moment. @param {string} roomId @param {string} since in UTC */
    at: (roomId, since) => seek(roomId, { since }),
    /** Shows what the address says, first with what the page brought along. */
    start() {
      const { room, focus } = app.boot;
      if (location.pathname === '/' && app.phone.matches) {
        return home();
      }
      if (!room) return;
      if (location.pathname === '/') history.replaceState(null, '', `/rooms/${room.id}`);
      app.dispatch({ type: 'local.opened', room_id: room.id });
      remember(room.id);
      const at = history.state?.at;
      if (focus) app.ui.target.value = { seq: focus };
      else if (at && !room.unread) seek(room.id, { at });
    },
  };
}

/** @typedef {ReturnType<typeof createNavigation>} Navigation */
