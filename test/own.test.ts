import { expect, test } from 'vitest';
import { append, listOf, setOwn } from '../src/own.js';

interface Target {
  name?: string;
}

const PLAIN = { value: 'lobby', configurable: true, enumerable: true, writable: true };

/** Objects that a plain assignment would fail at, or do something else with. */
test.each<[what: string, target: Target]>([
  ['nothing', {}],
  ['its own', { name: 'before' }],
  ['one that is inherited and fixed', Object.create(Object.freeze({ name: 'inherited' })) as Target],
  [
    'a setter that is inherited',
    Object.create({
      set name(_: string) {
        throw new Error('a setter was called');
      },
    }) as Target,
  ],
  ['its own that is hidden', Object.defineProperty({}, 'name', { value: '', configurable: true })],
])('a property is set where there is %s', (_, target) => {
  setOwn(target, 'name', 'lobby');
  expect(Object.getOwnPropertyDescriptor(target, 'name')).toEqual(PLAIN);
});

test('no accessor comes from a changed Object.prototype', () => {
  Object.defineProperty(Object.prototype, 'get', { value: () => 'poison', configurable: true });
  const target: Target = { name: 'before' };
  try {
    setOwn(target, 'name', 'lobby');
  } finally {
    Reflect.deleteProperty(Object.prototype, 'get');
  }
  expect(target).toEqual({ name: 'lobby' });
});

test('an item is put at the end, whatever lists inherit', () => {
  const list = ['a'];
  const indices: number[] = [];
  Object.defineProperty(Array.prototype, 1, {
    set: (item: number) => indices.push(item),
    configurable: true,
  });
  try {
    append(list, 'b');
  } finally {
    Reflect.deleteProperty(Array.prototype, 1);
  }
  append(list, 'c');
  expect([list, indices]).toEqual([['a', 'b', 'c'], []]);
});

test.each([
  [0, []],
  [1, [0]],
  [3, [0, 10, 20]],
])('a list of %d items is made', (length, items) => {
  expect(listOf(length, (index) => 10 * index)).toEqual(items);
});
