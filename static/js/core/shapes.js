// Fills in what the wire leaves out: a field at its default may be absent from every object of the contract,
// so an absent field always means the default and never "unchanged".

/** @param {any} u @returns {User} */
export function user(u) {
  const username = u?.username ?? '';
  return {
    id: u?.id ?? '',
    username,
    display_name: u?.display_name || username,
    role: u?.role ?? 'member',
    avatar_url: u?.avatar_url ?? '',
    status: u?.status ?? '',
    hue: u?.hue ?? 0,
  };
}

/** @param {any} me @returns {RoomMe | null} */
export function roomMe(me) {
  if (!me) return null;
  return {
    role: me.role ?? 'member',
    notify: me.notify ?? 'mentions',
    muted: me.muted ?? false,
    favourite: me.favourite ?? false,
    last_read_num: me.last_read_num ?? 0,
    mute: me.mute ?? null,
  };
}

/** @param {any} r @returns {Room} */
export function room(r) {
  return {
    id: r.id,
    name: r.name ?? '',
    kind: r.kind ?? 'open',
    topic: r.topic ?? '',
    seq: r.seq ?? 0,
    num: r.num ?? 0,
    unread: r.unread ?? 0,
    mentions: r.mentions ?? 0,
    last_message_at: r.last_message_at ?? '',
    archived: r.archived ?? false,
    users: (r.users ?? []).map(user),
    me: roomMe(r.me),
  };
}

/** A direct room is called by the people in it, but for the reader. @param {Room} r @param {User} me */
export function roomName(r, me) {
  if (r.kind !== 'direct' || r.users.length === 0) return r.name;
  const others = r.users.filter((u) => u.id !== me.id);
  return (others.length ? others : r.users).map((u) => u.display_name).join(', ');
}

/** @param {any} m @returns {Message} */
export function message(m) {
  return {
    id: m.id,
    room_id: m.room_id,
    seq: m.seq ?? 0,
    num: m.num ?? 0,
    thread_id: m.thread_id ?? '',
    reply_count: m.reply_count ?? m.thread?.reply_count ?? 0,
    last_reply_at: m.last_reply_at ?? m.thread?.last_reply_at ?? '',
    repliers: (m.repliers ?? m.thread?.users ?? []).map(user),
    sender: user(m.sender),
    client_id: m.client_id ?? '',
    text: m.text ?? '',
    html: m.html ?? '',
    created_at: m.created_at ?? '',
    edited_at: m.edited_at ?? '',
    deleted: m.deleted ?? false,
    pinned: m.pinned ?? false,
    also_in_room: m.also_in_room ?? false,
    reactions: (m.reactions ?? []).map((/** @type {any} */ r) => ({ emoji: r.emoji, count: r.count ?? 0, user_ids: r.user_ids ?? [] })),
    mentions: { user_ids: m.mentions?.user_ids ?? [], all: m.mentions?.all ?? false },
  };
}
