import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { httpCarrier } from './http.js';

let asked, heard, ends, moves, screen, open, carrier, cursors;

/** A fetch whose answers the test gives, one request after the other. */
function fakeFetch(url, init) {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const request = { path: pathname, query: searchParams, ...init, aborted: false };
  const answer = new Promise((resolve, reject) => {
    request.answer = (body, status = 200, headers = {}) => resolve(new Response(body === null ? null : JSON.stringify(body), { status, headers }));
    request.fail = () => reject(new TypeError('fetch failed'));
    request.stream = () => {
      const pipe = new TransformStream();
      const writer = pipe.writable.getWriter();
      resolve(new Response(pipe.readable));
      init.signal.addEventListener('abort', () => writer.abort(init.signal.reason).catch(() => undefined));
      return {
        say: (id, event) => writer.write(new TextEncoder().encode(`${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(event)}\n\n`)),
        end: () => writer.close(),
      };
    };
    init.signal.addEventListener('abort', () => {
      request.aborted = true;
      reject(init.signal.reason);
    });
  });
  asked.push(request);
  return answer;
}

const flush = async () => {
  for (let i = 0; i < 6; i++) await new Promise((done) => setImmediate(done));
};
const last = () => asked.at(-1);
const names = () => heard.map((e) => e.type);

function carry() {
  carrier = open({
    hello: () => cursors,
    hear: (frame) => heard.push(frame),
    moved: () => moves.push(carrier.way),
    ended: (code, why) => ends.push([code, why]),
  });
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  asked = [];
  heard = [];
  ends = [];
  moves = [];
  screen = ['5'];
  cursors = { epoch: 'e', rooms: { 5: 70, 6: 8 } };
  open = httpCarrier({ fetch: fakeFetch, screen: () => screen, now: Date.now });
  carry();
});

/** Answers the greeting. */
async function greet() {
  last().answer({ events: [{ type: 'hello' }, { type: 'message.created', seq: 71 }, { type: 'synced' }], cursor: 'c1' });
  await flush();
}

/** To where a stream was tried and did not come. */
async function noStream() {
  await greet();
  mock.timers.tick(3_000);
  await flush();
}

test('the first request says what a hello says, and its answer is told like a hello', async () => {
  assert.equal(last().path, '/api/v1/events');
  assert.deepEqual([last().query.get('hello'), last().query.get('epoch'), last().query.get('wait')], ['1', 'e', '0']);
  assert.deepEqual(last().query.getAll('since'), ['5:70', '6:8']);
  assert.deepEqual(last().query.getAll('open'), ['5']);
  await greet();
  assert.deepEqual(names(), ['hello', 'message.created', 'synced']);
  assert.equal(carrier.way, 'poll');
});

test('a stream that passes takes over from the cursor, without a second hello', async () => {
  await greet();
  assert.equal(last().headers.Accept, 'text/event-stream');
  assert.equal(last().query.get('cursor'), 'c1');
  const events = last().stream();
  events.say('c1', { type: 'hello', heartbeat_s: 15 });
  events.say('c2', { type: 'message.created', seq: 72 });
  await flush();
  assert.deepEqual(names(), ['hello', 'message.created', 'synced', 'message.created']);
  assert.deepEqual(moves, ['stream']);
});

test('a stream that is held back is left for polls, from the same cursor', async () => {
  await noStream();
  assert.equal(asked[1].aborted, true);
  assert.deepEqual([last().headers.Accept, last().query.get('cursor'), last().query.get('wait')], ['application/json', 'c1', '25']);
  last().answer({ events: [{ type: 'typing' }], cursor: 'c2' });
  await flush();
  assert.deepEqual(names().slice(3), ['typing']);
  assert.equal(last().query.get('cursor'), 'c2');
  assert.equal(last().headers.Accept, 'application/json', 'it is not tried again with each poll');
});

test('a stream without heartbeats is dead', async () => {
  await greet();
  last().stream().say('c1', { type: 'hello', heartbeat_s: 15 });
  await flush();
  mock.timers.tick(40_000);
  await flush();
  assert.deepEqual(ends, [[1006, 'cut']]);
});

test('a stream that was cut for its age goes on at once from its last event', async () => {
  await greet();
  const events = last().stream();
  events.say('c1', { type: 'hello', heartbeat_s: 15 });
  events.say('c9', { type: 'message.created', seq: 80 });
  await flush();
  mock.timers.tick(20_000);
  events.end();
  await flush();
  assert.deepEqual([last().headers.Accept, last().query.get('cursor'), ends.length], ['text/event-stream', 'c9', 0]);
});

test('a poll that a proxy cuts for its age is asked for shorter; one that fails at once is the end', async () => {
  await noStream();
  mock.timers.tick(10_000);
  last().fail();
  await flush();
  assert.equal(last().query.get('wait'), '8');
  last().fail();
  await flush();
  assert.deepEqual(ends, [[1006, 'cut']]);
  const n = asked.length;
  mock.timers.tick(600_000);
  await flush();
  assert.equal(asked.length, n, 'what has ended asks for nothing');
});

test('an answer that never comes is the end, not another try', async () => {
  await noStream();
  mock.timers.tick(36_000);
  await flush();
  assert.deepEqual(ends, [[1006, 'cut']]);
});

test('polls bring a hello now and then: what they do not make up for stands in it', async () => {
  await noStream();
  mock.timers.tick(20_000);
  for (let i = 0; i < 3; i++) {
    last().answer({ events: [], cursor: 'c1' });
    await flush();
    mock.timers.tick(20_000);
  }
  assert.equal(last().query.get('hello'), '1');
  assert.equal(last().query.get('cursor'), 'c1');
});

test('another room on screen is told at once, and once for leaving and entering', async () => {
  await noStream();
  const held = last();
  const n = asked.length;
  screen = ['6'];
  carrier.send({ type: 'close', room_id: '5' });
  carrier.send({ type: 'open', room_id: '6' });
  await flush();
  assert.equal(held.aborted, true);
  assert.equal(asked.length, n + 1);
  assert.deepEqual([last().query.getAll('open'), last().query.get('cursor')], [['6'], 'c1']);
  carrier.send({ type: 'open', room_id: '6' });
  await flush();
  assert.equal(asked.length, n + 1);
});

test('a message goes by REST, and its answer is an ack', async () => {
  await greet();
  const ack = carrier.request({ type: 'message.send', room_id: '5', client_id: 'x', text: 'hi' });
  assert.deepEqual([last().method, last().path, last().body], ['POST', '/api/v1/rooms/5/messages', '{"client_id":"x","text":"hi"}']);
  last().answer({ message: { id: '1' } }, 201);
  assert.deepEqual(await ack, { type: 'ack', message: { id: '1' } });
});

test('a refusal has its code and when to come again; no answer is offline, and the end of the carrier', async () => {
  await greet();
  const refused = carrier.request({ type: 'message.send', room_id: '5' });
  last().answer({ code: 'rate_limited', detail: 'slowly' }, 429, { 'Retry-After': '3' });
  await assert.rejects(refused, { code: 'rate_limited', detail: 'slowly', retryAfter: 3 });
  assert.deepEqual(ends, []);
  const lost = carrier.request({ type: 'message.send', room_id: '5' });
  last().fail();
  await assert.rejects(lost, { code: 'offline' });
  assert.deepEqual(ends, [[1006, 'cut']]);
});

test('a read mark that did not arrive is told after the next hello', async () => {
  await greet();
  carrier.send({ type: 'read', room_id: '5', num: 4 });
  assert.deepEqual([last().path, last().body], ['/api/v1/rooms/5/read', '{"num":4}']);
  last().fail();
  await flush();
  assert.equal(ends.length, 1);
  carry();
  await greet();
  assert.deepEqual(asked.filter((r) => r.path.endsWith('/read')).length, 2);
});

test('a refused request for events says what a socket’s close code would', async () => {
  for (const [status, code] of [[401, 4401], [429, 4429], [503, 1012], [400, 1006]]) {
    ends = [];
    carry();
    last().answer({}, status);
    await flush();
    assert.deepEqual(ends, [[code, 'refused']], `status ${status}`);
  }
});

test('what is closed tells nothing more', async () => {
  await greet();
  const events = last().stream();
  events.say('c1', { type: 'hello', heartbeat_s: 15 });
  await flush();
  carrier.close();
  await flush();
  assert.equal(last().aborted, true);
  mock.timers.tick(100_000);
  await flush();
  assert.deepEqual([names().length, ends.length], [3, 0]);
});
