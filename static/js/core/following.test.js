import assert from 'node:assert/strict';
import { test } from 'node:test';
import { following } from './following.js';

const hello = (epoch, ...rooms) => ({ type: 'hello', epoch, rooms: rooms.map(([id, seq, num]) => ({ id, name: `room ${id}`, seq, num })) });

test('it stands where the hello and the events put it, and says so in the next hello', () => {
  const at = following('2');
  at.take(hello('e', ['1', 5, 3], ['2', 9, 7]));
  at.take({ type: 'message.created', room_id: '2', seq: 10, message: { num: 8 } });
  at.take({ type: 'message.updated', room_id: '2', seq: 11, message: { num: 2 } });
  assert.deepEqual(at.hello(), { epoch: 'e', rooms: { 1: 5, 2: 11 } });
  assert.deepEqual(at.place(), { name: 'room 2', seq: 11, num: 8 });
  assert.equal(at.replayed(), 0, 'what comes live was not replayed');
});

test('what comes between a second hello and its synced was replayed', () => {
  const at = following('1');
  at.take(hello('e', ['1', 5, 3]));
  at.take(hello('e', ['1', 7, 5]));
  at.take({ type: 'message.created', room_id: '1', seq: 6, message: { num: 4 } });
  at.take({ type: 'message.created', room_id: '1', seq: 7, message: { num: 5 } });
  at.take({ type: 'synced', room_id: '1', seq: 7 });
  at.take({ type: 'message.created', room_id: '1', seq: 8, message: { num: 6 } });
  assert.deepEqual([at.replayed(), at.place().num], [2, 6]);
});

test('another epoch is another count, a removed room is none, and without rooms there is no place', () => {
  const at = following('1');
  at.take(hello('e', ['1', 5, 3]));
  at.take(hello('f', ['1', 1, 1]));
  assert.deepEqual(at.hello(), { epoch: 'f', rooms: { 1: 1 } });
  at.take({ type: 'room.removed', room_id: '1' });
  assert.equal(at.place(), undefined);
});
