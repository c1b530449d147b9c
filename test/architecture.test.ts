import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** From the bottom up. A file imports from its own layer and from those below. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  leaves: ['clock.ts', 'codec/', 'errors.ts', 'platform/', 'redact.ts', 'text.ts', 'wildcard.ts'],
  arguments: [
    ...['build-options.ts', 'id-map.ts', 'limits.ts', 'names.ts', 'permissions.ts', 'privileges.ts', 'services.ts'],
    'validate.ts',
  ],
  formats: ['token.ts', 'token006.ts', 'tokens-equal.ts'],
  functions: ['builders/', 'expected.ts', 'faults.ts', 'verify.ts', 'verify006.ts'],
  inspector: ['inspect/'],
  entries: ['exports.ts', 'index.ts', 'web.ts'],
  faces: ['cli/', 'compat/', 'page/', 'server/'],
};

/** The files that users import; only they import the platforms. */
const ENTRIES = ['index.ts', 'web.ts'];

/** The files that import each module from outside. */
const OUTSIDE = {
  '@hono/node-server': ['cli/serve/app.ts'],
  'crc-32': ['token006.ts'],
  hono: ['cli/serve/app.ts', 'server/app.ts'],
  'node:buffer': ['platform/node-hmac.ts', 'platform/node.ts'],
  'node:crypto': ['platform/node-hmac.ts'],
  'node:events': ['cli/serve/listener.ts'],
  'node:fs': ['cli/bin.ts'],
  'node:http': ['cli/serve/answer-batch.ts', 'cli/serve/exchange.ts', 'cli/serve/listener.ts'],
  'node:module': ['platform/node-hmac.ts'],
  'node:net': ['cli/serve/connections.ts', 'cli/serve/listener.ts', 'cli/serve/shutdown.ts'],
  'node:stream': ['cli/serve/connections.ts', 'cli/serve/listener.ts'],
  'node:url': ['cli/bin.ts'],
  'node:util': ['cli/options.ts'],
  'node:zlib': ['platform/node.ts'],
  pako: ['platform/web.ts'],
};

/** Where the reports of what users see are. */
const API = fileURLToPath(new URL('./api/', import.meta.url));
const SRC = fileURLToPath(new URL('../src/', import.meta.url));

interface SourceFile {
  /** Its path in `src/`. */
  readonly path: string;
  readonly syntax: ts.SourceFile;
  /** The paths in `src/` of the files that it imports. */
  readonly ours: readonly string[];
  /** The names of the modules that it imports from elsewhere. */
  readonly outside: readonly string[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .sort()
  .map(readSource);

function readSource(path: string): SourceFile {
  const text = readFileSync(SRC + path, 'utf8');
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    path,
    syntax: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
    ours: imported
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(dirname(path), name).replace(/\.js$/u, '.ts')),
    outside: Array.from(new Set(imported.filter((name) => !name.startsWith('.')))),
  };
}

/** Returns the number of a file's layer; −1 if it has none. */
function layerOf(path: string): number {
  return Object.values(LAYERS).findIndex((places) =>
    places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)),
  );
}

test('every file has a layer', () => {
  expect(files.map(({ path }) => path).filter((path) => layerOf(path) < 0)).toEqual([]);
});

test('imports run one way', () => {
  expect(importsThat((from, to) => layerOf(to) > layerOf(from))).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(files.map(({ path }) => path).filter((path) => reachableFrom(path).has(path))).toEqual([]);
});

test('only the entries import a platform, apart from its interface', () => {
  const isPlatform = (path: string): boolean => path.startsWith('platform/');
  const importers = importsThat(
    (from, to) => isPlatform(to) && to !== 'platform/platform.ts' && !isPlatform(from) && !ENTRIES.includes(from),
  );
  expect(importers).toEqual([]);
});

test('no other face imports the command, the drop-in or the server, except the command the server and the page', () => {
  const faceOf = (path: string): string | undefined => /^(?:cli|compat|page|server)(?=\/)/u.exec(path)?.[0];
  const allowed = [
    ['cli', 'server'],
    ['cli', 'page'],
  ];
  const others = importsThat((from, to) => {
    const [user, used] = [faceOf(from), faceOf(to)];
    return used !== undefined && user !== used && !allowed.some(([a, b]) => a === user && b === used);
  });
  expect(others).toEqual([]);
});

test('the page imports the web entry, never the Node entry', () => {
  expect(files.filter(({ path }) => path.startsWith('page/')).length).toBeGreaterThan(5);
  expect(importsThat((from, to) => from.startsWith('page/') && to === 'index.ts')).toEqual([]);
});

test('each module from outside has its known importers', () => {
  const importers: Record<string, string[]> = {};
  for (const { path, outside } of files) for (const name of outside) (importers[name] ??= []).push(path);
  expect(importers).toEqual(OUTSIDE);
});

test('Buffer and process stand only in the platform, the start of the command, and the warnings of the drop-in', () => {
  const users = files.filter(({ syntax }) =>
    nodesOf(syntax).some((node) => ts.isIdentifier(node) && ['Buffer', 'process'].includes(node.text)),
  );
  const paths = ['cli/bin.ts', 'compat/coerce.ts', 'platform/node-hmac.ts', 'platform/node.ts'];
  expect(users.map(({ path }) => path)).toEqual(paths);
});

test('no file of the core has more than 350 lines', () => {
  const core = files.filter(({ path }) => layerOf(path) < Object.keys(LAYERS).indexOf('faces'));
  expect(core.filter(({ syntax }) => syntax.text.split('\n').length > 351).map(({ path }) => path)).toEqual([]);
});

test('no file has a meaningless name', () => {
  const names = files.map(({ path }) => basename(path, '.ts'));
  expect(names.filter((name) => /^(?:utils?|helpers?|common|types|misc|shared)$/u.test(name))).toEqual([]);
  expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name))).toEqual([]);
});

test('no file has an enum or an any', () => {
  const found = files.flatMap(({ path, syntax }) =>
    nodesOf(syntax)
      .filter((node) => ts.isEnumDeclaration(node) || node.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => `${path}: ${node.getText()}`),
  );
  expect(found).toEqual([]);
});

/** Members whose names and types say everything. */
const PLAIN = [
  ...['type', 'version', 'privileges', 'privilege', 'permissions', 'services', 'service', 'code', 'salt'],
  ...['appId', 'signature'],
];

test('each member of a public interface has a doc comment, unless its name and type say everything', () => {
  const reports = readdirSync(API)
    .filter((name) => name.endsWith('.api.md'))
    .map((name) => readFileSync(API + name, 'utf8'));
  const undocumented = reports.flatMap((report) =>
    Array.from(report.matchAll(/\(undocumented\)\n +readonly (\w+)/gu), ([, name = '']) => name),
  );
  expect(reports.length).toBeGreaterThan(2);
  expect([...new Set(undocumented)].filter((name) => !PLAIN.includes(name))).toEqual([]);
});

function importsThat(fails: (from: string, to: string) => boolean): readonly string[] {
  return files.flatMap(({ path, ours }) => ours.filter((to) => fails(path, to)).map((to) => `${path} imports ${to}`));
}

function reachableFrom(path: string, reached = new Set<string>()): ReadonlySet<string> {
  for (const next of files.find((file) => file.path === path)?.ours ?? []) {
    if (reached.has(next)) continue;
    reached.add(next);
    reachableFrom(next, reached);
  }
  return reached;
}

function nodesOf(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [node];
  ts.forEachChild(node, (child) => {
    nodes.push(...nodesOf(child));
  });
  return nodes;
}
