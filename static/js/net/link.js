// The link to the server, over whatever the network lets through: WebSocket first; where that is refused or silent, plain
// HTTP, with a look now and then whether WebSocket goes by now. It keeps at it, and knows nothing of rooms.
import { afterClose, delay } from '../core/backoff.js';
import { CommandError } from './command.js';

/** A connection that lasted this long was a good one: the next cut starts the waits from the beginning. */
const STEADY_MS = 5_000;
/** So long after the link was lost HTTP is tried beside a WebSocket that has not answered: the banner shows at 2 s. */
const PATIENCE_MS = 1_500;
/** What a WebSocket is given at least before that. */
const START_MS = 500;
/** What one is given that has just been seen to go: HTTP would only be left again. */
const TRUST_MS = 4_000;
/** When the network is asked again for a WebSocket; the last step repeats. */
const PROBES_MS = [5_000, 30_000, 60_000, 120_000, 300_000];

/**
 * @typedef {{
 *   phase: 'connecting' | 'open' | 'waiting' | 'signed-out', since: number, retryAt: number,
 *   way: import('./command.js').Way | '', why: '' | 'refused' | 'silent',
 * }} Link why: what became of WebSocket, where the way is another
 */
/** @typedef {import('./command.js').Carrier} Carrier */
/**
 * @typedef {{
 *   socket: import('./command.js').OpenCarrier, http: () => Promise<import('./command.js').OpenCarrier>,
 *   hello: () => import('./command.js').Hello, onEvent: (event: ServerEvent) => void, onLink: (link: Link) => void,
 *   onRefused: () => void, now: () => number, random: () => number,
 * }} LinkOptions
 */

/** @param {LinkOptions} options */
export function createLink(options) {
  /** What stands. @type {Carrier | null} */
  let active = null;
  /** What is being tried: a WebSocket, and HTTP. @type {Carrier | null} */
  let socket = null;
  /** @type {{close: () => void} | null} */
  let http = null;
  let httpTried = false;
  let attempt = 0;
  let probes = 0;
  /** When the hello was answered by what stands, or stood last; 0: not since the last try. */
  let greetedAt = 0;
  /** What the last WebSocket came to that HTTP had to stand in for. @type {Link['why']} */
  let blocked = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let probe;
  /** @type {Link} */
  let link = { phase: 'connecting', since: options.now(), retryAt: 0, way: '', why: '' };

  /** @param {Link['phase']} phase @param {number} [retryAt] */
  function become(phase, retryAt = 0) {
    const turned = phase !== link.phase && (link.phase === 'open' || phase === 'open');
    const since = turned ? options.now() : link.since;
    link = { phase, since, retryAt, way: active?.way ?? '', why: active && active.way !== 'websocket' ? blocked || 'silent' : '' };
    options.onLink(link);
  }

  /** @param {number} [patience] milliseconds for a WebSocket alone */
  function start(patience = blocked ? 0 : Math.max(START_MS, link.since + PATIENCE_MS - options.now())) {
    clearTimeout(retry);
    if (active || socket || http) return;
    become('connecting');
    greetedAt = 0;
    httpTried = false;
    trySocket(options.hello);
    later = setTimeout(tryHttp, patience);
  }

  /** @param {() => import('./command.js').Hello} hello */
  function trySocket(hello) {
    socket = carry(options.socket, hello);
  }

  function tryHttp() {
    clearTimeout(later);
    if (active || http || httpTried) return;
    httpTried = true;
    const fetched = { close() {} };
    http = fetched;
    options.http().then(
      (open) => {
        if (http === fetched) http = carry(open, options.hello);
      },
      () => over(fetched, 1006, 'refused'),
    );
  }

  /** @param {import('./command.js').OpenCarrier} open @param {() => import('./command.js').Hello} hello @returns {Carrier} */
  function carry(open, hello) {
    /** What the last hello of this carrier said was here. @type {import('./command.js').Hello | undefined} */
    let said;
    /** @type {Carrier} */
    const mine = open({
      hello: () => (said = hello()),
      hear: (frame) => hear(mine, frame.type === 'hello' ? { ...frame, named: said?.rooms } : frame),
      moved: () => mine === active && become('open'),
      ended: (code, why) => over(mine, code, why),
    });
    return mine;
  }

  /** @param {Carrier} from @param {ServerEvent} frame */
  function hear(from, frame) {
    if (from === active) return options.onEvent(frame);
    if (frame.type !== 'hello') return undefined;
    if (from === socket && active) return moveBack();
    if (from === socket) {
      socket = null;
      http?.close();
      http = null;
      blocked = '';
      probes = 0;
    } else if (from === http) {
      http = null;
      probeLater();
    } else return undefined;
    clearTimeout(later);
    active = from;
    greetedAt = options.now();
    become('open'); // first: what hears the hello may want to send
    return options.onEvent(frame);
  }

  /** A WebSocket goes by now: what was tried ends, and one with the cursors of this moment takes over. */
  function moveBack() {
    socket?.close();
    active?.close();
    clearTimeout(probe);
    active = socket = null;
    blocked = '';
    start(TRUST_MS);
  }

  /** Asks for a WebSocket in a while. */
  function probeLater() {
    clearTimeout(probe);
    const wait = PROBES_MS[Math.min(probes++, PROBES_MS.length - 1)];
    probe = setTimeout(look, wait * (0.75 + options.random() / 2));
  }

  /** The look has no cursors: nothing that it might hear counts. */
  function look() {
    if (active && active.way !== 'websocket' && !socket) trySocket(() => ({ epoch: '', rooms: {} }));
  }

  /** @param {{close: () => void}} from @param {number} code @param {'refused' | 'silent' | 'cut'} why */
  function over(from, code, why) {
    if (from === active) {
      active = null;
      if (why === 'silent') blocked = 'silent';
      return lost(code);
    }
    if (from === socket) {
      socket = null;
      if (why !== 'cut') blocked = why;
      if (active) {
        become('open');
        return probeLater();
      }
      if (afterClose(code) !== 'sign-in') tryHttp();
    } else if (from === http) http = null;
    else return undefined;
    if (afterClose(code) === 'sign-in' || !(active || socket || http)) lost(code);
    return undefined;
  }

  /** @param {number} code */
  function lost(code) {
    stop();
    const next = afterClose(code);
    if (next === 'sign-in') return become('signed-out');
    // A server that greets and hangs up at once gets the same growing distance as one that is away.
    if (greetedAt && options.now() - greetedAt > STEADY_MS) attempt = 0;
    if (next === 'later') attempt = Math.max(attempt, 4);
    const wait = delay(attempt++, options.random);
    become('waiting', options.now() + wait);
    retry = setTimeout(start, wait);
    // The page is not told why a handshake failed; somebody may ask by other means whether the session is over.
    if (!greetedAt) options.onRefused();
    return undefined;
  }

  function stop() {
    for (const timer of [retry, later, probe]) clearTimeout(timer);
    for (const carrier of [active, socket, http]) carrier?.close();
    active = socket = http = null;
  }

  /** @param {object} frame @returns {Promise<any>} the frame that answers it */
  function request(frame) {
    return active ? active.request(frame) : Promise.reject(new CommandError({ code: 'offline' }));
  }

  /** Is anybody there? A dead connection is found out and replaced. */
  function check() {
    request({ type: 'ping' }).catch(() => undefined);
  }

  return {
    start: () => start(),
    request,
    check,
    /** @param {object} frame @returns {boolean} it went out */
    send(frame) {
      active?.send(frame);
      return active !== null;
    },
    /** Now rather than when the wait is over. */
    hurry() {
      if (link.phase === 'waiting') return start();
      if (link.phase !== 'open') return undefined;
      probes = 0; // a look that is under way may have begun on another network
      look();
      return check();
    },
    /** After signing in again. */
    again() {
      attempt = 0;
      if (link.phase === 'signed-out' || link.phase === 'waiting') start();
    },
    /** The session ended: no more tries until again(). */
    halt() {
      if (link.phase === 'signed-out') return;
      stop();
      become('signed-out');
    },
  };
}

/** @typedef {ReturnType<typeof createLink>} LinkToServer */
