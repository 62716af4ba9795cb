// The connection page: how this browser reaches the server, by the link that the room page uses, measured now.
import { following } from './core/following.js';
import { overHttp } from './fallback.js';
import { createLink } from './net/link.js';
import { overSocket } from './net/socket.js';
import { copyText } from './view/clipboard.js';

/** How often the round trip is measured. */
const MEASURE_MS = 5_000;
/** An answer's Date is cut to the second: closer than this nobody can tell. */
const SAME_MS = 1_500;
/** Changes of the link that the report keeps. */
const KEPT = 20;

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById('boot')?.textContent ?? '{}');
const { lang } = document.documentElement;
const clock = new Intl.DateTimeFormat(lang, { timeStyle: 'medium' });
const number = new Intl.NumberFormat(lang);
const list = /** @type {HTMLElement} */ (document.getElementById('facts'));
const at = following(/(?:^|; )parley_room=(\d+)/.exec(document.cookie)?.[1] ?? '');
/** @type {string[]} */
const changes = [];
/** @type {number[]} */
const trips = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;

/** @param {string} name @param {string} text */
function say(name, text) {
  const el = list.querySelector(`[data-fact="${name}"]`);
  if (el && el.textContent !== text) el.textContent = text;
}

/** @param {string} name @param {Record<string, string>} values */
function phrase(name, values) {
  return (words[name] ?? '').replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

const link = createLink({
  socket: overSocket(),
  http: () => Promise.resolve(http),
  hello: at.hello,
  onEvent(event) {
    at.take(event);
    show();
  },
  onLink: turned,
  onRefused: () => undefined,
  now: Date.now,
  random: Math.random,
});
const http = overHttp(() => []);

/** @param {import('./net/link.js').Link} now */
function turned(now) {
  const said = `${now.phase} ${now.way} ${now.why}`.trim();
  if (!changes.at(-1)?.endsWith(said)) changes.push(`${new Date().toISOString()} ${said}`);
  if (changes.length > KEPT) changes.shift();
  const open = now.phase === 'open';
  say('transport', open ? (words[now.way] ?? 'WebSocket') : now.phase === 'connecting' ? words.checking : words.down);
  say('why', open ? words[now.why || 'best'] : '–');
  say('since', open ? clock.format(now.since) : '–');
  clearTimeout(next);
  if (open) measure();
  if (now.phase === 'signed-out') location.assign('/login?next=/connection');
}

function show() {
  say('replayed', number.format(at.replayed()));
  const place = at.place();
  if (place) say('step', phrase('place', { n: number.format(place.num), room: place.name || words.direct }));
}

/** How long the server takes to answer, and what its clock says. */
async function measure() {
  clearTimeout(next);
  next = setTimeout(measure, MEASURE_MS);
  const asked = performance.now();
  try {
    await link.request({ type: 'ping' });
  } catch {
    return;
  }
  trips.push(Math.max(1, Math.round(performance.now() - asked)));
  if (trips.length > KEPT) trips.shift();
  say('latency', phrase('trip', { n: number.format(/** @type {number} */ (trips.at(-1))), best: number.format(Math.min(...trips)), worst: number.format(Math.max(...trips)) }));
  await compareClocks();
}

async function compareClocks() {
  const before = Date.now();
  const answer = await fetch('/api/v1/events', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  const date = Date.parse(answer?.headers.get('Date') ?? '');
  if (Number.isNaN(date)) return;
  // The header's second had begun half a second before, on average.
  const ahead = (before + Date.now()) / 2 - (date + 500);
  const seconds = number.format(Math.round(Math.abs(ahead) / 1000));
  say('skew', Math.abs(ahead) <= SAME_MS ? words.sameClock : phrase(ahead > 0 ? 'ahead' : 'behind', { n: seconds }));
}

/** Everything that the page says, and what a browser says of itself, for whoever is asked for help. */
function report() {
  const facts = [...list.children].map((div) => `${div.querySelector('dt')?.textContent}: ${div.querySelector('dd')?.textContent}`);
  return [
    `Parley, ${import.meta.url}`, location.href, new Date().toISOString(), '', ...facts, '',
    `round trips (ms): ${trips.join(' ')}`, `online: ${navigator.onLine}`, navigator.userAgent, '', ...changes, '',
  ].join('\n');
}

document.getElementById('copy-report')?.addEventListener('click', async () => {
  const told = /** @type {HTMLElement} */ (document.getElementById('copied'));
  const text = report();
  try {
    await copyText(text);
    told.textContent = words.copied;
  } catch {
    // Where the browser refuses, the text is there to be copied by hand.
    const box = /** @type {HTMLTextAreaElement} */ (document.getElementById('report'));
    box.hidden = false;
    box.value = text;
    box.select();
    told.textContent = words.byHand;
  }
});
addEventListener('online', () => link.hurry());
document.addEventListener('visibilitychange', () => document.hidden || link.hurry());
link.start();
