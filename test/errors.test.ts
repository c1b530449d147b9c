import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { AccessTokenError, formatError, throwArgument, throwArgumentProblem } from '../src/errors.js';
import { decodeToken } from '../src/index.js';
import { errorOf } from './error-of.js';

const saltError = (): AccessTokenError => new AccessTokenError('ERR_SALT', 'a problem', 'a hint', 'salt');

describe('AccessTokenError', () => {
  test('makes its message of argument, problem and hint', () => {
    const error = saltError();
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'ERR_SALT', problem: 'a problem', hint: 'a hint', argument: 'salt' });
    expect(error.message).toBe('salt: a problem; a hint');
  });

  test('names the token where there is no argument', () => {
    expect(new AccessTokenError('ERR_TOKEN_ZLIB', 'a problem', 'a hint').message).toBe('token: a problem; a hint');
  });

  test('is named AccessTokenError, also in the first line of its stack', () => {
    const error = saltError();
    expect([error.name, AccessTokenError.name]).toEqual(['AccessTokenError', 'AccessTokenError']);
    expect(String(error)).toBe('AccessTokenError: salt: a problem; a hint');
    expect(error.stack?.split('\n')[0]).toBe('AccessTokenError: salt: a problem; a hint');
  });

  test.each<[argument: string | undefined, offset: number | undefined, names: string[]]>([
    [undefined, undefined, ['code', 'problem', 'hint']],
    ['salt', undefined, ['code', 'problem', 'hint', 'argument']],
    [undefined, 0, ['code', 'problem', 'hint', 'offset']],
    ['', 7, ['code', 'problem', 'hint', 'argument', 'offset']],
  ])('with argument %j and offset %j has the own properties %j', (argument, offset, names) => {
    const error = new AccessTokenError('ERR_SALT', 'a problem', 'a hint', argument, offset);
    expect(Object.keys(error)).toEqual(names);
    expect([error.argument, error.offset]).toEqual([argument, offset]);
  });

  test('is serialized without its name and message', () => {
    expect(JSON.parse(JSON.stringify(saltError()))).toEqual({
      code: 'ERR_SALT',
      problem: 'a problem',
      hint: 'a hint',
      argument: 'salt',
    });
  });

  test('has its name on the prototype, not writable and not enumerable', () => {
    expect(Object.getOwnPropertyDescriptor(AccessTokenError.prototype, 'name')).toEqual({
      value: 'AccessTokenError',
      configurable: true,
      enumerable: false,
      writable: false,
    });
  });

  test('is recognized by a symbol that is the same in every version', () => {
    expect(Symbol.for('accesstoken2.AccessTokenError') in saltError()).toBe(true);
  });

  test('narrows a caught error to its code', () => {
    try {
      decodeToken('007');
      expect.unreachable();
    } catch (error) {
      expect(error instanceof AccessTokenError ? error.code : error).toBe('ERR_TOKEN_TRUNCATED');
    }
  });
});

describe('instanceof', () => {
  const throwingHas = new Proxy(saltError(), {
    has: () => {
      throw new RangeError('a trap');
    },
  });
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'AccessTokenError'],
    ['another Error', new Error('message')],
    ['an object with the same properties', { name: 'AccessTokenError', code: 'ERR_SALT', message: '' }],
    ['the class itself', AccessTokenError],
    ['a proxy whose trap throws', throwingHas],
    ['a revoked proxy', revoked],
  ])('is false for %s', (_, value) => {
    expect(value instanceof AccessTokenError).toBe(false);
  });

  test('keeps its usual meaning for subclasses', () => {
    class Subclass extends AccessTokenError {}
    class Deeper extends Subclass {}
    const error = new Deeper('ERR_SALT', 'a problem', 'a hint');
    expect(error instanceof Deeper).toBe(true);
    expect(error instanceof Subclass).toBe(true);
    expect(error instanceof AccessTokenError).toBe(true);
    expect(new Subclass('ERR_SALT', 'a problem', 'a hint') instanceof Deeper).toBe(false);
    expect(saltError() instanceof Subclass).toBe(false);
  });
});

/** Other copies of the class, as a program may have loaded them. */
const COPIES: readonly (readonly [name: string, load: () => Promise<unknown>])[] = [
  ['a second copy of the module', () => importOf('../src/errors.js?copy')],
  ['a bundle', () => importOf(`data:text/javascript,${encodeURIComponent(bundledErrors())}`)],
  ...['../dist/index.js', '../dist/index.cjs']
    .filter((path) => existsSync(new URL(path, import.meta.url)))
    .map((path) => [path.slice(3), () => (path.endsWith('.cjs') ? requireOf(path) : importOf(path))] as const),
];

function importOf(path: string): Promise<unknown> {
  return import(/* @vite-ignore */ path) as Promise<unknown>;
}

function requireOf(path: string): Promise<unknown> {
  return Promise.resolve(createRequire(import.meta.url)(path));
}

/** A bundler renames a class that refers to itself. */
function bundledErrors(): string {
  const { outputFiles } = buildSync({
    entryPoints: [new URL('../src/errors.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    target: 'node20',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

describe.each(COPIES)('the class of %s', (_, load) => {
  const loaded = async (): Promise<typeof AccessTokenError> =>
    ((await load()) as { readonly AccessTokenError: typeof AccessTokenError }).AccessTokenError;

  test('accepts errors of this copy, and the other way round', async () => {
    const Copy = await loaded();
    expect(Copy).not.toBe(AccessTokenError);
    expect(new Copy('ERR_SALT', 'a problem', 'a hint') instanceof AccessTokenError).toBe(true);
    expect(saltError() instanceof Copy).toBe(true);
    expect(new Error('message') instanceof Copy).toBe(false);
  });

  test('has the same name', async () => {
    const Copy = await loaded();
    const error = new Copy('ERR_SALT', 'a problem', 'a hint');
    expect([Copy.name, error.name]).toEqual(['AccessTokenError', 'AccessTokenError']);
    expect(error.stack?.split('\n')[0]).toBe('AccessTokenError: token: a problem; a hint');
  });

  test('has subclasses whose errors are of this copy, but not the other way round', async () => {
    const Copy = await loaded();
    class Subclass extends Copy {}
    expect(new Subclass('ERR_SALT', 'a problem', 'a hint') instanceof AccessTokenError).toBe(true);
    expect(saltError() instanceof Subclass).toBe(false);
    expect(new Copy('ERR_SALT', 'a problem', 'a hint') instanceof Subclass).toBe(false);
  });
});

test('throwArgument says what was expected, and quotes the value', () => {
  const error = errorOf(() => throwArgument('ERR_UID', 'uid', 'an integer', 'seven', 'pass 7'));
  expect(error).toMatchObject({ code: 'ERR_UID', problem: 'expected an integer, got "seven"', hint: 'pass 7' });
  expect(error.message).toBe('uid: expected an integer, got "seven"; pass 7');
});

test('throwArgumentProblem says the problem only', () => {
  const error = errorOf(() => throwArgumentProblem('ERR_SERVICE', 'services[0]', 'is too large', 'make it smaller'));
  expect(error).toMatchObject({ code: 'ERR_SERVICE', argument: 'services[0]', hint: 'make it smaller' });
  expect(error.message).toBe('services[0]: is too large; make it smaller');
});

test('formatError has an offset instead of an argument', () => {
  const error = formatError('ERR_TOKEN_UTF8', 'not UTF-8', 'mint a new token', 36);
  expect([error.code, error.argument, error.offset]).toEqual(['ERR_TOKEN_UTF8', undefined, 36]);
  expect(error.message).toBe('token: not UTF-8; mint a new token');
  expect(formatError('ERR_TOKEN_ZLIB', 'damaged', 'mint a new token').offset).toBe(undefined);
});
