// The words of a search: filters among them can be put in and taken out, as the server's own page does.

/** Parted at spaces, but for those between quotes. @param {string} query @returns {string[]} */
export function words(query) {
  return query.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

/** @param {string} word */
export function isFilter(word) {
  return /^(from|in|has|before|after|is):./i.test(word);
}

/** @param {string} name of a room or a person, as it stands after its filter */
export function quoted(name) {
  return /\s/.test(name) ? `"${name}"` : name;
}

/** The filter that keeps a search in a room; "" for a direct room of more than two, which has no name. @param {Room} r @param {string} me */
export function within(r, me) {
  if (r.kind !== 'direct') return `in:${quoted(r.name)}`;
  const others = r.users.filter((u) => u.id !== me);
  return others.length === 1 ? `in:@${others[0].username}` : '';
}

/**
 * The filters of a search to take out, and of those on offer the ones whose kind it lacks.
 * @param {string} query @param {{label: string, word: string}[]} offers
 * @returns {{on: {label: string, rest: string}[], off: {label: string, query: string}[]}}
 */
export function filters(query, offers) {
  const all = words(query);
  const kind = (/** @type {string} */ word) => word.slice(0, word.indexOf(':')).toLowerCase();
  const taken = new Set(all.filter(isFilter).map(kind));
  return {
    on: all.flatMap((word, i) => (isFilter(word) ? [{ label: word, rest: all.toSpliced(i, 1).join(' ') }] : [])),
    off: offers.filter((o) => !taken.has(kind(o.word))).map((o) => ({ label: o.label, query: [...all, o.word].join(' ') })),
  };
}
