import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  type Properties,
  byteBudget,
  isHex32,
  parseAppCertificate,
  parseAppId,
  parseArray,
  parseBoolean,
  parseIdMap,
  parseInteger,
  parseObject,
  parseOptional,
  parseOptions,
  parseString,
  rejectUnknown,
} from '../src/validate.js';
import { errorOf } from './error-of.js';

/** The code and argument of the error that an action throws. */
function rejection(action: () => unknown): readonly [code: string, argument: string | undefined] {
  const { code, argument } = errorOf(action);
  return [code, argument];
}

describe('App IDs and certificates', () => {
  test.each(['970CA35de60c44645bbae8a215061b33', '0'.repeat(32), 'F'.repeat(32)])('accept %s', (text) => {
    expect(isHex32(text)).toBe(true);
    expect(parseAppId(text, 'appId')).toBe(text);
    expect(parseAppCertificate(text, 'appCertificate')).toBe(text);
  });

  test.each(['', '0'.repeat(31), '0'.repeat(33), `${'0'.repeat(32)}\n`, `\n${'0'.repeat(32)}`, 'g'.repeat(32)])(
    'do not accept %j',
    (text) => {
      expect(isHex32(text)).toBe(false);
    },
  );
});

describe('an invalid certificate', () => {
  const copy = "copy the project's primary or secondary certificate from Agora Console";
  const hex = '5CFd2fd1755d40ecb72977518be15d3b';

  test.each<[value: unknown, problem: string]>([
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
  ])('is explained without its value, case %#', (value, problem) => {
    expect(() => parseAppCertificate(value, 'appCertificate')).toThrow(
      expect.objectContaining({
        code: 'ERR_APP_CERTIFICATE',
        argument: 'appCertificate',
        message: `appCertificate: expected 32 hex digits, got ${problem}`,
      }),
    );
  });

  test('has another hint than an App ID', () => {
    expect(() => parseAppId(hex.slice(1), 'appId')).toThrow(
      expect.objectContaining({
        code: 'ERR_APP_ID',
        argument: 'appId',
        message: "appId: expected 32 hex digits, got 31 characters; copy the project's App ID from Agora Console",
      }),
    );
  });
});

describe('parseInteger', () => {
  const bounds = { code: 'ERR_SALT', min: -2, max: 3, hint: 'count' } as const;

  test.each([-2, -1, 0, 3])('accepts %d', (value) => {
    expect(parseInteger(value, 'salt', bounds)).toBe(value);
  });

  test.each([-3, 4, 0.5, -0, NaN, Infinity, -Infinity, 1n, '1', null, undefined, true, [1], Object(1)])(
    'rejects value %#',
    (value) => {
      expect(rejection(() => parseInteger(value, 'salt', bounds))).toEqual(['ERR_SALT', 'salt']);
    },
  );

  test('names the range', () => {
    expect(() => parseInteger(4, 'salt', bounds)).toThrow('salt: expected an integer from -2 to 3, got 4; count');
  });
});

describe('parseString', () => {
  test.each(['', 'room 1', 'zoë', '😀', '\ufeff', '\0', 'x'.repeat(65_535), '€'.repeat(21_845)])(
    'accepts string %#',
    (text) => {
      expect(parseString(text, 'name', 'ERR_STRING')).toBe(text);
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
  ])('rejects value %#', (value) => {
    expect(rejection(() => parseString(value, 'name', 'ERR_STRING'))).toEqual(['ERR_STRING', 'name']);
  });

  test('rejects a long string without reading it', () => {
    const long = 'x'.repeat(2 ** 28);
    const start = performance.now();
    expect(rejection(() => parseString(long, 'name', 'ERR_STRING'))).toEqual(['ERR_STRING', 'name']);
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('tells how to pass a number', () => {
    expect(() => parseString(7, 'name', 'ERR_STRING')).toThrow('name: expected a text, got 7; pass it as a string');
  });
});

test('parseBoolean accepts only true and false', () => {
  expect(parseBoolean(true, 'allowWildcards')).toBe(true);
  expect(parseBoolean(false, 'allowWildcards')).toBe(false);
  for (const value of [0, 1, '', 'true', null, undefined, Object(true)]) {
    expect(rejection(() => parseBoolean(value, 'allowWildcards'))).toEqual(['ERR_OPTIONS', 'allowWildcards']);
  }
});

describe('parseObject', () => {
  const parse = (value: unknown): Properties => parseObject(value, 'options', 'ERR_OPTIONS', 'an object');

  test.each<[what: string, value: unknown]>([
    ['plain', { a: 1, b: undefined }],
    ['without a prototype', Object.assign(Object.create(null), { a: 1, b: undefined })],
    ['of another realm', runInNewContext('({ a: 1, b: undefined })')],
    ['without a prototype, of another realm', runInNewContext('({ __proto__: null, a: 1, b: undefined })')],
    ['that is a proxy', new Proxy({ a: 1, b: undefined }, {})],
    ['with properties that are not enumerable', Object.create(Object.prototype, { a: { value: 1 }, b: {} })],
    ['with getters', Object.defineProperty({ b: undefined, a: 0 }, 'a', { get: () => 1 })],
  ])('accepts an object %s', (_, value) => {
    expect(Object.fromEntries(parse(value))).toEqual({ a: 1, b: undefined });
    expect([...parse(value).keys()].sort()).toEqual(['a', 'b']);
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'options'],
    ['a function', () => ({})],
    ['an array', []],
    ['an array of another realm', runInNewContext('[]')],
    ['an array without a prototype', Object.setPrototypeOf([], null)],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['a boxed string', Object('a')],
    ['an object that inherits', Object.create({ a: 1 })],
    [
      'an object that inherits from one without a prototype',
      Object.create(Object.create(null, { a: { value: 1 } }) as object),
    ],
    [
      'an object that inherits from a lookalike of Object.prototype',
      Object.create(Object.create({ a: 1 }, { isPrototypeOf: { value: 1 } }) as object),
    ],
    ['a function without a prototype', Object.setPrototypeOf(() => 0, null)],
    ['an instance of a class that extends null', instanceOfNothing()],
    ['a proxy whose prototype throws', throwing('getPrototypeOf')],
    ['a proxy whose properties cannot be listed', throwing('ownKeys')],
    ['an object with a symbol', { a: 1, [Symbol('b')]: 2 }],
  ])('rejects %s', (_, value) => {
    expect(rejection(() => parse(value))).toEqual(['ERR_OPTIONS', 'options']);
  });

  test('rejects a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(rejection(() => parse(proxy))).toEqual(['ERR_OPTIONS', 'options']);
  });

  test('names the path of a property that cannot be read', () => {
    expect(rejection(() => parse(throwing('get')))).toEqual(['ERR_OPTIONS', 'options.a']);
  });

  test('reads each property once, in order', () => {
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
    expect([...parse(value)]).toEqual([
      ['7', 3],
      ['b', 1],
      ['a', 2],
    ]);
    expect(reads).toEqual(['7', 'b', 'a']);
  });

  test('reads own properties named like those of Object.prototype, and no inherited ones', () => {
    const properties = parse(JSON.parse('{ "__proto__": 1, "constructor": 2 }'));
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

test('parseOptional uses the default for an absent or undefined property', () => {
  const properties = new Map<string, unknown>([
    ['a', 1],
    ['b', undefined],
    ['c', null],
  ]);
  const parse = (value: unknown, argument: string): unknown => [argument, value];
  const parsed = ['a', 'b', 'c', 'd'].map((name) => parseOptional(properties, name, 7, parse));
  expect(parsed).toEqual([['a', 1], 7, ['c', null], 7]);
});

test('rejectUnknown names the path and the known properties', () => {
  const pathOf = (name: string): string => `options.${name}`;
  rejectUnknown(new Map([['a', 1]]), ['a', 'b'], 'ERR_OPTIONS', pathOf);
  expect(() => {
    rejectUnknown(new Map([['c', undefined]]), ['a', 'b'], 'ERR_OPTIONS', pathOf);
  }).toThrow('options.c: unknown property; known are a, b');
});

describe('parseArray', () => {
  const parse = (value: unknown): readonly unknown[] => parseArray(value, 'names', 'ERR_PERMISSIONS', 'an array');

  test.each<[what: string, value: unknown]>([
    ['that is plain', ['a', 'b']],
    ['that is frozen', Object.freeze(['a', 'b'])],
    ['of another realm', runInNewContext('["a", "b"]')],
    ['that is a proxy', new Proxy(['a', 'b'], {})],
    ['of a subclass', Object.assign(new (class extends Array {})(), { 0: 'a', 1: 'b', length: 2 })],
  ])('copies an array %s', (_, value) => {
    expect(parse(value)).toEqual(['a', 'b']);
    expect(parse(value)).not.toBe(value);
  });

  test('accepts at most 65,535 entries', () => {
    expect(parse(new Array(65_535).fill(1))).toHaveLength(65_535);
    expect(rejection(() => parse(new Array(65_536).fill(1)))).toEqual(['ERR_PERMISSIONS', 'names']);
    expect(rejection(() => parse(new Array(2 ** 32 - 1)))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'ab'],
    ['an array-like object', { 0: 'a', length: 1 }],
    ['a Set', new Set(['a'])],
    ['a typed array', Uint8Array.of(1)],
    ['a function', (a: unknown) => a],
  ])('rejects %s', (_, value) => {
    expect(rejection(() => parse(value))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test('rejects a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(rejection(() => parse(proxy))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test.each<[what: string, length: () => unknown]>([
    ['throws', () => raise()],
    ['throws when it is converted', () => ({ valueOf: () => raise() })],
    ['is a symbol', () => Symbol('2')],
    ['is a bigint', () => 2n],
  ])('rejects an array whose length %s', (_, length) => {
    const value = new Proxy(['a', 'b'], {
      get: (target, name): unknown => (name === 'length' ? length() : Reflect.get(target, name)),
    });
    expect(rejection(() => parse(value))).toEqual(['ERR_PERMISSIONS', 'names']);
  });

  test('names the path of an entry that cannot be read', () => {
    const value = Object.defineProperty(['a', 'b'], 1, { get: () => raise() });
    expect(rejection(() => parse(value))).toEqual(['ERR_PERMISSIONS', 'names[1]']);
  });

  test('reads a hole as undefined, even if prototypes have an entry there', () => {
    const value = new Array<unknown>(1);
    for (const prototype of [Array.prototype, Object.prototype]) {
      Reflect.set(prototype, 0, 'a');
      const parsed = parse(value);
      Reflect.deleteProperty(prototype, 0);
      expect(parsed).toEqual([undefined]);
    }
  });
});

function raise(): never {
  throw new RangeError('a getter');
}

const ID_MAP_ERROR = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object',
  example: 'RtcPrivilege.JoinChannel',
} as const;

describe('parseIdMap', () => {
  const parse = (value: unknown): Readonly<Record<number, unknown>> =>
    parseIdMap(value, 'privileges', ID_MAP_ERROR, (entry, path) => [path, entry]);

  test('maps ids to parsed values', () => {
    expect(parse({ 65_535: 'c', 0: 'a', 1: undefined })).toStrictEqual({
      0: ['privileges[0]', 'a'],
      1: ['privileges[1]', undefined],
      65_535: ['privileges[65535]', 'c'],
    });
    expect(parse({})).toStrictEqual({});
  });

  test('accepts at most 65,535 entries', () => {
    const all = Object.fromEntries(Array.from({ length: 65_536 }, (_, id) => [id, 1]));
    expect(rejection(() => parse(all))).toEqual(['ERR_PRIVILEGES', 'privileges']);
    delete all[7];
    expect(Object.keys(parse(all))).toHaveLength(65_535);
  });

  test.each(['', ' 1', '1 ', '01', '+1', '-0', '-1', '1.0', '0.5', '1e3', '0x1', '65536', 'NaN', 'Infinity', 'login'])(
    'rejects the id %j',
    (id) => {
      expect(rejection(() => parse({ [id]: 1 }))).toEqual(['ERR_PRIVILEGES', 'privileges']);
    },
  );

  test('names the path of a value that cannot be read', () => {
    const value = Object.defineProperty({}, '7', { get: () => raise(), enumerable: true });
    expect(rejection(() => parse(value))).toEqual(['ERR_PRIVILEGES', 'privileges[7]']);
  });
});

test.each<[code: string, action: () => unknown, message: string]>([
  [
    'ERR_STRING',
    () => parseString('x'.repeat(65_536), 'name', 'ERR_STRING'),
    'name: expected at most 65535 bytes of UTF-8, got more; shorten it',
  ],
  [
    'ERR_STRING',
    () => parseString('\ud83d', 'name', 'ERR_STRING'),
    String.raw`name: expected well-formed Unicode, got "\ud83d"; it holds half of a surrogate pair: was it cut?`,
  ],
  [
    'ERR_OPTIONS',
    () => parseBoolean(1, 'allowWildcards'),
    'allowWildcards: expected true or false, got 1; leave it out for false',
  ],
  [
    'ERR_OPTIONS',
    () => parseOptions([], ['salt']),
    'options: expected an object of options, got an array; pass a plain object, written as { … }',
  ],
  [
    'ERR_OPTIONS',
    () => parseOptions({ sald: 1 }, ['salt', 'limits']),
    'sald: unknown property; known are salt, limits',
  ],
  [
    'ERR_OPTIONS',
    () => parseOptions({ [Symbol('a')]: 1 }, []),
    'options: has a property named by a symbol; leave it out',
  ],
  [
    'ERR_OPTIONS',
    () => parseOptions(throwing('ownKeys'), []),
    'options: cannot be read: listing its properties threw; pass plain data',
  ],
  ['ERR_OPTIONS', () => parseOptions(throwing('get'), ['a']), 'a: cannot be read: reading it threw; pass plain data'],
  [
    'ERR_PERMISSIONS',
    () => parseArray({}, 'names', 'ERR_PERMISSIONS', 'an array of names'),
    'names: expected an array of names, got an object; pass an array, written as [ … ]',
  ],
  [
    'ERR_PERMISSIONS',
    () => parseArray(new Array(65_536), 'names', 'ERR_PERMISSIONS', 'an array of names'),
    'names: expected at most 65535 entries, got more; spread them over several tokens',
  ],
  [
    'ERR_PRIVILEGES',
    () => parseIdMap({ join: 1 }, 'privileges', ID_MAP_ERROR, () => 0),
    'privileges: expected ids from 0 to 65535 as keys, got "join"; use the ids by their names, such as RtcPrivilege.JoinChannel',
  ],
])('has a message with problem and hint, case %#', (code, action, message) => {
  expect(action).toThrow(expect.objectContaining({ code, message }));
});

test('byteBudget rejects the first byte over the limit', () => {
  const budget = byteBudget(10, 'services');
  budget(4);
  budget(6);
  budget(0);
  expect(
    errorOf(() => {
      byteBudget(10, 'services')(11);
    }).message,
  ).toBe('services: the token cannot hold it: more than 10 bytes in all; spread it over several tokens');
  expect(
    rejection(() => {
      budget(1);
    }),
  ).toEqual(['ERR_SERVICE', 'services']);
});
