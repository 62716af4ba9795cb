import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { createLink } from './link.js';
import { socketCarrier } from './socket.js';

/** A WebSocket that does what the test says. */
class FakeSocket {
  sent = [];
  closed = false;
  send(data) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.closed = true;
  }
  greet() {
    this.onopen?.();
    this.say({ type: 'hello', epoch: 'e', rooms: [] });
  }
  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  cut(code) {
    this.onclose?.({ code });
  }
}

let made, http, httpPasses, events, named, links, refused, cursor, socket;

/** A carrier over HTTP that does what the test says. */
function fakeHttp(above) {
  const carrier = { way: 'poll', above, closed: false, sent: [], hello: above.hello() };
  carrier.request = (frame) => Promise.resolve({ type: 'ack', over: 'http', frame });
  carrier.send = (frame) => carrier.sent.push(frame);
  carrier.close = () => {
    carrier.closed = true;
  };
  http.push(carrier);
  return carrier;
}

const phases = () => links.map((l) => l.phase);
const flush = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};
/** @param {number} ms */
const pass = async (ms) => {
  for (let done = 0; done < ms; done += 100) {
    mock.timers.tick(Math.min(100, ms - done));
    await flush();
  }
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  made = [];
  http = [];
  httpPasses = false;
  events = [];
  named = [];
  links = [];
  refused = 0;
  cursor = 7;
  socket = createLink({
    socket: socketCarrier({ open: () => made[made.push(new FakeSocket()) - 1], url: 'ws://x/ws', now: Date.now }),
    http: () => (httpPasses ? Promise.resolve(fakeHttp) : Promise.reject(new Error('offline'))),
    hello: () => ({ epoch: 'e', rooms: { r: cursor } }),
    onEvent: (e) => {
      events.push(e.type);
      if (e.type === 'hello') named.push(e.named);
    },
    onLink: (link) => links.push(link),
    onRefused: () => refused++,
    now: Date.now,
    random: () => 0.5,
  });
  socket.start();
});

test('it says hello with its cursors, and is open once that is answered', () => {
  made[0].greet();
  assert.deepEqual(named, [{ r: 7 }]);
  assert.deepEqual(made[0].sent[0], { type: 'hello', epoch: 'e', rooms: { r: 7 } });
  assert.deepEqual(events, ['hello']);
  assert.equal(phases().at(-1), 'open');
});

test('a command’s answer finds its caller, by ref, and is not an event', async () => {
  made[0].greet();
  const first = socket.request({ type: 'message.send' });
  const second = socket.request({ type: 'message.send' });
  made[0].say({ type: 'error', ref: '2', code: 'forbidden', detail: 'no' });
  made[0].say({ type: 'ack', ref: '1', message: { id: '5' } });
  assert.equal((await first).message.id, '5');
  await assert.rejects(second, { code: 'forbidden' });
  assert.deepEqual(events, ['hello']);
});

test('a restart of the server is a short wait, and what was asked is told offline', async () => {
  made[0].greet();
  const asked = socket.request({ type: 'message.send' });
  made[0].cut(1012);
  await assert.rejects(asked, { code: 'offline' });
  assert.equal(phases().at(-1), 'waiting');
  mock.timers.tick(1000);
  assert.equal(made.length, 2);
});

test('a server that is away is asked less and less often', async () => {
  const gaps = [];
  for (let i = 0; i < 9; i++) {
    const before = Date.now();
    made.at(-1).cut(1006);
    while (made.length === i + 1) await pass(100);
    gaps.push(Date.now() - before);
  }
  assert.ok(gaps[0] <= 1000, `first ${gaps[0]}`);
  assert.ok(gaps.at(-1) >= 15_000 && gaps.at(-1) <= 30_100, `last ${gaps.at(-1)}`);
  assert.equal(refused, 9);
});

test('after a good connection the waits begin anew; after one that broke at once they do not', async () => {
  for (let i = 0; i < 5; i++) {
    made.at(-1).greet();
    made.at(-1).cut(1006);
    const n = made.length;
    while (made.length === n) await pass(1000);
  }
  made.at(-1).greet();
  mock.timers.tick(6000);
  const n = made.length;
  made.at(-1).cut(1006);
  mock.timers.tick(1000);
  assert.equal(made.length, n + 1);
});

test('signed out is not tried again until somebody signs in', () => {
  made[0].greet();
  made[0].cut(4401);
  mock.timers.tick(600_000);
  assert.equal(made.length, 1);
  assert.equal(phases().at(-1), 'signed-out');
  socket.again();
  assert.equal(made.length, 2);
});

test('hurry ends a wait at once', async () => {
  made[0].cut(1006);
  await flush();
  socket.hurry();
  assert.equal(made.length, 2);
});

test('a connection that says nothing is given up five seconds after it was asked', () => {
  made[0].greet();
  socket.check();
  mock.timers.tick(5_000);
  assert.equal(made[0].closed, true);
  assert.equal(phases().at(-1), 'waiting');
});

test('what a closed connection still says is not heard', () => {
  made[0].greet();
  const old = made[0];
  const listener = old.onmessage;
  old.cut(1006);
  listener({ data: '{"type":"message.created"}' });
  assert.deepEqual(events, ['hello']);
});

test('a slow answer is waited for while other things are heard', async () => {
  made[0].greet();
  mock.timers.tick(1);
  const asked = socket.request({ type: 'message.send' });
  mock.timers.tick(3_000);
  made[0].say({ type: 'typing' });
  mock.timers.tick(6_000);
  made[0].say({ type: 'ack', ref: '1' });
  assert.equal((await asked).type, 'ack');
  assert.equal(made[0].closed, false);
});

test('where WebSocket is refused HTTP takes over at once, and the banner has nothing to say', async () => {
  httpPasses = true;
  made[0].cut(1006);
  await flush();
  assert.deepEqual(http[0].hello, { epoch: 'e', rooms: { r: 7 } });
  http[0].above.hear({ type: 'hello' });
  http[0].above.hear({ type: 'message.created' });
  assert.deepEqual(events, ['hello', 'message.created']);
  assert.deepEqual(phases(), ['connecting', 'open']);
  assert.deepEqual([links.at(-1).way, links.at(-1).why], ['poll', 'refused']);
  assert.equal((await socket.request({ type: 'message.send' })).over, 'http');
  assert.equal(socket.send({ type: 'typing' }), true);
  assert.equal(refused, 0);
});

test('a WebSocket that hangs does not hold up the page: HTTP is tried beside it', async () => {
  httpPasses = true;
  made[0].onopen(); // the handshake passes, and no frame after it
  await pass(1_500);
  http[0].above.hear({ type: 'hello' });
  assert.equal(links.at(-1).phase, 'open');
  await pass(3_500);
  assert.equal(made[0].closed, true, 'given up after five seconds');
  assert.deepEqual([links.at(-1).phase, links.at(-1).way, links.at(-1).why], ['open', 'poll', 'silent']);
});

test('a WebSocket that is in time ends the try over HTTP', async () => {
  httpPasses = true;
  await pass(1_500);
  made[0].greet();
  assert.equal(http[0].closed, true);
  http[0].above.hear({ type: 'hello' });
  assert.deepEqual(events, ['hello']);
  assert.equal(links.at(-1).way, 'websocket');
});

test('it comes back to WebSocket, with the cursors of that moment and no event twice', async () => {
  httpPasses = true;
  made[0].cut(1006);
  await flush();
  http[0].above.hear({ type: 'hello' });
  await pass(6_000);
  assert.equal(made.length, 2, 'it looks again after some seconds');
  made[1].cut(1006);
  await pass(20_000);
  assert.equal(made.length, 2, 'and then less often');
  while (made.length === 2) await pass(100);
  cursor = 9;
  made[2].greet();
  assert.deepEqual(made[2].sent[0].rooms, {}, 'a look asks for nothing');
  assert.equal(made[2].closed && http[0].closed, true);
  made[2].say({ type: 'message.created' });
  http[0].above.hear({ type: 'message.created' });
  made[3].greet();
  assert.deepEqual(made[3].sent[0].rooms, { r: 9 });
  assert.deepEqual(events, ['hello', 'hello']);
  assert.deepEqual([links.at(-1).phase, links.at(-1).way, links.at(-1).why], ['open', 'websocket', '']);
});

test('HTTP that ends is begun anew at once, beside another try at WebSocket', async () => {
  httpPasses = true;
  made[0].cut(1006);
  await flush();
  http[0].above.hear({ type: 'hello' });
  http[0].above.ended(1006, 'cut');
  assert.equal(links.at(-1).phase, 'waiting');
  await pass(1_000);
  assert.deepEqual([made.length, http.length], [2, 2]);
  http[1].above.hear({ type: 'hello' });
  assert.equal(links.at(-1).phase, 'open');
});

test('a look that is under way when HTTP ends does not become the connection: it has no cursors', async () => {
  httpPasses = true;
  made[0].cut(1006);
  await flush();
  http[0].above.hear({ type: 'hello' });
  await pass(6_000);
  http[0].above.ended(1006, 'cut');
  made[1].greet();
  assert.deepEqual(events, ['hello']);
});

test('signed out over HTTP is signed out', async () => {
  httpPasses = true;
  made[0].cut(1006);
  await flush();
  http[0].above.ended(4401, 'refused');
  assert.equal(links.at(-1).phase, 'signed-out');
  await pass(60_000);
  assert.equal(made.length, 1);
});
