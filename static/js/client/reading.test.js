import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { fromBoot, reduce } from '../core/state.js';
import { createReading } from './reading.js';

const me = { id: '1', username: 'ada', display_name: 'Ada' };
const ken = { id: '2', username: 'ken', display_name: 'Ken' };
const room = (num, read) => ({ id: 'r', name: 'general', kind: 'open', seq: num, num, unread: num - read, me: { role: 'member', last_read_num: read } });
const hello = (num, read) => ({ type: 'hello', epoch: 'e', named: {}, rooms: [room(num, read)] });
const created = (num, sender) => ({ type: 'message.created', room_id: 'r', seq: num, message: { id: `m${num}`, room_id: 'r', seq: num, num, sender, client_id: `c${num}`, text: 'x' } });

let state;
/** What went out, and whether there is a connection for it. */
let sent;
let connected;
let posts;
let watch;
let reading;
const tell = (event) => {
  const before = state;
  state = reduce(state, event, 0);
  for (const one of watch) one(event, before);
};
const marks = () => sent.map((frame) => frame.num);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  [sent, connected, watch, posts] = [[], true, [], () => Promise.resolve({})];
  state = fromBoot({ me, epoch: 'e', lang: 'en', strings: {}, team: { name: 'T' }, version: '', rooms: [room(5, 3)] });
  reading = createReading({
    dispatch: tell, watch: (one) => watch.push(one), state: { peek: () => state },
    api: { post: () => posts() }, socket: { send: (frame) => connected && sent.push(frame) > 0 },
  });
});

test('what was seen is told, at most twice a second, the last mark always', () => {
  reading.seen('r');
  mock.timers.tick(0);
  tell(created(6, ken));
  reading.seen('r');
  mock.timers.tick(100);
  tell(created(7, ken));
  reading.seen('r');
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5, 7]);
});

test('a mark that waits is not told after my own message has passed it', () => {
  reading.seen('r');
  mock.timers.tick(0);
  tell(created(6, ken));
  reading.seen('r'); // waits for its turn
  tell(created(7, me)); // and the server has moved the mark with this
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5]);
  assert.equal(state.rooms.get('r').unread, 0);
});

test('a mark waits for my own message that is on its way', () => {
  reading.seen('r');
  mock.timers.tick(0);
  tell(created(6, ken));
  reading.seen('r');
  tell({ type: 'local.send', pending: { client_id: 'c7', user_id: '1', room_id: 'r', text: 'x', thread_id: '', created_at: '', status: 'waiting', code: '', detail: '' } });
  mock.timers.tick(3000); // the server may have it, and may have moved the mark
  assert.deepEqual(marks(), [5]);
  tell({ type: 'ack', message: created(7, me).message });
  mock.timers.tick(3000);
  assert.deepEqual(marks(), [5]);
  tell(created(8, ken));
  reading.seen('r');
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5, 8]);
});

test('a mark made without a connection is told with the next hello, unless that is further', () => {
  connected = false;
  reading.seen('r');
  mock.timers.tick(1000);
  connected = true;
  tell(hello(6, 3));
  assert.equal(state.rooms.get('r').unread, 1);
  mock.timers.tick(0);
  assert.deepEqual(marks(), [5]);
  connected = false;
  reading.seen('r');
  mock.timers.tick(1000);
  connected = true;
  tell(hello(9, 8)); // from another device
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5]);
  assert.equal(state.rooms.get('r').unread, 1);
});

test('a mark that was told into a connection that was dying is told again', () => {
  reading.seen('r');
  mock.timers.tick(0);
  tell(hello(5, 3)); // it did not arrive
  assert.equal(state.rooms.get('r').unread, 0);
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5, 5]);
  mock.timers.tick(60_000);
  tell(hello(5, 3)); // long after, it was somebody's wish elsewhere
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [5, 5]);
  assert.equal(state.rooms.get('r').unread, 2);
});

test('unread by hand is told later where it could not be told at once', async () => {
  posts = () => Promise.reject(new Error('offline'));
  connected = false;
  reading.unseen('r', 2);
  await Promise.resolve();
  await Promise.resolve();
  mock.timers.tick(1000);
  connected = true;
  tell(hello(5, 3));
  mock.timers.tick(1000);
  assert.deepEqual(marks(), [1]);
  assert.equal(state.rooms.get('r').unread, 4);
});

test('what was seen is told before the page goes away', () => {
  const page = new EventTarget();
  globalThis.addEventListener = page.addEventListener.bind(page);
  try {
    reading = createReading({ dispatch: tell, watch: () => {}, state: { peek: () => state }, api: { post: () => posts() }, socket: { send: (frame) => sent.push(frame) > 0 } });
    reading.seen('r');
    assert.deepEqual(marks(), []);
    page.dispatchEvent(new Event('pagehide'));
    assert.deepEqual(marks(), [5]);
  } finally {
    delete globalThis.addEventListener;
  }
});
