import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as node from '../src/index.js';
import { signer } from '../src/platform/web.js';
import * as web from '../src/web.js';
import { RUNS, formatClaims, mutated, mutations, project } from './arbitraries.js';
import { SAMPLE } from './packed.js';
import { errorOf } from './error-of.js';
import { buildVectorBy, fromJson, hexOf, vectorFiles } from './vectors.js';

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate } = SAMPLE;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Returns the AccessTokenError with which a promise rejects. */
async function rejectionOf(promise: Promise<unknown>): Promise<web.AccessTokenError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof web.AccessTokenError) return error;
    throw error;
  }
  throw new Error('expected an AccessTokenError, but nothing was thrown');
}

test('exports the names of the main entry', () => {
  expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
});

describe.each(vectorFiles())('$file', (file) => {
  switch (file.kind) {
    case 'builders':
      test.each(file.vectors)('$id: $comment', async (vector) => {
        const { args, issueTs, salt, content, token, decodeOnly, beyondLimits } = vector;
        expect(hexOf(web.decodeToken(token).content)).toBe(content);
        const verified = await web.verifyToken(token, args.appCertificate, {
          appId: args.appId,
          now: issueTs,
        });
        expect(verified.services).toEqual(fromJson(vector.services));
        if (decodeOnly !== undefined) return;
        const limits = beyondLimits === undefined ? 'agora' : 'format';
        const built = (await buildVectorBy(web, vector, { issueTs, salt, limits })) as string;
        expect(hexOf(web.decodeToken(built).content)).toBe(content);
      });
      break;
    case 'services':
      test.each(file.vectors)('$id: $comment', async ({ services, content, token, ...claims }) => {
        const { issueTs, expire, salt } = claims;
        const options = { appId: claims.appId, appCertificate: claims.appCertificate, issueTs, expire, salt };
        const built = await web.buildToken({ ...options, services: fromJson(services), limits: 'format' });
        expect(hexOf(web.decodeToken(built).content)).toBe(content);
        expect(web.tokensEqual(built, token)).toBe(true);
      });
      break;
    case 'broken':
      test.each(file.vectors)('$id: $comment', async ({ token, now, verdict, ...vector }) => {
        const verified = web.verifyToken(token, vector.appCertificate, { now });
        if (verdict === 'valid') await expect(verified).resolves.toEqual(web.decodeToken(token));
        else expect((await rejectionOf(verified)).code).toMatch(/^ERR_(TOKEN|SIGNATURE)_/u);
      });
      break;
    case 'literals':
      test.each(file.vectors)('$id: $comment', async ({ version, token, inputs }) => {
        if (version === '006') expect(web.tokensEqual(await web.buildToken006(inputs), token)).toBe(true);
        else expect(web.decodeToken(token).salt).toBe(inputs.salt);
      });
      break;
    case 'access-token-006':
      test.each(file.vectors)('$id: $comment', ({ token, salt }) => {
        expect(web.decodeToken006(token).salt).toBe(salt);
      });
  }
});

describe('compared with the main entry', () => {
  test('mints the same token', async () => {
    await fc.assert(
      fc.asyncProperty(project, formatClaims, async (owner, claims) => {
        const { appId, appCertificate } = owner;
        const options = { appId, appCertificate, ...claims, limits: 'format' } as const;
        expect(await web.buildToken(options)).toBe(node.buildToken(options));
      }),
      { numRuns: RUNS },
    );
  });

  test('verifies and inspects any damaged token alike', async () => {
    const token = node.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 3600, 3600, {
      issueTs: 1,
      salt: 1,
    });
    const expected = { channelName: 'lobby', uid: 42, now: 2 };
    await fc.assert(
      fc.asyncProperty(mutations, async (list) => {
        const changed = mutated(Buffer.from(token), list).toString('latin1');
        const settled = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
        const ours = (() => {
          try {
            return node.verifyToken(changed, appCertificate, expected);
          } catch (error) {
            return error;
          }
        })();
        expect(await settled(web.verifyToken(changed, appCertificate, expected))).toEqual(ours);
        const inspected = { ...expected, appCertificate };
        expect(await web.inspectToken(changed, inspected)).toEqual(node.inspectToken(changed, inspected));
      }),
      { numRuns: RUNS },
    );
  });

  test('mints many tokens at a time', async () => {
    const options = (uid: number): node.BuildOptions => ({ issueTs: 1_800_000_000, salt: uid + 1 });
    const uids = Array.from({ length: 200 }, (_, uid) => uid);
    const tokens = await Promise.all(
      uids.map((uid) => web.buildTokenWithUid(appId, appCertificate, 'lobby', uid, 1, 3600, 3600, options(uid))),
    );
    expect(tokens).toEqual(
      uids.map((uid) => node.buildTokenWithUid(appId, appCertificate, 'lobby', uid, 1, 3600, 3600, options(uid))),
    );
  });

  test('mints many 006 tokens at a time', async () => {
    const options = Array.from({ length: 50 }, (_, uid) => ({
      appId,
      appCertificate,
      channelName: `lobby ${uid}`,
      uid,
      ts: 1_800_000_000 + uid,
      salt: uid + 1,
      privileges: { 1: uid },
    }));
    const tokens = await Promise.all(options.map((each) => web.buildToken006(each)));
    expect(tokens).toEqual(options.map((each) => node.buildToken006(each)));
  });

  test('mints, verifies and rejects 006 tokens alike', async () => {
    const options = {
      appId,
      appCertificate,
      channelName: 'lobby',
      uid: 42,
      ts: 0,
      salt: 7,
      privileges: { 1: 0 },
    };
    const token = await web.buildToken006(options);
    expect(token).toBe(node.buildToken006(options));
    const expected = { channelName: 'lobby', uid: 42 };
    expect(await web.verifyToken006(token, appCertificate, expected)).toEqual(node.decodeToken006(token));
    const other = await rejectionOf(web.verifyToken006(token, appCertificate, { ...expected, uid: 43 }));
    expect(other).toEqual(errorOf(() => node.verifyToken006(token, appCertificate, { ...expected, uid: 43 })));
    const wrong = [appCertificate.toLowerCase(), appCertificate.toUpperCase()] as const;
    expect((await rejectionOf(web.verifyToken006(token, wrong, expected))).code).toBe('ERR_SIGNATURE_MISMATCH');
    expect(await web.verifyToken006(token, [wrong[0], appCertificate], expected)).toBeDefined();
  });

  test('rejects with the same error', async () => {
    const uid = '42' as unknown as number;
    const rejected = await rejectionOf(web.buildTokenWithUid(appId, appCertificate, 'lobby', uid, 1, 3600));
    expect(rejected).toEqual(errorOf(() => node.buildTokenWithUid(appId, appCertificate, 'lobby', uid, 1, 3600)));
  });
});

test('a random salt is never 0', async () => {
  const drawn = [0, 0, 2 ** 32 - 1];
  vi.stubGlobal('crypto', {
    subtle: globalThis.crypto.subtle,
    getRandomValues: (array: Uint32Array) => {
      array[0] = drawn.shift() ?? NaN;
      return array;
    },
  });
  const token = await web.buildFpaToken(appId, appCertificate);
  expect(web.decodeToken(token).salt).toBe(2 ** 32 - 1);
  expect(drawn).toEqual([]);
});

test('keys are not extractable', async () => {
  const spy = vi.spyOn(globalThis.crypto.subtle, 'importKey');
  await web.buildFpaToken(appId, appCertificate);
  expect(spy).toHaveBeenCalled();
  for (const [, , , extractable] of spy.mock.calls) expect(extractable).toBe(false);
});

test('a long content is encoded as in the main entry', async () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `name-${(index * 7919) % 99_991}`);
  const permissions = { 0: { 0: names } };
  const options = { issueTs: 1, salt: 1 };
  const args = [appId, appCertificate, 'alice', permissions, 3600, options] as const;
  expect(await web.buildRtmTokenWithPermissions(...args)).toBe(node.buildRtmTokenWithPermissions(...args));
});

/** A function that is only looked for. */
function nothing(): undefined {
  return undefined;
}

describe('in a browser', () => {
  const BROWSER =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

  test.each([
    ['a page', { document: {} }, BROWSER, true],
    ['a worker', { importScripts: nothing }, BROWSER, true],
    ['jsdom', { document: {} }, 'Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/26.0.0', false],
    ['workerd', {}, 'Cloudflare-Workers', false],
    ['Deno', { Deno: {}, importScripts: nothing }, 'Deno/2.5.0', false],
    ['Bun', { Bun: {} }, 'Bun/1.3.0', false],
    ['Node.js', {}, 'Node.js/24', false],
    ['a runtime without a user agent', { document: {} }, undefined, false],
    ['Deno with the user agent of a browser', { Deno: {}, importScripts: nothing }, BROWSER, false],
    ['Bun with the user agent of a browser', { Bun: {}, importScripts: nothing }, BROWSER, false],
    [
      'an edge runtime with the user agent of a browser',
      { EdgeRuntime: 'edge', importScripts: nothing },
      BROWSER,
      false,
    ],
    ['a server with the user agent of a browser', {}, BROWSER, false],
    ['a server with a null document and the user agent of a browser', { document: null }, BROWSER, false],
  ])('%s', async (_, globals: Readonly<Record<string, unknown>>, userAgent, isRejected) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    vi.stubGlobal('navigator', userAgent === undefined ? undefined : { userAgent });
    expect(signer.isBrowser()).toBe(isRejected);
    const mint = (options?: node.BuildOptions): Promise<string> =>
      web.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 3600, 3600, options);
    const old = { appId, appCertificate, channelName: 'lobby', uid: 42, ts: 0, privileges: { 1: 0 } };
    if (isRejected) {
      for (const promise of [mint(), mint({ allowBrowser: false }), web.buildToken006(old)]) {
        const { code, argument, message } = await rejectionOf(promise);
        expect([code, argument]).toEqual(['ERR_OPTIONS', 'allowBrowser']);
        expect(message).toBe(
          'allowBrowser: minting is disabled in browsers, where anyone who opens the page can read the certificate; mint on a server; for a page that none but you can open, pass allowBrowser: true',
        );
      }
    } else {
      await mint();
      await web.buildToken006(old);
    }
    const token = await mint({ allowBrowser: true });
    await web.buildToken006({ ...old, allowBrowser: true });
    // Reading needs no permission.
    expect((await web.inspectToken(token, { appCertificate })).ok).toBe(true);
    await web.verifyToken(token, appCertificate);
  });
});

test('imports nothing of Node.js', () => {
  const reached = new Set<string>();
  const walk = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const code = readFileSync(path, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/gu, '');
    expect(code, path).not.toMatch(/from '(?:node:|buffer|crypto)|\bBuffer\b(?!s)|\bprocess\./u);
    for (const [, name = ''] of code.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)'/gmu)) {
      walk(new URL(name.replace(/\.js$/u, '.ts'), new URL(path, 'file:')).pathname);
    }
  };
  walk(new URL('../src/web.ts', import.meta.url).pathname);
  expect(reached.size).toBeGreaterThan(15);
});

/** The size of a bundle, minified and compressed, in bytes. */
function sizeOf(code: string): number {
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir: new URL('../src', import.meta.url).pathname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

test.each([
  ['decodeToken', `export { decodeToken } from './web.js';`, 17_000],
  ['decodeToken and inspectToken', `export { decodeToken, inspectToken } from './web.js';`, 31_000],
  ['everything', `export * from './web.js';`, 37_000],
])('a bundle of %s has at most a stated size', (_, code, size) => {
  expect(sizeOf(code)).toBeLessThanOrEqual(size);
});
