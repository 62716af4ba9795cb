// The WebSocket carrier: connects, says hello, keeps at it, and tells what it hears. It knows nothing of rooms.
import { afterClose, delay } from '../core/backoff.js';

/** Nothing heard for this long: ask. The server pings below the page's sight, so silence here proves nothing by itself. */
const QUIET_MS = 45_000;
/** An answer that takes longer than this means the connection is dead, whatever the browser believes. */
const ANSWER_MS = 10_000;
/** A connection that lasted this long was a good one: the next cut starts the waits from the beginning. */
const STEADY_MS = 5_000;

/** The server refused a command that carried a ref. */
export class CommandError extends Error {
  /** @param {{code?: string, detail?: string, retry_after?: number}} frame */
  constructor(frame) {
    super(frame.detail || frame.code || 'refused');
    this.code = frame.code ?? 'internal';
    this.detail = frame.detail ?? '';
    this.retryAfter = frame.retry_after ?? 1;
  }
}

/**
 * @typedef {{phase: 'connecting' | 'open' | 'waiting' | 'signed-out', since: number, retryAt: number}} Link
 * @typedef {{
 *   open: (url: string) => WebSocket, url: string,
 *   hello: () => object, onEvent: (event: ServerEvent) => void, onLink: (link: Link) => void,
 *   onRefused: () => void, now: () => number, random: () => number,
 * }} SocketOptions
 */

/** @param {SocketOptions} options */
export function createSocket(options) {
  /** @type {WebSocket | null} */
  let ws = null;
  let attempt = 0;
  let ref = 0;
  let heardAt = 0;
  /** When hello was answered on this connection; 0: not yet. */
  let greetedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;
  /** @type {Map<string, {resolve: (frame: any) => void, reject: (err: Error) => void, timer: ReturnType<typeof setTimeout>}>} */
  const waiting = new Map();
  /** @type {Link} */
  let link = { phase: 'connecting', since: options.now(), retryAt: 0 };

  /** @param {Link['phase']} phase @param {number} [retryAt] */
  function become(phase, retryAt = 0) {
    const since = link.phase === 'open' || phase === 'open' ? options.now() : link.since;
    link = { phase, since, retryAt };
    options.onLink(link);
  }

  function start() {
    clearTimeout(timer);
    if (ws) return;
    become('connecting');
    greetedAt = 0;
    const mine = options.open(options.url);
    ws = mine;
    // A handshake that hangs is given up like any other silence.
    watch = setTimeout(() => mine === ws && drop(mine, 1006), ANSWER_MS);
    mine.onopen = () => mine.send(JSON.stringify({ type: 'hello', ...options.hello() }));
    mine.onmessage = (e) => mine === ws && hear(e.data);
    mine.onclose = (e) => mine === ws && drop(mine, e.code);
  }

  /** @param {string} data */
  function hear(data) {
    heardAt = options.now();
    const frame = JSON.parse(data);
    if (frame.ref !== undefined && settle(frame)) return;
    if (frame.type === 'hello') {
      greetedAt = options.now();
      clearTimeout(watch);
      listen();
      become('open'); // first: what hears the hello may want to send
      options.onEvent(frame);
      return;
    }
    options.onEvent(frame);
  }

  /** @param {any} frame @returns {boolean} it answered a command */
  function settle(frame) {
    const asked = waiting.get(frame.ref);
    if (!asked) return false;
    waiting.delete(frame.ref);
    clearTimeout(asked.timer);
    if (frame.type === 'error') asked.reject(new CommandError(frame));
    else asked.resolve(frame);
    return true;
  }

  function listen() {
    const mine = ws;
    watch = setTimeout(() => {
      if (mine !== ws) return;
      if (options.now() - heardAt >= QUIET_MS) check();
      listen();
    }, QUIET_MS);
  }

  /** @param {WebSocket} mine @param {number} code */
  function drop(mine, code) {
    ws = null;
    clearTimeout(watch);
    mine.onclose = mine.onmessage = mine.onopen = null;
    mine.close();
    for (const asked of waiting.values()) {
      clearTimeout(asked.timer);
      asked.reject(new CommandError({ code: 'offline' }));
    }
    waiting.clear();
    const next = afterClose(code);
    if (next === 'sign-in') return become('signed-out');
    // A server that greets and hangs up at once gets the same growing distance as one that is away.
    if (greetedAt && options.now() - greetedAt > STEADY_MS) attempt = 0;
    if (next === 'later') attempt = Math.max(attempt, 4);
    const wait = delay(attempt++, options.random);
    become('waiting', options.now() + wait);
    timer = setTimeout(start, wait);
    // The page is not told why a handshake failed; somebody may ask by other means whether the session is over.
    if (!greetedAt) options.onRefused();
  }

  /** @param {object} frame @returns {Promise<any>} the frame that answers it */
  function request(frame) {
    if (link.phase !== 'open' || !ws) return Promise.reject(new CommandError({ code: 'offline' }));
    const mine = ws;
    const name = String(++ref);
    mine.send(JSON.stringify({ ...frame, ref: name }));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => mine === ws && drop(mine, 1006), ANSWER_MS);
      waiting.set(name, { resolve, reject, timer: late });
    });
  }

  /** Is anybody there? A dead connection is found out and replaced. */
  function check() {
    request({ type: 'ping' }).catch(() => undefined);
  }

  return {
    start,
    request,
    check,
    /** @param {object} frame @returns {boolean} it went out */
    send(frame) {
      if (link.phase !== 'open' || !ws) return false;
      ws.send(JSON.stringify(frame));
      return true;
    },
    /** Now rather than when the wait is over. */
    hurry() {
      if (link.phase === 'open') return check();
      if (link.phase === 'waiting') start();
      return undefined;
    },
    /** After signing in again. */
    again() {
      attempt = 0;
      if (link.phase === 'signed-out' || link.phase === 'waiting') start();
    },
    /** The session ended: no more tries until again(). */
    halt() {
      if (link.phase === 'signed-out') return;
      clearTimeout(timer);
      if (ws) drop(ws, 4401);
      else become('signed-out');
    },
  };
}

/** @typedef {ReturnType<typeof createSocket>} Socket */
