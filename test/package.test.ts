import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Project, createProject, removeProject } from './installed.js';
import { ROOT } from './packed.js';
import { errorsIn } from './programs.js';

const run = promisify(execFile);

/** The runtime exports of `accesstoken2`. */
const NAMES = [
  'AccessTokenError',
  'ApaasPrivilege',
  'ChatPrivilege',
  'FcdnPrivilege',
  'FpaPrivilege',
  'Role',
  'RtcPrivilege',
  'Rtm2Permission',
  'Rtm2Privilege',
  'Rtm2Resource',
  'RtmPrivilege',
  'ServiceType',
  'StreamingPrivilege',
  'buildApaasAppToken',
  'buildApaasRoomUserToken',
  'buildApaasUserToken',
  'buildChatAppToken',
  'buildChatUserToken',
  'buildConvoAiToken',
  'buildFpaToken',
  'buildRtmToken',
  'buildRtmTokenWithPermissions',
  'buildSttToken',
  'buildToken',
  'buildToken006',
  'buildTokenWithRtm',
  'buildTokenWithRtm2',
  'buildTokenWithUid',
  'buildTokenWithUidAndPrivilege',
  'buildTokenWithUserAccount',
  'buildTokenWithUserAccountAndPrivilege',
  'decodeToken',
  'decodeToken006',
  'inspectToken',
  'tokensEqual',
  'verifyToken',
  'verifyToken006',
];

let packed: Project;
let project: string;
let dist: string;

beforeAll(async () => {
  packed = await createProject();
  project = packed.folder;
  dist = join(project, 'node_modules/accesstoken2/dist');
}, 60_000);

afterAll(() => {
  removeProject(packed);
});

test('contains the build, vectors, README, license and manifest only', () => {
  const topLevel = new Set(packed.files.map((path) => path.split('/')[0]));
  expect([...topLevel].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'vectors']);
});

test('is at most 360 kB', () => {
  expect(packed.size).toBeLessThanOrEqual(360_000);
});

describe('loading', () => {
  test('import provides all exports', async () => {
    expect(await outputOf('import * as all from "accesstoken2"; print(Object.keys(all));')).toEqual(NAMES);
  });

  test('require provides the same exports from the CommonJS build', async () => {
    expect(await outputOf('print(Object.keys(require("accesstoken2")).sort());')).toEqual(NAMES);
    expect(await outputOf('print(require.resolve("accesstoken2"));')).toBe(join(dist, 'index.cjs'));
  });

  test('instanceof recognizes errors of the other module format', async () => {
    const caught = await outputOf(`
      import * as esm from "accesstoken2";
      const cjs = require("accesstoken2");
      const errorOf = ({ decodeToken }) => { try { decodeToken(""); } catch (error) { return error; } };
      print([
        esm.AccessTokenError === cjs.AccessTokenError,
        errorOf(esm) instanceof cjs.AccessTokenError,
        errorOf(cjs) instanceof esm.AccessTokenError,
        new Error("") instanceof esm.AccessTokenError,
      ]);
    `);
    expect(caught).toEqual([false, true, true, false]);
  });

  /** Runs a module in the project, with `require` of ES modules disabled, and returns the JSON that it prints. */
  async function outputOf(code: string): Promise<unknown> {
    const prelude = `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      const print = (value) => console.log(JSON.stringify(value));
    `;
    const flags = ['--no-experimental-require-module', '--input-type=module', '--eval'];
    const { stdout } = await run(process.execPath, [...flags, prelude + code], { cwd: project });
    return JSON.parse(stdout);
  }
});

describe('types', () => {
  const consumer = `
    import {
      AccessTokenError, type AccessTokenErrorCode, type DecodedToken, type Expected, Role, type Service,
      type VerifiedToken, buildToken, buildTokenWithUid, decodeToken, verifyToken,
    } from 'accesstoken2';

    const [appId, appCertificate] = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
    const services: Service[] = [{ type: 'rtm', userId: 'alice', privileges: { 1: 3600 } }];
    export const tokens: string[] = [
      buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600),
      buildToken({ appId, appCertificate, expire: 3600, services }),
    ];
    export const decoded: DecodedToken = decodeToken('');
    export const content: Uint8Array = decoded.content;
    const expected: Expected = { appId, channelName: 'lobby', uid: 42 };
    export const verified: VerifiedToken = verifyToken('', appCertificate, expected);
    export const codeOf = (error: unknown): AccessTokenErrorCode | undefined =>
      error instanceof AccessTokenError ? error.code : undefined;
    // @ts-expect-error The uid must be a number.
    buildTokenWithUid(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600);
  `;
  const webConsumer = `
    import {
      AccessTokenError, type DecodedToken, type Inspection, Role, type VerifiedToken, buildTokenWithUid, decodeToken,
      inspectToken, verifyToken,
    } from 'accesstoken2/web';

    const [appId, appCertificate] = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
    const args = [appId, appCertificate, 'lobby', 42, Role.Publisher, 3600] as const;
    export const token: Promise<string> = buildTokenWithUid(...args, undefined, { allowBrowser: true });
    export const decoded: DecodedToken = decodeToken('');
    export const verified: Promise<VerifiedToken> = verifyToken('', appCertificate, { appId });
    export const inspected: Promise<Inspection> = inspectToken('', { appCertificate });
    export const codeOf = (error: unknown): string => (error instanceof AccessTokenError ? error.code : '');
    // @ts-expect-error The web entry returns a promise.
    export const text: string = buildTokenWithUid(...args);
  `;
  const dropInConsumer = `
    import { RtcRole, RtcTokenBuilder } from 'accesstoken2/agora-token';

    export const token: string = RtcTokenBuilder.buildTokenWithUid('', '', 'lobby', 42, RtcRole.PUBLISHER, 3600, 3600);
  `;
  const consumers = { consumer, web: webConsumer, 'agora-token': dropInConsumer };
  const sources = Object.entries(consumers).flatMap(([name, code]) =>
    ['mts', 'cts'].map((kind) => ({ name: `${name}.${kind}`, code })),
  );
  const files = (): string[] => sources.map(({ name }) => join(project, name));

  beforeAll(() => {
    for (const { name, code } of sources) writeFileSync(join(project, name), code);
  });

  describe.each([
    ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('under %s', (_, module, moduleResolution) => {
    test('programs in both module formats compile', () => {
      expect(errorsIn(files(), { module, moduleResolution })).toEqual([]);
    });
  });

  test('the declarations use no types of Node.js', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => /\.d\.c?ts$/u.test(name));
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const name of files) {
      const source = readFileSync(join(dist, name), 'utf8');
      expect(wordsOf(source).filter((word) => word === 'Buffer' || word.startsWith('node:'))).toEqual([]);
      expect(ts.preProcessFile(source).typeReferenceDirectives).toEqual([]);
    }
  });

  /** Lists identifiers and strings, without comments. */
  function wordsOf(source: string): readonly string[] {
    const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, source);
    const words: string[] = [];
    while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) words.push(scanner.getTokenValue());
    return words;
  }
});

test.each(['.js', '.cjs'])('the %s entries share one copy of the library', (extension) => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  const copies = files.filter((name) => {
    if (!name.endsWith(extension) || name.startsWith('cli')) return false;
    return /\bclass _?AccessTokenError\b/u.test(readFileSync(join(dist, name), 'utf8'));
  });
  expect(copies).toHaveLength(1);
});

test('our code is neither minified nor mapped to its source', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.map'))).toEqual([]);
  // The page is minified because browsers download it, hono.js because it is the code of others.
  const builds = files
    .filter((name) => /\.c?js$/u.test(name) && !/^cli[/\\](?:page[/\\]|hono\.js$)/u.test(name))
    .map((name) => readFileSync(join(dist, name), 'utf8'));
  expect(builds.length).toBeGreaterThan(5);
  for (const text of builds) {
    expect(text).not.toContain('sourceMappingURL');
    expect(text.length / text.split('\n').length).toBeLessThan(60);
  }
});

test('the CommonJS build keeps the operators of the source', () => {
  const chunks = readdirSync(join(ROOT, 'dist')).filter((name) => name.endsWith('.cjs'));
  const code = chunks.map((name) => readFileSync(join(ROOT, 'dist', name), 'utf8')).join('\n');
  expect(code).toContain('??');
  expect(code).not.toMatch(/function _?(?:nullishCoalesce|optionalChain)/u);
});

test('contains the license of each package that is compiled in', () => {
  const notices = readFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of ['hono', '@hono/node-server', 'pako']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'mu'));
    expect(notices).toContain(readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8').trim());
  }
});

test('the page is self-contained and at most 31 kB compressed', () => {
  const page = join(dist, 'cli/page');
  expect(readdirSync(page).sort()).toEqual(['index.html', 'page.css', 'page.js']);
  const script = readFileSync(join(page, 'page.js'));
  expect(script.toString()).not.toMatch(/\b(?:import|require)\s*\(|\bfrom\s*"|\binnerHTML\b/u);
  expect(gzipSync(script).length).toBeLessThan(31_000);
});

describe('a bundle', () => {
  /** Bundles a program that uses the package. */
  function bundleOf(code: string): string {
    const { outputFiles } = buildSync({
      stdin: { contents: code, resolveDir: project },
      bundle: true,
      format: 'esm',
      platform: 'node',
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  }

  /** Strings that occur in one part of the library only. */
  const MARKERS = {
    inspector: ['MANGLED_IN_TRANSIT', 'placeholder that was never filled in', 'NOT_A_TOKEN'],
    'code for version 006': ['crcChannelName', 'log in to RTM'],
    verifier: ['ERR_ISSUED_IN_FUTURE'],
    decoder: ['ERR_TOKEN_TRAILING_BYTES'],
  };

  test.each(Object.entries(MARKERS))('of a program that only mints leaves out the %s', (_, markers) => {
    const everything = bundleOf("export * from 'accesstoken2';");
    expect(markers.filter((marker) => !everything.includes(marker))).toEqual([]);
    const minting = bundleOf("export { buildTokenWithUid } from 'accesstoken2';");
    expect(markers.filter((marker) => minting.includes(marker))).toEqual([]);
  });
});

test('passes publint', async () => {
  expect(await outputOfTool('publint', 'run', packed.tarball, '--strict')).toContain('All good!');
});

test('passes attw in every module resolution', async () => {
  expect(await outputOfTool('attw', packed.tarball)).toContain('No problems found');
});

/** Runs a development tool; rejects if it fails. */
async function outputOfTool(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(ROOT, 'node_modules/.bin', name), args, { cwd: project });
  return stdout;
}
