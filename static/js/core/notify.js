// Whether a message calls for its reader, and what the notice then says. Nothing here knows the browser's notices.

/** A notice is read at a glance. */
const SHOWN_CHARACTERS = 160;

/**
 * Nobody is called by his own message, from a muted room, or beyond the level he chose for the room: all, mentions, none. A
 * direct room calls with every message, as each is meant for him; a reply calls only where it names him.
 * @param {Room | undefined} room @param {Message} m @param {User} me
 */
export function calls(room, m, me) {
  if (!room?.me || room.me.muted || room.me.notify === 'none' || m.deleted || m.sender.id === me.id) return false;
  if (room.kind === 'direct' || m.mentions.all || m.mentions.user_ids.includes(me.id)) return true;
  return room.me.notify === 'all' && !m.thread_id;
}

/** The beginning of a text in one line; fences, quotes and stars are for the timeline. @param {string} text */
export function glance(text) {
  const line = text.replace(/```\w*|[*_~`]{1,3}|^\s*>+/gm, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\s+/g, ' ').trim();
  const signs = [...line];
  return signs.length > SHOWN_CHARACTERS ? `${signs.slice(0, SHOWN_CHARACTERS - 1).join('')}…` : line;
}
