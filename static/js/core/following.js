// What a page without a timeline knows of the event stream: where each room stands, and what a catch-up brought.

/**
 * @param {string} favourite the room to tell of, by id, where it is one of mine
 */
export function following(favourite) {
  let epoch = '';
  /** @type {Map<string, {name: string, seq: number, num: number}>} */
  const rooms = new Map();
  /** Rooms whose catch-up is under way. @type {Set<string>} */
  const catching = new Set();
  let replayed = 0;

  return {
    /** What the next hello says. @returns {{epoch: string, rooms: Record<string, number>}} */
    hello: () => ({ epoch, rooms: Object.fromEntries([...rooms].map(([id, r]) => [id, r.seq])) }),
    /** @param {ServerEvent} event */
    take(event) {
      const known = rooms.get(event.room_id);
      if (event.type === 'hello') {
        if (event.epoch !== epoch) rooms.clear();
        epoch = event.epoch;
        for (const { id, name, seq, num } of event.rooms ?? []) {
          if (rooms.has(id)) catching.add(id);
          else rooms.set(id, { name: name ?? '', seq: seq ?? 0, num: num ?? 0 });
        }
      } else if (known && event.seq > 0) {
        if (event.type === 'synced' || event.type === 'reset') catching.delete(event.room_id);
        else if (catching.has(event.room_id)) replayed++;
        known.seq = event.seq;
        known.num = Math.max(known.num, event.message?.num ?? 0);
      } else if (event.type === 'room.added') rooms.set(event.room.id, { name: event.room.name ?? '', seq: 0, num: event.room.num ?? 0 });
      else if (event.type === 'room.removed') rooms.delete(event.room_id);
    },
    /** Events that catch-ups brought. */
    replayed: () => replayed,
    /** @returns {{name: string, num: number} | undefined} the favourite, or the first */
    place: () => rooms.get(favourite) ?? rooms.values().next().value,
  };
}
