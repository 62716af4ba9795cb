import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unique } from './unique.js';

test('names are unique and short, also where the browser does not make them', () => {
  const own = crypto.randomUUID;
  const names = new Set();
  try {
    for (let i = 0; i < 500; i++) names.add(unique());
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    for (let i = 0; i < 500; i++) names.add(unique());
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: own, configurable: true });
  }
  assert.equal(names.size, 1000);
  for (const name of names) assert.match(name, /^[0-9a-f-]{32,36}$/);
});
