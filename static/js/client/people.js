// Who is who: names that events and pages brought along, and a room's members where more is asked for.
import { user } from '../core/shapes.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app */
export function createPeople(app) {
  /** @type {Map<string, User>} */
  const known = new Map();
  /** Lists of members that were asked for, by room. @type {Map<string, Promise<User[]>>} */
  const lists = new Map();

  /** @param {any[]} list */
  function learn(list) {
    const before = known.size;
    for (const raw of list) if (raw?.id && !known.has(raw.id)) known.set(raw.id, user(raw));
    if (known.size > before) app.ui.people.value++;
  }

  /** @param {any[]} messages */
  const learnSenders = (messages) => learn(messages.map((m) => m.sender));

  learn([app.boot.me, ...app.boot.rooms.flatMap((r) => r.users ?? [])]);
  learnSenders(app.boot.messages);
  app.watch((event) => {
    if (event.type === 'local.page') learnSenders(event.page.messages);
    else if (event.message) learnSenders([event.message]);
    else if (event.type === 'hello') lists.clear();
    else if (event.type === 'blocks') app.ui.people.value++; // their rows are drawn anew
    else if (event.type === 'member.joined' || event.type === 'member.left') lists.delete(event.room_id);
  });

  /** Everybody in a room; asked for once. @param {string} roomId @returns {Promise<User[]>} */
  function members(roomId) {
    const list = lists.get(roomId) ?? app.api.get(`/rooms/${roomId}/members`).then((got) => {
      learn(got.members.map((/** @type {any} */ m) => m.user));
      return got.members.map((/** @type {any} */ m) => user(m.user));
    }, () => {
      lists.delete(roomId);
      return [];
    });
    lists.set(roomId, list);
    return list;
  }

  return {
    members,
    learn,
    /** "you, Bob and Carol"; who is not known yet is counted. @param {string[]} ids */
    names(ids) {
      const me = app.state.peek().me.id;
      const out = ids.filter((id) => known.has(id)).map((id) => (id === me ? app.t('people.you') : (known.get(id)?.display_name ?? '')));
      const more = ids.length - out.length;
      if (more) out.push(app.t('people.more', { n: more }));
      return app.l.list(out);
    },
    /** Somebody wants to know these names. @param {string} roomId @param {string[]} ids */
    learnOf(roomId, ids) {
      if (ids.some((id) => !known.has(id))) members(roomId);
    },
  };
}

/** @typedef {ReturnType<typeof createPeople>} People */
