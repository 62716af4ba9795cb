import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fromBoot, reduce } from '../core/state.js';
import { createHistory } from './history.js';

const ken = { id: '2', username: 'ken', display_name: 'Ken' };
const said = (seq) => ({ id: `m${seq}`, room_id: 'r', seq, num: seq, sender: ken, client_id: `c${seq}`, text: `message ${seq}`, created_at: '2026-11-21T10:00:00.000Z' });
const room = (seq) => ({ id: 'r', name: 'general', kind: 'open', seq, num: seq, me: { role: 'member', last_read_num: seq } });
const hello = (seq, named = {}) => ({ type: 'hello', epoch: 'e', named, rooms: [room(seq)] });

/** The requests that were made, each with the way to answer it. */
let asked;
let state;
let pages;
const tell = (event) => {
  state = reduce(state, event, 0);
};
const texts = () => state.timelines.get('r')?.messages.map((m) => m.text);
/** Lets what waits for an answer go on. */
const settle = () => new Promise(setImmediate);

beforeEach(() => {
  asked = [];
  state = fromBoot({ me: { id: '1', username: 'ada' }, epoch: 'e', lang: 'en', strings: {}, team: { name: 'T' }, version: '', rooms: [room(1)] });
  tell({ type: 'local.opened', room_id: 'r' });
  pages = createHistory({
    watch() {}, dispatch: tell, state: { peek: () => state },
    api: { get: (path) => new Promise((resolve, reject) => asked.push({ path, resolve, reject })) },
  });
});

test('a page that was read before a cut is not taken for the present', async () => {
  const done = pages.latest('r');
  tell(hello(2)); // the second message came while nothing was connected, and the page below does not have it
  asked[0].resolve({ messages: [said(1)] });
  await settle();
  assert.equal(asked.length, 2);
  asked[1].resolve({ messages: [said(1), said(2)] });
  await done;
  assert.deepEqual(texts(), ['message 1', 'message 2']);
  assert.equal(state.timelines.get('r').status, 'ready');
});

test('a page of a room that was left meanwhile is let go', async () => {
  const done = pages.latest('r');
  tell({ type: 'local.opened', room_id: 'q' });
  tell(hello(2));
  asked[0].resolve({ messages: [said(1)] });
  await done;
  assert.equal(asked.length, 1);
  assert.ok(!state.timelines.has('r'));
});

test('a room that is opened again while its page is under way gets one that is fresh', async () => {
  const done = pages.latest('r');
  tell({ type: 'local.opened', room_id: 'q' });
  tell(hello(2));
  tell({ type: 'local.opened', room_id: 'r' });
  pages.latest('r');
  asked[0].resolve({ messages: [said(1)] });
  await settle();
  asked[1].resolve({ messages: [said(1), said(2)] });
  await done;
  assert.deepEqual(texts(), ['message 1', 'message 2']);
});

test('without an answer what stands there goes on standing there', async () => {
  const first = pages.latest('r');
  asked[0].resolve({ messages: [said(1)] });
  await first;
  const again = pages.latest('r', true);
  asked[1].reject(new Error('offline'));
  await again;
  assert.deepEqual(texts(), ['message 1']);
  assert.equal(state.timelines.get('r').status, 'ready');
});
