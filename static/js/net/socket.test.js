import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { createSocket } from './socket.js';

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
    this.onopen();
    this.say({ type: 'hello', epoch: 'e', rooms: [] });
  }
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  cut(code) {
    this.onclose({ code });
  }
}

let made, events, phases, refused, socket;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  made = [];
  events = [];
  phases = [];
  refused = 0;
  socket = createSocket({
    open: () => made[made.push(new FakeSocket()) - 1],
    url: 'ws://x/ws',
    hello: () => ({ epoch: 'e', rooms: { r: 7 } }),
    onEvent: (e) => events.push(e.type),
    onLink: (link) => phases.push(link.phase),
    onRefused: () => refused++,
    now: Date.now,
    random: () => 0.5,
  });
  socket.start();
});

test('it says hello with its cursors, and is open once that is answered', () => {
  made[0].greet();
  assert.deepEqual(made[0].sent[0], { type: 'hello', epoch: 'e', rooms: { r: 7 } });
  assert.deepEqual(events, ['hello']);
  assert.equal(phases.at(-1), 'open');
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
  assert.equal(phases.at(-1), 'waiting');
  mock.timers.tick(1000);
  assert.equal(made.length, 2);
});

test('a server that is away is asked less and less often', () => {
  const gaps = [];
  for (let i = 0; i < 9; i++) {
    const before = Date.now();
    made.at(-1).cut(1006);
    while (made.length === i + 1) mock.timers.tick(100);
    gaps.push(Date.now() - before);
  }
  assert.ok(gaps[0] <= 1000, `first ${gaps[0]}`);
  assert.ok(gaps.at(-1) >= 15_000 && gaps.at(-1) <= 30_100, `last ${gaps.at(-1)}`);
  assert.equal(refused, 9);
});

test('after a good connection the waits begin anew; after one that broke at once they do not', () => {
  for (let i = 0; i < 5; i++) {
    made.at(-1).greet();
    made.at(-1).cut(1006);
    mock.timers.tick(31_000);
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
  assert.equal(phases.at(-1), 'signed-out');
  socket.again();
  assert.equal(made.length, 2);
});

test('hurry ends a wait at once', () => {
  made[0].cut(1006);
  socket.hurry();
  assert.equal(made.length, 2);
});

test('a connection that answers nothing is given up after ten seconds', () => {
  made[0].greet();
  socket.check();
  mock.timers.tick(10_000);
  assert.equal(made[0].closed, true);
  assert.equal(phases.at(-1), 'waiting');
});

test('what a closed connection still says is not heard', () => {
  made[0].greet();
  const old = made[0];
  const listener = old.onmessage;
  old.cut(1006);
  listener({ data: '{"type":"message.created"}' });
  assert.deepEqual(events, ['hello']);
});
