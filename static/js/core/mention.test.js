import assert from 'node:assert/strict';
import test from 'node:test';
import { callable, calling } from './mention.js';
import { user } from './shapes.js';

test('an @ after a space or at the start calls somebody, an address does not', () => {
  const cases = /** @type {const} */ ([
    ['@', ''], ['@ad', 'ad'], ['hi @ad', 'ad'], ['(@ad', 'ad'], ['你好，@小', '小'],
    ['ada@ex', null], ['@@', null], ['@ad ', null], ['no', null],
  ]);
  for (const [text, want] of cases) assert.equal(calling(text, text.length)?.query ?? null, want, text);
  assert.deepEqual(calling('ask @ada now', 8), { from: 4, query: 'ada' });
});

test('members of the room come first, then the best match', () => {
  const [ada, adam, bob] = [['1', 'ada', 'Ada L'], ['2', 'adam', 'Adam'], ['3', 'bob', 'Bob Ada']].map(([id, username, display_name]) => user({ id, username, display_name }));
  assert.deepEqual(callable('ada', [bob, adam], [ada, bob], 8).map((u) => u.id), ['2', '3', '1']);
  assert.deepEqual(callable('zz', [bob], [ada], 8), []);
});
