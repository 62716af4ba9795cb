// The carrier over plain HTTP: events as a stream where one passes, else as long polls; commands as requests beside it.
// Both go on from the server's own cursor, so that between a poll and the next, and from one to the other, nothing is
// lost or told twice.
import { sseParser } from '../core/sse.js';
import { CommandError } from './command.js';

/** How long a poll is asked to be held, in seconds; the second where proxies do not let it. */
const HELD_S = 25;
const HELD_SHORT_S = 8;
/** An answer that takes longer than this over what it was asked to take is not coming. */
const ANSWER_MS = 10_000;
/** A stream that says nothing at first for this long is being held back by something in between. */
const STREAM_MS = 3_000;
/** Heartbeats of a stream that may be missing before it counts as dead. */
const BEATS = 2.5;
/** A stream or a poll that was cut after this long was cut for its age: the next one goes on at once. */
const AGED_MS = 3_000;
/** A network that did not let a stream through is not asked again for this long. */
const NO_STREAMS_MS = 300_000;
/** Polls have no memory of read marks and of who is there: a hello brings them so often. */
const REFRESH_MS = 60_000;

/**
 * @typedef {{
 *   fetch: typeof fetch, screen: () => string[], now: () => number,
 * }} HttpOptions screen: the rooms that are on it
 */

/** @param {HttpOptions} options @returns {import('./command.js').OpenCarrier} */
export function httpCarrier(options) {
  /** What was learnt of this network, for the carriers to come. */
  const network = { streamsFrom: 0, held: HELD_S };
  /** Read marks that are not with the server yet, by room. @type {Map<string, number>} */
  const marks = new Map();

  return (above) => {
    let cursor = '';
    let over = false;
    let greetedAt = -Infinity;
    let shown = '';
    /** The request that brings events. @type {AbortController} */
    let bringing = new AbortController();
    /** @type {import('./command.js').Carrier} */
    const carrier = { way: 'poll', request, send, close };

    begin();

    async function begin() {
      await follow();
      while (!over) await follow();
    }

    /** One request for events, from where the last one ended. */
    async function follow() {
      const begun = options.now();
      bringing = new AbortController();
      try {
        if (cursor && begun >= network.streamsFrom) await stream(begun);
        else await poll();
      } catch (err) {
        if (over || bringing.signal.reason === 'again') return;
        if (err instanceof Refused) return end(err.code, 'refused');
        // Cut for its age: nothing is wrong with the network but its patience.
        if (cursor && bringing.signal.reason !== 'late' && options.now() - begun >= AGED_MS) network.held = HELD_SHORT_S;
        else end(1006, 'cut');
      }
    }

    /** @param {string} accept @param {number} patience milliseconds until the head of the answer @param {Record<string, string>} query */
    async function ask(accept, patience, query) {
      const rooms = options.screen();
      shown = rooms.join();
      const params = new URLSearchParams(query);
      for (const room of rooms) params.append('open', room);
      if (cursor) params.set('cursor', cursor);
      else for (const [room, seq] of Object.entries(above.hello().rooms)) params.append('since', `${room}:${seq}`);
      const { signal } = bringing;
      const late = setTimeout(() => bringing.abort('late'), patience);
      try {
        const answer = await options.fetch(`/api/v1/events?${params}`, { headers: { Accept: accept }, signal, cache: 'no-store' });
        if (!answer.ok) throw new Refused(answer.status);
        return { answer, late };
      } catch (err) {
        clearTimeout(late);
        throw err;
      }
    }

    async function poll() {
      const greeting = options.now() - greetedAt > REFRESH_MS;
      /** @type {Record<string, string>} */
      const query = { wait: String(greeting ? 0 : network.held) };
      if (greeting) Object.assign(query, { hello: '1', epoch: above.hello().epoch });
      const { answer, late } = await ask('application/json', (greeting ? 0 : network.held * 1000) + ANSWER_MS, query);
      const got = await answer.json().finally(() => clearTimeout(late));
      if (over) return;
      cursor = got.cursor;
      become('poll');
      for (const event of got.events) tell(event);
    }

    /** @param {number} begun */
    async function stream(begun) {
      let heard = false;
      try {
        const { answer, late } = await ask('text/event-stream', STREAM_MS, {});
        await read(/** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader(), late, () => {
          heard = true;
        });
      } catch (err) {
        if (heard || over || bringing.signal.reason === 'again' || err instanceof Refused) throw err;
      }
      // Held back, or cut at once: polls pass where streams do not.
      if (!heard || options.now() - begun < AGED_MS) network.streamsFrom = options.now() + NO_STREAMS_MS;
    }

    /** @param {ReadableStreamDefaultReader<Uint8Array>} body @param {ReturnType<typeof setTimeout>} late @param {() => void} greeted */
    async function read(body, late, greeted) {
      const text = new TextDecoder();
      let silence = 0;
      let watch = late;
      const parse = sseParser(({ id, data }) => {
        if (over) return;
        const event = JSON.parse(data);
        if (id) cursor = id;
        if (event.type !== 'hello') return tell(event);
        // The cursor has all that this hello says.
        silence = (event.heartbeat_s ?? 15) * 1000 * BEATS;
        greeted();
        return become('stream');
      });
      try {
        for (;;) {
          const { done, value } = await body.read();
          if (done) return;
          parse(text.decode(value, { stream: true }));
          if (!silence) continue; // the first bytes may be all that comes through
          clearTimeout(watch);
          watch = setTimeout(() => bringing.abort('late'), silence);
        }
      } finally {
        clearTimeout(watch);
      }
    }

    /** @param {import('./command.js').Way} way */
    function become(way) {
      if (carrier.way === way) return;
      carrier.way = way;
      above.moved();
    }

    /** @param {ServerEvent} event */
    function tell(event) {
      if (over) return;
      above.hear(event);
      if (event.type !== 'hello') return;
      greetedAt = options.now();
      for (const [room, num] of marks) mark(room, num);
    }

    /** @param {number} code @param {'refused' | 'cut'} why */
    function end(code, why) {
      if (over) return;
      close();
      above.ended(code, why);
    }

    /** What was asked goes on: its answers are as good as ever. */
    function close() {
      over = true;
      bringing.abort('closed');
    }

    /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
    async function call(method, path, body) {
      const patience = new AbortController();
      const late = setTimeout(() => patience.abort(), ANSWER_MS);
      /** @type {Response} */
      let answer;
      try {
        answer = await options.fetch(`/api/v1${path}`, {
          method, signal: patience.signal, headers: body ? { 'Content-Type': 'application/json' } : {}, body: body && JSON.stringify(body),
        });
        const text = await answer.text();
        if (answer.ok) return text ? JSON.parse(text) : {};
        throw new CommandError({ code: 'internal', ...problem(text), retry_after: Number(answer.headers.get('Retry-After')) || 1 });
      } catch (err) {
        if (err instanceof CommandError) throw err;
        end(1006, 'cut'); // the next hello sends it again
        throw new CommandError({ code: 'offline' });
      } finally {
        clearTimeout(late);
      }
    }

    /** @param {any} frame */
    async function request(frame) {
      if (frame.type !== 'message.send') {
        await call('HEAD', '/events');
        return { type: 'pong' };
      }
      const { type, room_id, ...body } = frame;
      return { ...(await call('POST', `/rooms/${room_id}/messages`, body)), type: 'ack' };
    }

    /** @param {any} frame */
    function send(frame) {
      if (frame.type === 'typing') call('POST', `/rooms/${frame.room_id}/typing`).catch(() => undefined);
      else if (frame.type === 'read') mark(frame.room_id, frame.num);
      else queueMicrotask(look); // the room that is left and the one that is entered are one change
    }

    /** @param {string} room @param {number} num */
    async function mark(room, num) {
      marks.set(room, num);
      try {
        await call('POST', `/rooms/${room}/read`, { num });
      } catch (err) {
        if (/** @type {CommandError} */ (err).code === 'offline') return;
      }
      if (marks.get(room) === num) marks.delete(room);
    }

    function look() {
      if (cursor && options.screen().join() !== shown) bringing.abort('again');
    }

    return carrier;
  };
}

/** @param {string} text */
function problem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** A request for events was answered with a status. The code is what a socket would have been closed with. */
class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`status ${status}`);
    this.code = status === 401 ? 4401 : status === 429 ? 4429 : status === 503 ? 1012 : 1006;
  }
}
