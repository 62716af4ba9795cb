import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cursors, fromBoot, reduce } from './state.js';

const ada = { id: '1', username: 'ada', display_name: 'Ada' };
const ken = { id: '2', username: 'ken', display_name: 'Ken' };

/** A message as the wire has it: fields at their default left out. */
const said = (seq, sender, text, extra = {}) => ({ id: `m${seq}`, room_id: 'r', seq, num: seq, sender, client_id: `c${seq}`, text, created_at: `2026-11-21T10:00:${String(seq % 60).padStart(2, '0')}.000Z`, ...extra });
const created = (m, seq = m.seq) => ({ type: 'message.created', room_id: 'r', seq, message: m });

function start({ unread = 0, messages = [said(1, ken, 'one'), said(2, ada, 'two')], has_after = false } = {}) {
  const num = 2;
  const room = { id: 'r', name: 'general', kind: 'open', seq: 2, num, unread, mentions: 0, me: { role: 'member', last_read_num: num - unread } };
  const other = { id: 'q', name: 'other', kind: 'open', seq: 9, num: 4, unread: 0, mentions: 0, me: { last_read_num: 4 } };
  return fromBoot({ me: ada, epoch: 'e', lang: 'en', strings: {}, team: { name: 'T' }, version: '', rooms: [room, other], room, messages, has_before: false, has_after });
}
const run = (state, ...events) => events.reduce((s, e) => reduce(s, e, 1000), state);
const texts = (state, room = 'r') => state.timelines.get(room).messages.map((m) => m.text);

test('an event of an unknown type changes nothing, not even the identity of the state', () => {
  const s = start();
  assert.equal(reduce(s, { type: 'weather.changed', room_id: 'r' }, 0), s);
  assert.equal(reduce(s, { type: 'toString' }, 0), s);
});

test('a live message lands at the end, counts as unread and moves the cursor', () => {
  const s = run(start(), created(said(3, ken, 'three')));
  assert.deepEqual(texts(s), ['one', 'two', 'three']);
  assert.equal(s.rooms.get('r').unread, 1);
  assert.equal(s.rooms.get('r').num, 3);
  assert.deepEqual(cursors(s), { r: 3 });
});

test('the same event twice is one message and one unread', () => {
  const e = created(said(3, ken, 'three'));
  const s = run(start(), e, e);
  assert.deepEqual(texts(s), ['one', 'two', 'three']);
  assert.equal(s.rooms.get('r').unread, 1);
});

test('my own message moves my mark, whatever was unread', () => {
  const s = run(start({ unread: 2 }), created(said(3, ada, 'mine')));
  assert.equal(s.rooms.get('r').unread, 0);
  assert.equal(s.rooms.get('r').me.last_read_num, 3);
});

test('a mention of me, or of everybody, counts; a mention of others and my own do not', () => {
  const s = run(
    start(),
    created(said(3, ken, '@ada', { mentions: { user_ids: ['1'] } })),
    created(said(4, ken, '@all', { mentions: { all: true } })),
    created(said(5, ken, '@zoe', { mentions: { user_ids: ['7'] } })),
  );
  assert.equal(s.rooms.get('r').mentions, 2);
  assert.equal(s.rooms.get('r').unread, 3);
});

test('an edit replaces the message in place; what the event leaves out is at its default', () => {
  const liked = said(1, ken, 'one', { reactions: [{ emoji: '👍', count: 1, user_ids: ['1'] }], html: '<p>one</p>' });
  const s = run(start({ messages: [liked, said(2, ada, 'two')] }), { type: 'message.updated', room_id: 'r', seq: 3, message: said(1, ken, 'uno', { edited_at: 'x' }) });
  const [first] = s.timelines.get('r').messages;
  assert.equal(first.text, 'uno');
  assert.equal(first.html, '');
  assert.deepEqual(first.reactions, []);
  assert.equal(s.rooms.get('r').unread, 0);
});

test('a deletion leaves a stub where the message was', () => {
  const s = run(start(), { type: 'message.deleted', room_id: 'r', seq: 3, message: { id: 'm1', room_id: 'r', seq: 1, num: 1, sender: ken, client_id: 'c1', deleted: true, text: '' } });
  assert.equal(s.timelines.get('r').messages[0].deleted, true);
  assert.equal(s.timelines.get('r').messages.length, 2);
});

test('a catch-up tells messages by their last change: an old one goes to its own place', () => {
  const s = run(start(), created(said(4, ken, 'four'), 4), created(said(3, ken, 'three, edited'), 5));
  assert.deepEqual(texts(s), ['one', 'two', 'three, edited', 'four']);
});

test('a sent message shows at once, and the acknowledgement makes it real without moving the cursor', () => {
  const pending = { client_id: 'c-x', user_id: '1', room_id: 'r', text: 'hello', created_at: '', status: 'waiting', code: '', detail: '' };
  const sent = run(start(), { type: 'local.send', pending });
  assert.equal(sent.outbox.length, 1);
  const acked = run(sent, { type: 'ack', message: said(5, ada, 'hello', { client_id: 'c-x' }) });
  assert.equal(acked.outbox.length, 0);
  assert.deepEqual(texts(acked), ['one', 'two', 'hello']);
  assert.deepEqual(cursors(acked), { r: 2 });
  const between = run(acked, created(said(3, ken, 'three')), created(said(4, ken, 'four')), created(said(5, ada, 'hello', { client_id: 'c-x' })));
  assert.deepEqual(texts(between), ['one', 'two', 'three', 'four', 'hello']);
});

test('the event may come before the acknowledgement', () => {
  const pending = { client_id: 'c-x', user_id: '1', room_id: 'r', text: 'hello', created_at: '', status: 'waiting', code: '', detail: '' };
  const m = said(3, ada, 'hello', { client_id: 'c-x' });
  const s = run(start(), { type: 'local.send', pending }, created(m), { type: 'ack', message: m });
  assert.equal(s.outbox.length, 0);
  assert.deepEqual(texts(s), ['one', 'two', 'hello']);
});

test('a refused message stays, says why, and waits again after a retry at its old place', () => {
  const pending = (id) => ({ client_id: id, user_id: '1', room_id: 'r', text: id, created_at: '', status: 'waiting', code: '', detail: '' });
  const s = run(start(), { type: 'local.send', pending: pending('a') }, { type: 'local.send', pending: pending('b') }, { type: 'local.failed', client_id: 'a', code: 'forbidden', detail: 'no' });
  assert.deepEqual(s.outbox.map((p) => p.status), ['failed', 'waiting']);
  const again = run(s, { type: 'local.retry', client_id: 'a' });
  assert.deepEqual(again.outbox.map((p) => [p.client_id, p.status]), [['a', 'waiting'], ['b', 'waiting']]);
  assert.deepEqual(run(again, { type: 'local.unsend', client_id: 'a' }).outbox.map((p) => p.client_id), ['b']);
});

test('events that come while the first page is under way are applied after it', () => {
  let s = run(start(), { type: 'local.opened', room_id: 'q' }, { type: 'local.loading', room_id: 'q' });
  const m = (seq, text) => ({ ...said(seq, ken, text), room_id: 'q', num: seq - 5 });
  s = run(s, { type: 'message.created', room_id: 'q', seq: 10, message: m(10, 'live') });
  assert.deepEqual(texts(s, 'q'), []);
  s = run(s, { type: 'local.page', room_id: 'q', where: 'latest', page: { messages: [m(9, 'paged')] }, cursor: 9 });
  assert.deepEqual(texts(s, 'q'), ['paged', 'live']);
  assert.equal(cursors(s).q, 10);
});

test('an event that the page already contains is not doubled', () => {
  let s = run(start(), { type: 'local.opened', room_id: 'q' }, { type: 'local.loading', room_id: 'q' });
  const m = { ...said(10, ken, 'live'), room_id: 'q' };
  s = run(s, { type: 'message.created', room_id: 'q', seq: 10, message: m }, { type: 'local.page', room_id: 'q', where: 'latest', page: { messages: [m] }, cursor: 9 });
  assert.deepEqual(texts(s, 'q'), ['live']);
});

test('the ack of my message moves my mark, and what comes after it from before it is read', () => {
  const acked = run(start(), { type: 'ack', message: said(5, ada, 'mine') });
  assert.equal(acked.rooms.get('r').me.last_read_num, 5);
  const s = run(acked, created(said(3, ken, 'three')), created(said(4, ken, '@ada', { mentions: { user_ids: ['1'] } })), created(said(5, ada, 'mine')), created(said(6, ken, 'six')));
  assert.deepEqual([s.rooms.get('r').unread, s.rooms.get('r').mentions, s.rooms.get('r').num], [1, 0, 6]);
  assert.equal(run(acked, { type: 'ack', message: said(4, ada, 'an older one') }).rooms.get('r').me.last_read_num, 5);
});

test('a hello brings the counts of every room, and a catch-up does not count them again', () => {
  const hello = { type: 'hello', epoch: 'e', named: { r: 2 }, rooms: [{ id: 'r', name: 'general', kind: 'open', seq: 4, num: 4, unread: 2, mentions: 1, me: { last_read_num: 2 } }, { id: 'q', name: 'other', kind: 'open', seq: 9, num: 4, unread: 0, mentions: 0, me: { last_read_num: 4 } }] };
  const s = run(start(), hello, created(said(3, ken, 'three', { mentions: { user_ids: ['1'] } })), created(said(4, ken, 'four')), { type: 'synced', room_id: 'r', seq: 4 });
  assert.equal(s.rooms.get('r').unread, 2);
  assert.equal(s.rooms.get('r').mentions, 1);
  assert.equal(s.rooms.get('r').me.last_read_num, 2);
  assert.deepEqual(texts(s), ['one', 'two', 'three', 'four']);
});

test('a timeline that the hello did not name is not trusted, though it is ready when the answer comes', () => {
  const room = (id) => ({ id, name: id, kind: 'open', seq: 9, num: 4, me: { last_read_num: 4 } });
  const hello = (named) => ({ type: 'hello', epoch: 'e', named, rooms: [room('r'), room('q')] });
  const both = run(
    start(), { type: 'local.opened', room_id: 'r' }, { type: 'local.loading', room_id: 'q' },
    { type: 'local.page', room_id: 'q', where: 'latest', page: { messages: [] }, cursor: 9 },
  );
  assert.deepEqual(Object.keys(cursors(both)), ['r', 'q']);
  const neither = run(both, hello({}));
  assert.equal(neither.timelines.get('r').status, 'stale');
  assert.deepEqual(texts(neither), ['one', 'two']);
  assert.ok(!neither.timelines.has('q'));
  assert.deepEqual(cursors(run(both, hello({ q: 9 }))), { q: 9 });
});

test('what was named and is asked for anew keeps what the catch-up brings until the page is here', () => {
  const s = run(
    start(), { type: 'local.opened', room_id: 'r' }, { type: 'local.loading', room_id: 'r' },
    { type: 'hello', epoch: 'e', named: { r: 2 }, rooms: [{ id: 'r', name: 'general', kind: 'open', seq: 3, num: 3 }] },
    created(said(3, ken, 'three')),
    { type: 'local.page', room_id: 'r', where: 'latest', page: { messages: [said(1, ken, 'one'), said(2, ada, 'two')] }, cursor: 2 },
  );
  assert.deepEqual(texts(s), ['one', 'two', 'three']);
});

test('a hello of another epoch makes every timeline stale, and names no cursor', () => {
  const s = run(start(), { type: 'local.opened', room_id: 'r' }, { type: 'hello', epoch: 'restored', rooms: [{ id: 'r', name: 'general', kind: 'open', seq: 1, num: 1 }] });
  assert.equal(s.timelines.get('r').status, 'stale');
  assert.deepEqual(cursors(s), {});
  assert.equal(s.rooms.has('q'), false);
});

test('a reset keeps what is on screen until the new page is there, and drops what is not', () => {
  const s = run(start(), { type: 'local.opened', room_id: 'r' }, { type: 'reset', room_id: 'r', seq: 900 });
  assert.deepEqual(texts(s), ['one', 'two']);
  assert.equal(s.timelines.get('r').status, 'stale');
  const away = run(start(), { type: 'reset', room_id: 'r', seq: 900 });
  assert.equal(away.timelines.has('r'), false);
});

test('a page that fails to come drops its timeline and nothing else', () => {
  const s = run(start(), { type: 'local.loading', room_id: 'q' }, { type: 'local.unloaded', room_id: 'q' });
  assert.deepEqual([...s.timelines.keys()], ['r']);
});

test('read events of other devices set the mark, forward and back', () => {
  const s = run(start({ unread: 2 }), { type: 'read', room_id: 'r', num: 2, unread: 0, mentions: 0 });
  assert.equal(s.rooms.get('r').unread, 0);
  const back = run(s, { type: 'read', room_id: 'r', num: 0, unread: 2, mentions: 1 });
  assert.equal(back.rooms.get('r').unread, 2);
  assert.equal(back.rooms.get('r').mentions, 1);
});

test('the New line stands where unread began when the room is opened, and stays while reading', () => {
  const s = run(start({ unread: 1 }), { type: 'local.opened', room_id: 'r' });
  assert.equal(s.timelines.get('r').divider, 1);
  assert.equal(run(s, { type: 'local.read', room_id: 'r', num: 2 }).timelines.get('r').divider, 1);
});

test('the New line comes when nobody looks, and not while somebody does', () => {
  const looking = run(start(), { type: 'local.opened', room_id: 'r' }, { type: 'local.attentive', on: true }, created(said(3, ken, 'x')));
  assert.equal(looking.timelines.get('r').divider, null);
  const away = run(start(), { type: 'local.opened', room_id: 'r' }, { type: 'local.attentive', on: false }, created(said(3, ken, 'x')), created(said(4, ken, 'y')));
  assert.equal(away.timelines.get('r').divider, 2);
});

test('marking unread from a message puts the line before it', () => {
  const s = run(start(), { type: 'local.opened', room_id: 'r' }, { type: 'local.unread', room_id: 'r', num: 1 });
  assert.equal(s.rooms.get('r').unread, 1);
  assert.equal(s.timelines.get('r').divider, 1);
});

test('leaving a private room takes it away; leaving an open one leaves it to be looked at', () => {
  const gone = run(start(), { type: 'room.removed', room_id: 'r' });
  assert.equal(gone.rooms.has('r'), false);
  assert.equal(gone.timelines.has('r'), false);
  const left = run(start(), { type: 'member.left', room_id: 'r', seq: 3, user: ada });
  assert.equal(left.rooms.get('r').me, null);
  assert.equal(run(left, { type: 'local.opened', room_id: 'q' }).rooms.get('r') !== undefined, true);
});

test('somebody else joining or leaving moves the cursor and counts nothing', () => {
  const s = run(start(), { type: 'member.joined', room_id: 'r', seq: 3, user: ken }, { type: 'member.left', room_id: 'r', seq: 4, user: ken });
  assert.deepEqual(cursors(s), { r: 4 });
  assert.equal(s.rooms.get('r').unread, 0);
});

test('a changed room keeps the reader’s own state', () => {
  const s = run(start({ unread: 1 }), { type: 'room.updated', room_id: 'r', seq: 3, room: { id: 'r', name: 'plaza', topic: 'new', kind: 'open' } });
  const r = s.rooms.get('r');
  assert.deepEqual([r.name, r.topic, r.unread, r.me.last_read_num], ['plaza', 'new', 1, 1]);
});

test('a typist is gone with his message, and after six seconds', () => {
  const typing = { type: 'typing', room_id: 'r', user: ken };
  const s = reduce(start(), typing, 1000);
  assert.equal(s.typing.get('r').size, 1);
  assert.equal(reduce(s, created(said(3, ken, 'x')), 1500).typing.get('r').size, 0);
  assert.equal(reduce(s, { type: 'local.tick' }, 6999).typing.get('r').size, 1);
  assert.equal(reduce(s, { type: 'local.tick' }, 7000).typing.size, 0);
  assert.equal(reduce(start(), { ...typing, user: ada }, 1000).typing.size, 0);
});

test('replies stay out of the timeline unless they were sent to the room as well', () => {
  const reply = said(3, ken, 'reply', { num: undefined, thread_id: 'm1' });
  const s = run(start(), created(reply), created(said(4, ken, 'both', { num: undefined, thread_id: 'm1', also_in_room: true })));
  assert.deepEqual(texts(s), ['one', 'two', 'both']);
  assert.equal(s.rooms.get('r').unread, 0);
  assert.deepEqual(cursors(s), { r: 4 });
});

test('the thirteenth room takes the place of the one longest not looked at', () => {
  let s = start();
  for (let i = 0; i < 13; i++) {
    s = run(s, { type: 'room.added', room: { id: `x${i}`, name: `x${i}` } }, { type: 'local.loading', room_id: `x${i}` }, { type: 'local.opened', room_id: `x${i}` });
  }
  assert.equal(s.timelines.size, 12);
  assert.equal(s.timelines.has('r'), false);
  assert.equal(s.timelines.has('x12'), true);
});
