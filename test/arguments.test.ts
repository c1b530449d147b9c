import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  type Properties,
  isHex32,
  propertyOr,
  refuseUnknown,
  takeAppCertificate,
  takeAppId,
  takeArray,
  takeBoolean,
  takeIdMap,
  takeInteger,
  takeObject,
  takeOptions,
  takeText,
} from '../src/arguments.js';
import { AccessTokenError } from '../src/errors.js';

/** What an action throws, as its code and argument. */
function refusalOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof AccessTokenError ? [error.code, error.argument] : error;
  }
  return 'nothing was refused';
}

describe('an App ID or a certificate', () => {
  test.each(['970CA35de60c44645bbae8a215061b33', '0'.repeat(32), 'F'.repeat(32)])('may be %s', (text) => {
    expect(isHex32(text)).toBe(true);
    expect(takeAppId(text, 'appId')).toBe(text);
    expect(takeAppCertificate(text, 'appCertificate')).toBe(text);
  });

  test.each([
    '',
    '0'.repeat(31),
    '0'.repeat(33),
    `${'0'.repeat(32)}\n`,
    `\n${'0'.repeat(32)}`,
    'g'.repeat(32),
  ])('is not %j', (text) => {
    expect(isHex32(text)).toBe(false);
  });
});

describe('what is no certificate', () => {
  const copy = "copy the project's primary or secondary certificate from Agora Console";
  const hex = '5CFd2fd1755d40ecb72977518be15d3b';

  test.each<[value: unknown, fault: string]>([
    [undefined, `undefined; ${copy}; is its environment variable set?`],
    [null, `null; ${copy}; is its environment variable set?`],
    ['', `an empty text; ${copy}; is its environment variable set?`],
    [7, `a number; ${copy}, as text`],
    [7n, `a number; ${copy}, as text`],
    [true, `true; ${copy}`],
    [[hex], `an array; ${copy}`],
    [` ${hex}\n`, 'white space around them; remove it, for example with trim()'],
    [`"${hex}"`, 'quotes around them; remove the quotes'],
    [` '${hex}'`, 'quotes around them; remove the quotes'],
    [`\` ${hex} \``, 'quotes around them; remove the quotes'],
    [`"${hex}'`, `34 characters; ${copy}`],
    [`x"${hex}"`, `35 characters; ${copy}`],
    [`"${hex}"x`, `35 characters; ${copy}`],
    [`${hex.slice(0, 2)}"${hex.slice(2)}"`, `34 characters; ${copy}`],
    [`"${hex.slice(2)}"${hex.slice(0, 2)}`, `34 characters; ${copy}`],
    [`${hex.slice(1)}g`, `other characters among them; ${copy}`],
    ['0', `1 character; ${copy}`],
    [' ', `1 character; ${copy}`],
    [hex.slice(1), `31 characters; ${copy}`],
  ])('is refused for what it is, case %#', (value, fault) => {
    expect(() => takeAppCertificate(value, 'appCertificate')).toThrow(
      expect.objectContaining({
        code: 'ERR_APP_CERTIFICATE',
        argument: 'appCertificate',
        message: `appCertificate: expected 32 hex digits, got ${fault}`,
      }),
    );
  });

  test('nor an App ID is refused with where to copy that', () => {
    expect(() => takeAppId(hex.slice(1), 'appId')).toThrow(
      expect.objectContaining({
        code: 'ERR_APP_ID',
        argument: 'appId',
        message:
          "appId: expected 32 hex digits, got 31 characters; copy the project's App ID from Agora Console",
      }),
    );
  });
});

describe('an integer', () => {
  const bounds = { code: 'ERR_SALT', min: -2, max: 3, wayOut: 'count' } as const;

  test.each([-2, -1, 0, 3])('may be %d', (value) => {
    expect(takeInteger(value, 'salt', bounds)).toBe(value);
  });

  test.each([-3, 4, 0.5, -0, NaN, Infinity, -Infinity, 1n, '1', null, undefined, true, [1], Object(1)])(
    'is not case %#',
    (value) => {
      expect(refusalOf(() => takeInteger(value, 'salt', bounds))).toEqual(['ERR_SALT', 'salt']);
    },
  );

  test('is refused with its bounds', () => {
    expect(() => takeInteger(4, 'salt', bounds)).toThrow(
      'salt: expected an integer from -2 to 3, got 4; count',
    );
  });
});

describe('a text', () => {
  test.each(['', 'room 1', 'zoë', '😀', '\ufeff', '\0', 'x'.repeat(65_535), '€'.repeat(21_845)])(
    'is given back, case %#',
    (text) => {
      expect(takeText(text, 'name', 'ERR_STRING')).toBe(text);
    },
  );

  test.each([
    'x'.repeat(65_536),
    'é'.repeat(32_768),
    `${'€'.repeat(21_845)}x`,
    '\ud83d',
    '\ude00',
    '\ude00\ud83d',
    7,
    7n,
    undefined,
    null,
    Object('room 1'),
    ['room 1'],
  ])('is not case %#', (value) => {
    expect(refusalOf(() => takeText(value, 'name', 'ERR_STRING'))).toEqual(['ERR_STRING', 'name']);
  });

  test('that is too long is refused before it is read', () => {
    const long = 'x'.repeat(2 ** 28);
    const start = performance.now();
    expect(refusalOf(() => takeText(long, 'name', 'ERR_STRING'))).toEqual(['ERR_STRING', 'name']);
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('that is a number is refused with a way out', () => {
    expect(() => takeText(7, 'name', 'ERR_STRING')).toThrow(
      'name: expected a text, got 7; pass it as a string',
    );
  });
});

test('a boolean is nothing but true or false', () => {
  expect(takeBoolean(true, 'allowWildcards')).toBe(true);
  expect(takeBoolean(false, 'allowWildcards')).toBe(false);
  for (const value of [0, 1, '', 'true', null, undefined, Object(true)]) {
    expect(refusalOf(() => takeBoolean(value, 'allowWildcards'))).toEqual(['ERR_OPTIONS', 'allowWildcards']);
  }
});

describe('an object', () => {
  const take = (value: unknown): Properties => takeObject(value, 'options', 'ERR_OPTIONS', 'an object');

  test.each<[what: string, value: unknown]>([
    ['plain', { a: 1, b: undefined }],
    ['without a prototype', Object.assign(Object.create(null), { a: 1, b: undefined })],
    ['of another realm', runInNewContext('({ a: 1, b: undefined })')],
    ['without a prototype, of another realm', runInNewContext('({ __proto__: null, a: 1, b: undefined })')],
    ['a proxy', new Proxy({ a: 1, b: undefined }, {})],
    ['with properties that are not enumerable', Object.create(Object.prototype, { a: { value: 1 }, b: {} })],
    ['with getters', Object.defineProperty({ b: undefined, a: 0 }, 'a', { get: () => 1 })],
  ])('may be %s', (_, value) => {
    expect(Object.fromEntries(take(value))).toEqual({ a: 1, b: undefined });
    expect([...take(value).keys()].sort()).toEqual(['a', 'b']);
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'options'],
    ['a function', () => ({})],
    ['an array', []],
    ['an array of another realm', runInNewContext('[]')],
    ['an array without a prototype', Object.setPrototypeOf([], null)],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['a boxed text', Object('a')],
    ['an object that inherits', Object.create({ a: 1 })],
    [
      'an object that inherits from one without a prototype',
      Object.create(Object.create(null, { a: { value: 1 } }) as object),
    ],
    [
      'an object that inherits from what looks like Object.prototype',
      Object.create(Object.create({ a: 1 }, { isPrototypeOf: { value: 1 } }) as object),
    ],
    ['a function without a prototype', Object.setPrototypeOf(() => 0, null)],
    ['an instance of a class that extends null', instanceOfNothing()],
    ['a proxy whose prototype throws', throwing('getPrototypeOf')],
    ['a proxy whose properties cannot be listed', throwing('ownKeys')],
    ['an object with a symbol', { a: 1, [Symbol('b')]: 2 }],
  ])('is not %s', (_, value) => {
    expect(refusalOf(() => take(value))).toEqual(['ERR_OPTIONS', 'options']);
  });

  test('is not a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(refusalOf(() => take(proxy))).toEqual(['ERR_OPTIONS', 'options']);
  });

  test('with a property that cannot be read is refused by its path', () => {
    expect(refusalOf(() => take(throwing('get')))).toEqual(['ERR_OPTIONS', 'options.a']);
  });

  test('is read once, property by property, in its own order', () => {
    const reads: string[] = [];
    const value = new Proxy(
      { b: 1, a: 2, 7: 3 },
      {
        get: (target, name): unknown => {
          reads.push(String(name));
          return Reflect.get(target, name);
        },
      },
    );
    expect([...take(value)]).toEqual([
      ['7', 3],
      ['b', 1],
      ['a', 2],
    ]);
    expect(reads).toEqual(['7', 'b', 'a']);
  });

  test('has own properties named like those of Object.prototype, and only those', () => {
    const properties = take(JSON.parse('{ "__proto__": 1, "constructor": 2 }'));
    expect([...properties]).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(properties.has('toString')).toBe(false);
  });
});

function instanceOfNothing(): unknown {
  const prototype = Object.create(null, { a: { value: 1 } }) as object;
  function Nothing(): void {
    // Makes nothing: its instances have all from their prototype.
  }
  Nothing.prototype = prototype;
  return Reflect.construct(Object, [], Nothing);
}

function throwing(trap: keyof ProxyHandler<object>): object {
  const handler: ProxyHandler<object> = {
    [trap]: () => {
      throw new RangeError('a trap');
    },
  };
  return new Proxy({ a: 1 }, handler);
}

test('a property that is left out, or undefined, has what stands for it', () => {
  const properties = new Map<string, unknown>([
    ['a', 1],
    ['b', undefined],
    ['c', null],
  ]);
  expect(['a', 'b', 'c', 'd'].map((name) => propertyOr(properties, name, 7))).toEqual([1, 7, null, 7]);
});

test('an unknown property is refused by its path, with those that are known', () => {
  const pathOf = (name: string): string => `options.${name}`;
  refuseUnknown(new Map([['a', 1]]), ['a', 'b'], 'ERR_OPTIONS', pathOf);
  expect(() => {
    refuseUnknown(new Map([['c', undefined]]), ['a', 'b'], 'ERR_OPTIONS', pathOf);
  }).toThrow('options.c: unknown property; known are a, b');
});

describe('an array', () => {
  const take = (value: unknown): readonly unknown[] =>
    takeArray(value, 'names', 'ERR_PERMISSIONS', 'an array');

  test.each<[what: string, value: unknown]>([
    ['plain', ['a', 'b']],
    ['frozen', Object.freeze(['a', 'b'])],
    ['of another realm', runInNewContext('["a", "b"]')],
    ['a proxy', new Proxy(['a', 'b'], {})],
    ['of a subclass', Object.assign(new (class extends Array {})(), { 0: 'a', 1: 'b', length: 2 })],
  ])('may be %s', (_, value) => {
    expect(take(value)).toEqual(['a', 'b']);
    expect(take(value)).not.toBe(value);
  });

  test('has at most 65,535 entries', () => {
    expect(take(new Array(65_535).fill(1))).toHaveLength(65_535);
    expect(refusalOf(() => take(new Array(65_536).fill(1)))).toEqual(['ERR_PERMISSIONS', 'names']);
    expect(refusalOf(() => take(new Array(2 ** 32 - 1)))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'ab'],
    ['like an array', { 0: 'a', length: 1 }],
    ['a Set', new Set(['a'])],
    ['typed', Uint8Array.of(1)],
    ['a function', (a: unknown) => a],
  ])('is not %s', (_, value) => {
    expect(refusalOf(() => take(value))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test('is not a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(refusalOf(() => take(proxy))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test.each<[what: string, length: () => unknown]>([
    ['throws', () => raise()],
    ['throws when it becomes a number', () => ({ valueOf: () => raise() })],
    ['is a symbol', () => Symbol('2')],
    ['is a bigint', () => 2n],
  ])('is not one whose length %s', (_, length) => {
    const value = new Proxy(['a', 'b'], {
      get: (target, name): unknown => (name === 'length' ? length() : Reflect.get(target, name)),
    });
    expect(refusalOf(() => take(value))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test('with an entry that cannot be read is refused by its path', () => {
    const value = Object.defineProperty(['a', 'b'], 1, { get: () => raise() });
    expect(refusalOf(() => take(value))).toEqual(['ERR_PERMISSIONS', 'names[1]']);
  });

  test('with a hole has nothing there, whatever arrays and objects inherit', () => {
    const value = new Array<unknown>(1);
    const inherited = [Array.prototype, Object.prototype].map((prototype) => {
      Object.defineProperty(prototype, 0, { value: 'a', configurable: true });
      try {
        return take(value)[0];
      } finally {
        Reflect.deleteProperty(prototype, 0);
      }
    });
    expect(inherited).toEqual([undefined, undefined]);
  });
});

function raise(): never {
  throw new RangeError('a getter');
}

const WORDS = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object',
  example: 'RtcPrivilege.JoinChannel',
} as const;

describe('a map of ids', () => {
  const take = (value: unknown): Readonly<Record<number, unknown>> =>
    takeIdMap(value, 'privileges', WORDS, (entry, id) => [id, entry]);

  test('maps integers to what was given', () => {
    expect(take({ 65_535: 'c', 0: 'a', 1: undefined })).toStrictEqual({
      0: [0, 'a'],
      1: [1, undefined],
      65_535: [65_535, 'c'],
    });
    expect(take({})).toStrictEqual({});
  });

  test('has at most 65,535 entries, of the 65,536 ids there are', () => {
    const all = Object.fromEntries(Array.from({ length: 65_536 }, (_, id) => [id, 1]));
    expect(refusalOf(() => take(all))).toEqual(['ERR_PRIVILEGES', 'privileges']);
    delete all[7];
    expect(Object.keys(take(all))).toHaveLength(65_535);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '01',
    '+1',
    '-0',
    '-1',
    '1.0',
    '0.5',
    '1e3',
    '0x1',
    '65536',
    'NaN',
    'Infinity',
    'login',
  ])('has no id %j', (id) => {
    expect(refusalOf(() => take({ [id]: 1 }))).toEqual(['ERR_PRIVILEGES', 'privileges']);
  });

  test('names an entry that cannot be read by its id', () => {
    const value = Object.defineProperty({}, '7', { get: () => raise(), enumerable: true });
    expect(refusalOf(() => take(value))).toEqual(['ERR_PRIVILEGES', 'privileges[7]']);
  });
});

test.each<[code: string, action: () => unknown, message: string]>([
  [
    'ERR_STRING',
    () => takeText('x'.repeat(65_536), 'name', 'ERR_STRING'),
    'name: expected at most 65535 bytes of UTF-8, got more; shorten it',
  ],
  [
    'ERR_STRING',
    () => takeText('\ud83d', 'name', 'ERR_STRING'),
    String.raw`name: expected well-formed Unicode, got "\ud83d"; it holds half of a surrogate pair: was it cut?`,
  ],
  [
    'ERR_OPTIONS',
    () => takeBoolean(1, 'allowWildcards'),
    'allowWildcards: expected true or false, got 1; leave it out for false',
  ],
  [
    'ERR_OPTIONS',
    () => takeOptions([], ['salt']),
    'options: expected an object of options, got an array; pass a plain object, written as { … }',
  ],
  [
    'ERR_OPTIONS',
    () => takeOptions({ sald: 1 }, ['salt', 'limits']),
    'sald: unknown property; known are salt, limits',
  ],
  [
    'ERR_OPTIONS',
    () => takeOptions({ [Symbol('a')]: 1 }, []),
    'options: has a property named by a symbol; leave it out',
  ],
  [
    'ERR_OPTIONS',
    () => takeOptions(throwing('ownKeys'), []),
    'options: cannot be read: listing its properties threw; pass plain data',
  ],
  [
    'ERR_OPTIONS',
    () => takeOptions(throwing('get'), ['a']),
    'a: cannot be read: reading it threw; pass plain data',
  ],
  [
    'ERR_PERMISSIONS',
    () => takeArray({}, 'names', 'ERR_PERMISSIONS', 'an array of names'),
    'names: expected an array of names, got an object; pass an array, written as [ … ]',
  ],
  [
    'ERR_PERMISSIONS',
    () => takeArray(new Array(65_536), 'names', 'ERR_PERMISSIONS', 'an array of names'),
    'names: expected at most 65535 entries, got more; spread them over several tokens',
  ],
  [
    'ERR_PRIVILEGES',
    () => takeIdMap({ join: 1 }, 'privileges', WORDS, () => 0),
    'privileges: expected ids from 0 to 65535 as keys, got "join"; use the ids by their names, such as RtcPrivilege.JoinChannel',
  ],
])('a refusal says what was expected, what came and the way out, case %#', (code, action, message) => {
  expect(action).toThrow(expect.objectContaining({ code, message }));
});
