// From messages to what the timeline shows: day lines, the "New" line, groups of one author, and what waits to be sent.

/** Rows of one author this close together share one heading. */
export const GROUP_MS = 5 * 60 * 1000;

/**
 * @typedef {{kind: 'day', key: string, at: string}} DayRow
 * @typedef {{kind: 'new', key: string}} NewRow
 * @typedef {{kind: 'message', key: string, message: Message, grouped: boolean, mine: boolean}} MessageRow
 * @typedef {{kind: 'pending', key: string, pending: Pending, grouped: boolean}} PendingRow
 * @typedef {DayRow | NewRow | MessageRow | PendingRow} Row
 */

/**
 * @param {Timeline} t @param {ReadonlyArray<Pending>} pending those of this room @param {User} me
 * @returns {Row[]}
 */
export function rows(t, pending, me) {
  /** @type {Row[]} */
  const out = [];
  let day = '';
  let author = '';
  let at = 0;
  let lined = t.divider === null;
  /** @param {string} iso */
  const startDay = (iso) => {
    const key = dayKey(iso);
    if (key === day) return;
    day = key;
    author = '';
    out.push({ kind: 'day', key: `day ${key}`, at: iso });
  };
  /** @param {string} who @param {string} iso */
  const joins = (who, iso) => {
    const ms = Date.parse(iso);
    const grouped = who === author && Math.abs(ms - at) < GROUP_MS;
    author = who;
    at = ms;
    return grouped;
  };
  for (const m of t.messages) {
    const mine = m.sender.id === me.id;
    startDay(m.created_at);
    if (!lined && t.divider !== null && m.num > t.divider) {
      lined = true;
      author = '';
      out.push({ kind: 'new', key: 'new' });
    }
    out.push({ kind: 'message', key: rowKey(m, me), message: m, grouped: joins(m.sender.id, m.created_at), mine });
  }
  if (t.has_after) return out;
  const shown = new Set(out.map((row) => row.key));
  for (const p of pending) {
    if (shown.has(p.client_id)) continue;
    startDay(p.created_at);
    out.push({ kind: 'pending', key: p.client_id, pending: p, grouped: joins(me.id, p.created_at) });
  }
  return out;
}

/** My own rows keep the client_id they were typed with, so the optimistic row becomes the real one. @param {Message} m @param {User} me */
export function rowKey(m, me) {
  return m.sender.id === me.id && m.client_id ? m.client_id : m.id;
}

/** The reader's own day, not UTC's. @param {string} iso */
export function dayKey(iso) {
  const d = new Date(iso);
  return `${d.getFullYear()}-${d.getMonth() + 1}-${d.getDate()}`;
}

/** My last message that can still be edited. @param {Timeline | undefined} t @param {User} me */
export function lastOwn(t, me) {
  return t?.messages.findLast((m) => m.sender.id === me.id && !m.deleted);
}
