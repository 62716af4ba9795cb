// The WebSocket carrier: one connection, from its hello to its end. It knows nothing of rooms, and never tries again.
import { CommandError } from './command.js';

/** Nothing heard for this long: ask. The server pings below the page's sight, so silence here proves nothing by itself. */
const QUIET_MS = 25_000;
/** Nothing at all heard for this long after asking: the connection is dead, whatever the browser believes. */
const SILENT_MS = 5_000;
/** A command that takes longer than this to be answered is not going to be, though other things are heard. */
const ANSWER_MS = 10_000;

/**
 * @param {{open: (url: string) => WebSocket, url: string, now: () => number}} options
 * @returns {import('./command.js').OpenCarrier}
 */
export function socketCarrier(options) {
  return (above) => {
    let ref = 0;
    /** -1: nothing yet. */
    let heardAt = -1;
    let opened = false;
    let over = false;
    /** @type {Map<string, {resolve: (frame: any) => void, reject: (err: Error) => void, timer: ReturnType<typeof setTimeout>}>} */
    const waiting = new Map();
    const ws = options.open(options.url);
    /** A handshake or a hello that hangs is given up like any other silence. */
    let watch = setTimeout(() => end(1006, 'silent'), SILENT_MS);
    ws.onopen = () => {
      opened = true;
      ws.send(JSON.stringify({ type: 'hello', ...above.hello() }));
    };
    ws.onmessage = (e) => over || hear(e.data);
    ws.onclose = (e) => end(e.code, opened ? 'cut' : 'refused');

    /** @param {string} data */
    function hear(data) {
      const first = heardAt < 0;
      heardAt = options.now();
      if (first) listen();
      const frame = JSON.parse(data);
      if (frame.ref === undefined || !settle(frame)) above.hear(frame);
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
      clearTimeout(watch);
      watch = setTimeout(() => {
        if (options.now() - heardAt >= QUIET_MS) request({ type: 'ping' }).catch(() => undefined);
        listen();
      }, QUIET_MS);
    }

    /** @param {number} code @param {'refused' | 'silent' | 'cut'} why */
    function end(code, why) {
      if (over) return;
      close();
      above.ended(code, why);
    }

    function close() {
      over = true;
      clearTimeout(watch);
      ws.onclose = ws.onmessage = ws.onopen = null;
      ws.close();
      for (const asked of waiting.values()) {
        clearTimeout(asked.timer);
        asked.reject(new CommandError({ code: 'offline' }));
      }
      waiting.clear();
    }

    /** @param {object} frame @returns {Promise<any>} the frame that answers it */
    function request(frame) {
      const name = String(++ref);
      const askedAt = options.now();
      ws.send(JSON.stringify({ ...frame, ref: name }));
      return new Promise((resolve, reject) => {
        const late = () => {
          const asked = waiting.get(name);
          if (heardAt > askedAt && options.now() - askedAt < ANSWER_MS && asked) asked.timer = setTimeout(late, ANSWER_MS - SILENT_MS);
          else end(1006, 'silent');
        };
        waiting.set(name, { resolve, reject, timer: setTimeout(late, SILENT_MS) });
      });
    }

    return {
      way: 'websocket',
      request,
      close,
      send: (frame) => ws.send(JSON.stringify(frame)),
    };
  };
}

/** The browser's own WebSocket to the server that the page came from. */
export const overSocket = () => socketCarrier({ open: (url) => new WebSocket(url, 'parley.v1'), url: location.origin.replace(/^http/, 'ws') + '/ws', now: Date.now });
