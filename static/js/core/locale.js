// One catalogue for the server's templates and this client: "{name}" takes a value, a plural is an object keyed by
// the categories of Intl.PluralRules and chosen by the value called "n".

/**
 * @param {string} lang @param {Strings} strings
 */
export function locale(lang, strings) {
  const plural = new Intl.PluralRules(lang);
  const number = new Intl.NumberFormat(lang);
  const clock = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' });
  const full = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'short' });
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'long', month: 'long', day: 'numeric' });
  const dated = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'long', day: 'numeric' });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const names = new Intl.ListFormat(lang, { style: 'long', type: 'conjunction' });

  /** @param {string} key without its "js." @param {Record<string, string | number>} [args] */
  function t(key, args = {}) {
    const found = strings[`js.${key}`];
    if (found === undefined) return key;
    const text = typeof found === 'string' ? found : (found[plural.select(Number(args.n))] ?? found.other);
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = args[name];
      return value === undefined ? whole : typeof value === 'number' ? number.format(value) : value;
    });
  }

  /** What a refusal says: in the reader's language where its code is known. @param {{code: string, detail?: string, field?: string}} fault */
  function fault({ code, detail, field }) {
    const key = [`fault.${field}.${code}`, `fault.${code}`].find((k) => `js.${k}` in strings);
    return key ? t(key) : detail || code;
  }

  return {
    lang,
    t,
    fault,
    number: (/** @type {number} */ n) => number.format(n),
    time: (/** @type {string} */ iso) => clock.format(new Date(iso)),
    full: (/** @type {string} */ iso) => full.format(new Date(iso)),
    list: (/** @type {string[]} */ items) => names.format(items),
    /** "Today", "Yesterday", else the day; with its year when that is another. @param {string} iso @param {Date} now */
    day(iso, now) {
      const then = new Date(iso);
      const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
      if (days === 0 || days === 1) return capital(relative.format(-days, 'day'), lang);
      return then.getFullYear() === now.getFullYear() ? weekday.format(then) : dated.format(then);
    },
    collator: new Intl.Collator(lang, { numeric: true, sensitivity: 'base' }),
  };
}

/** @typedef {ReturnType<typeof locale>} Locale */

/** @param {Date} d */
function midnight(d) {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

/** @param {string} text @param {string} lang */
function capital(text, lang) {
  return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
}
