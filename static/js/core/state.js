// The one reducer: whatever carries events (socket, polling, this page itself) feeds them here in the same form.
// Pure: a new State for every change, the same State where nothing changed. An unknown type changes nothing.
import * as outbox from './outbox.js';
import * as rooms from './rooms.js';
import { room, roomMe, user } from './shapes.js';
import * as timelines from './timeline.js';
import * as typing from './typing.js';

/** Timelines of this many rooms stay in memory, so that going back to one is instant. */
const CACHED_ROOMS = 12;

/** @param {Boot} boot @returns {State} */
export function fromBoot(boot) {
  const known = rooms.index([...boot.rooms, ...(boot.room ? [{ ...boot.rooms.find((r) => r.id === boot.room.id), ...boot.room }] : [])]);
  /** @type {Map<string, Timeline>} */
  const lines = new Map();
  if (boot.room) lines.set(boot.room.id, timelines.replace(timelines.loading(), boot, boot.room.seq ?? 0));
  return {
    me: user(boot.me), team: boot.team, epoch: boot.epoch, rooms: known, timelines: lines, outbox: [],
    typing: new Map(), presence: new Map(), current: '', attentive: false, following: true, blocked: new Set(boot.blocked),
  };
}

/** What to name in the next hello: the cursor of every timeline that can be caught up. @param {State} state */
export function cursors(state) {
  /** @type {Record<string, number>} */
  const out = {};
  for (const [id, t] of state.timelines) if (t.status === 'ready' && state.rooms.get(id)?.me) out[id] = t.cursor;
  return out;
}

/** @type {Record<string, (state: State, event: ServerEvent, now: number) => State>} */
const reducers = {
  hello(state, event) {
    const known = rooms.greet(state.rooms, event.rooms ?? [], state.current);
    const same = event.epoch === state.epoch;
    // The server catches up what the hello named. Of any other timeline nobody knows what it lacks, also when its page
    // came while the hello was under way, or is still under way now.
    /** @type {Map<string, Timeline>} */
    const lines = new Map();
    for (const [id, t] of state.timelines) {
      if (!known.has(id)) continue;
      if (same && Object.hasOwn(event.named ?? {}, id)) lines.set(id, t);
      else if (id === state.current) lines.set(id, { ...t, status: 'stale', held: [] });
    }
    return { ...state, epoch: event.epoch, rooms: known, timelines: lines, me: event.user ? user(event.user) : state.me, blocked: new Set(event.blocked) };
  },

  synced: (state, event) => onTimeline(state, event.room_id, (t) => timelines.synced(t, event.seq)),

  reset(state, event) {
    if (event.room_id === state.current) return onTimeline(state, event.room_id, (t) => ({ ...t, status: 'stale' }));
    return { ...state, timelines: without(state.timelines, event.room_id) };
  },

  'message.created': onMessage,
  'message.updated': onMessage,
  'message.deleted': onMessage,

  'room.updated': (state, event) => advance(onRoom(state, event.room_id ?? event.room?.id, (r) => rooms.updated(r, event)), event),

  'member.joined': (state, event) => advance(onRoom(state, event.room_id, (r) => ({ ...r, seq: Math.max(r.seq, event.seq) })), event),

  'member.left'(state, event) {
    const known = state.rooms.get(event.room_id);
    if (!known) return state;
    const now = rooms.left(known, event, state.me);
    return now ? advance(onRoom(state, event.room_id, () => now), event) : dropRoom(state, event.room_id);
  },

  'room.added'(state, event) {
    const now = room(event.room);
    const known = state.rooms.get(now.id);
    const me = now.me ?? known?.me ?? { role: 'member', notify: 'mentions', muted: false, favourite: false, last_read_num: now.num - now.unread };
    return { ...state, rooms: new Map(state.rooms).set(now.id, { ...now, me }) };
  },

  'room.removed'(state, event) {
    return dropRoom(state, event.room_id);
  },

  'room.me': (state, event) => onRoom(state, event.room_id, (r) => ({ ...r, me: roomMe(event.me) })),

  blocks: (state, event) => ({ ...state, blocked: new Set(event.user_ids) }),

  read: (state, event) => onRoom(state, event.room_id, (r) => rooms.read(r, event.num ?? 0, { unread: event.unread ?? 0, mentions: event.mentions ?? 0 })),

  typing(state, event, now) {
    const who = user(event.user);
    if (who.id === state.me.id || !state.rooms.has(event.room_id)) return state;
    return { ...state, typing: typing.started(state.typing, event.room_id, who, now) };
  },

  presence(state, event) {
    if (state.presence.get(event.user_id) === event.status) return state;
    return { ...state, presence: new Map(state.presence).set(event.user_id, event.status) };
  },

  'local.room': (state, event) => reducers['room.added'](state, event, 0),

  'local.looking'(state, event) {
    const now = room(event.room);
    return { ...state, rooms: new Map(state.rooms).set(now.id, now) };
  },

  'local.opened'(state, event) {
    if (event.room_id === state.current && !event.again) return state;
    // Who is here is told anew of every room that comes on screen; of the others it would grow old.
    const next = { ...state, current: event.room_id, rooms: leaveLooked(state, event.room_id), presence: new Map(), following: true };
    const r = next.rooms.get(event.room_id);
    if (!r) return next;
    const line = r.me && r.unread > 0 ? r.me.last_read_num : null;
    return onTimeline({ ...next, timelines: recent(state.timelines, event.room_id) }, event.room_id, (t) => ({ ...t, divider: line }));
  },

  'local.attentive'(state, event) {
    const { on, end } = event;
    return state.attentive === on && state.following === end ? state : { ...state, attentive: on, following: end };
  },

  'local.loading'(state, event) {
    const t = state.timelines.get(event.room_id);
    const fresh = t ? timelines.refreshing(t) : timelines.loading();
    return { ...state, timelines: new Map(state.timelines).set(event.room_id, fresh) };
  },

  'local.page'(state, event) {
    const known = state.timelines.get(event.room_id);
    if (!known) return state;
    const apply = { latest: timelines.replace, around: timelines.replace, before: timelines.prepend, after: timelines.append }[/** @type {'latest'} */ (event.where)];
    const r = state.rooms.get(event.room_id);
    const line = known.status === 'loading' && known.divider === null && r?.me && r.unread > 0 ? r.me.last_read_num : known.divider;
    const now = timelines.again(apply({ ...known, divider: line }, event.page, event.cursor ?? known.cursor), event.meanwhile ?? []);
    return { ...state, timelines: new Map(state.timelines).set(event.room_id, now), outbox: settled(state, event.page.messages) };
  },

  // No answer: what stands there goes on standing there.
  'local.unanswered'(state, event) {
    const t = state.timelines.get(event.room_id);
    if (!t?.messages.length) return { ...state, timelines: without(state.timelines, event.room_id) };
    return onTimeline(state, event.room_id, timelines.unanswered);
  },

  'local.unloaded': (state, event) => ({ ...state, timelines: without(state.timelines, event.room_id) }),

  'local.read': (state, event) => onRoom(state, event.room_id, (r) => rooms.read(r, event.num)),

  'local.unread'(state, event) {
    const marked = onRoom(state, event.room_id, (r) => rooms.read(r, event.num));
    return onTimeline(marked, event.room_id, (t) => ({ ...t, divider: event.num }));
  },

  'local.send': (state, event) => ({ ...state, outbox: outbox.add(state.outbox, event.pending) }),
  'local.failed': (state, event) => ({ ...state, outbox: outbox.fail(state.outbox, event.client_id, event.code, event.detail) }),
  'local.retry': (state, event) => ({ ...state, outbox: outbox.retry(state.outbox, event.client_id) }),
  'local.unsend': (state, event) => ({ ...state, outbox: outbox.remove(state.outbox, event.client_id) }),

  // The answer to my own edit or deletion: shown at once, while the event that carries its seq is on its way.
  'local.changed': (state, event) => onTimeline(state, event.message.room_id, (t) => timelines.changed(t, event.message)),

  ack(state, event) {
    const mine = onRoom(state, event.message.room_id, (r) => rooms.said(r, event.message.num ?? 0));
    const sent = onTimeline(mine, event.message.room_id, (t) => timelines.acknowledge(t, event.message, follows(state, event.message.room_id)));
    return { ...sent, outbox: outbox.remove(sent.outbox, event.message.client_id) };
  },

  'local.tick': (state, event, now) => {
    const left = typing.expired(state.typing, now);
    return left === state.typing ? state : { ...state, typing: left };
  },
};

/** @param {State} state @param {ServerEvent} event @param {number} now milliseconds @returns {State} */
export function reduce(state, event, now) {
  return Object.hasOwn(reducers, event.type) ? reducers[event.type](state, event, now) : state;
}

/** @param {State} state @param {ServerEvent} event @returns {State} */
function onMessage(state, event) {
  const known = state.rooms.get(event.room_id);
  if (!known) return state;
  const r = rooms.counted(known, event, state);
  let next = r === known ? state : { ...state, rooms: new Map(state.rooms).set(r.id, r) };
  next = onTimeline(next, r.id, (t) => timelines.receive(dividing(next, t, known, r), event, follows(state, r.id)));
  const sender = event.message?.sender?.id;
  if (event.type === 'message.created') next = { ...next, typing: typing.stopped(next.typing, r.id, sender) };
  if (sender === state.me.id) next = { ...next, outbox: outbox.remove(next.outbox, event.message.client_id) };
  return next;
}

/** Nobody reads further up: the window of this room may slide with its newest message. @param {State} state @param {string} id */
function follows(state, id) {
  return state.following || state.current !== id;
}

/**
 * Where nobody is looking, the first unread message gets the "New" line; one that stands above read messages moves.
 * @param {State} state @param {Timeline} t @param {Room} before @param {Room} after @returns {Timeline}
 */
function dividing(state, t, before, after) {
  const first = before.unread === 0 && after.unread > 0;
  if (!first || !after.me || (state.attentive && state.current === after.id)) return t;
  return { ...t, divider: after.me.last_read_num };
}

/** @param {State} state @param {ServerEvent} event @returns {State} */
function advance(state, event) {
  return onTimeline(state, event.room_id ?? event.room?.id, (t) => timelines.synced(t, event.seq));
}

/** @param {State} state @param {string} id @param {(r: Room) => Room} change @returns {State} */
function onRoom(state, id, change) {
  const known = state.rooms.get(id);
  if (!known) return state;
  const now = change(known);
  return now === known ? state : { ...state, rooms: new Map(state.rooms).set(id, now) };
}

/** @param {State} state @param {string} id @param {(t: Timeline) => Timeline} change @returns {State} */
function onTimeline(state, id, change) {
  const known = state.timelines.get(id);
  if (!known) return state;
  const now = change(known);
  return now === known ? state : { ...state, timelines: new Map(state.timelines).set(id, now) };
}

/** @param {State} state @param {string} id @returns {State} */
function dropRoom(state, id) {
  return { ...state, rooms: without(state.rooms, id), timelines: without(state.timelines, id) };
}

/** @template T @param {ReadonlyMap<string, T>} map @param {string} key @returns {ReadonlyMap<string, T>} */
function without(map, key) {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

/** An open room that was only looked at leaves the list when the look ends. @param {State} state @param {string} next */
function leaveLooked(state, next) {
  const old = state.rooms.get(state.current);
  return old && !old.me && old.id !== next ? without(state.rooms, old.id) : state.rooms;
}

/** The opened room last, the one longest not looked at first out. @param {State['timelines']} map @param {string} id */
function recent(map, id) {
  const next = new Map(map);
  const t = next.get(id);
  if (t) {
    next.delete(id);
    next.set(id, t);
  }
  for (const key of next.keys()) {
    if (next.size <= CACHED_ROOMS) break;
    if (key !== id) next.delete(key);
  }
  return next;
}

/** What a page already shows needs no sending. @param {State} state @param {any[]} messages */
function settled(state, messages) {
  return messages.reduce((left, m) => (m.sender?.id === state.me.id ? outbox.remove(left, m.client_id) : left), state.outbox);
}
