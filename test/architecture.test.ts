import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** From the bottom up. A file imports from the layers below its own, and from its own folder. */
const LAYERS = [
  ['own.ts', 'time.ts'],
  ['errors.ts'],
  ['codec/'],
  ['arguments.ts', 'platform/', 'privileges.ts', 'wildcard.ts'],
  ['services.ts'],
  ['limits.ts', 'token.ts'],
  ['mint.ts'],
  ['service-arguments.ts'],
  ['builders.ts', 'verify.ts'],
  ['token006.ts'],
  ['inspect/'],
  ['inspect.ts'],
  ['face.ts'],
  ['index.ts'],
  // From index.ts it takes types alone.
  ['web.ts'],
  ['compat/', 'server/'],
  ['cli/page/'],
  ['cli/'],
];

/** What users import; these alone know the platform. */
const ENTRIES = ['index.ts', 'web.ts'];

/** What the command imports of the rest, as a user would. */
const USED_BY_COMMAND = ['index.ts', 'server/app.ts'];

/** Who imports what is not ours. */
const OUTSIDE = {
  '@hono/node-server': ['cli/serve/third-party.ts'],
  // The server takes it from its users, the command has it built in.
  hono: ['cli/serve/third-party.ts', 'server/app.ts'],
  'node:buffer': ['platform/node.ts'],
  'node:crypto': ['platform/node.ts'],
  'node:events': ['cli/serve/listener.ts'],
  'node:fs': ['cli/bin.ts'],
  'node:http': ['cli/serve/listener.ts'],
  'node:module': ['platform/node.ts'],
  'node:net': ['cli/serve/listener.ts'],
  'node:stream': ['cli/serve/listener.ts'],
  'node:url': ['cli/bin.ts'],
  'node:util': ['cli/options.ts'],
  'node:zlib': ['platform/node.ts'],
};

/** Where the reports of what users see are. */
const API = fileURLToPath(new URL('../api/', import.meta.url));
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

/** The file or the folder of the layers that a file belongs to, the first that fits. */
function placeOf(path: string): string | undefined {
  return LAYERS.flat().find((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

/** The number of a file's layer, −1 if it has none. */
function layerOf(path: string): number {
  const place = placeOf(path);
  return LAYERS.findIndex((layer) => place !== undefined && layer.includes(place));
}

function isInOneFolder(from: string, to: string): boolean {
  return from.includes('/') && placeOf(from) === placeOf(to);
}

/** A function, class, interface, type or const of a file. */
interface Exported {
  readonly path: string;
  readonly name: string;
  readonly hasDoc: boolean;
}

const exported = files.flatMap(({ path, syntax }): readonly Exported[] =>
  syntax.statements.filter(isExported).flatMap((statement) => {
    const hasDoc = ts.getJSDocCommentsAndTags(statement).length > 0;
    const declarations = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : [statement];
    return declarations.map((declaration) => ({ path, name: nameOf(declaration), hasDoc }));
  }),
);

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function nameOf(declaration: ts.Node): string {
  return ts.getNameOfDeclaration(declaration as ts.Declaration)?.getText() ?? '';
}

test('every file has a layer', () => {
  expect(files.map(({ path }) => path).filter((path) => layerOf(path) < 0)).toEqual([]);
});

test('imports run one way', () => {
  const upward = importsThat((from, to) => layerOf(to) >= layerOf(from) && !isInOneFolder(from, to));
  expect(upward).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(files.map(({ path }) => path).filter((path) => reachableFrom(path).has(path))).toEqual([]);
});

test('the entries alone import the platform', () => {
  expect(importsThat((from, to) => to.startsWith('platform/') && !ENTRIES.includes(from))).toEqual([]);
});

test('the command imports what its users do, and nothing imports the command', () => {
  const isCommand = (path: string): boolean => path.startsWith('cli/') && !path.startsWith('cli/page/');
  expect(
    importsThat((from, to) => isCommand(from) && !isCommand(to) && !USED_BY_COMMAND.includes(to)),
  ).toEqual([]);
  expect(importsThat((from, to) => isCommand(to) && !isCommand(from))).toEqual([]);
});

test('the page imports the web entry, and nothing imports the page', () => {
  const isPage = (path: string): boolean => path.startsWith('cli/page/');
  expect(files.filter(({ path }) => isPage(path)).length).toBeGreaterThan(5);
  expect(importsThat((from, to) => isPage(from) && !isPage(to) && to !== 'web.ts')).toEqual([]);
  expect(importsThat((from, to) => isPage(to) && !isPage(from))).toEqual([]);
});

test('what stands for agora-token imports what its users could', () => {
  const isCompat = (path: string): boolean => path.startsWith('compat/');
  expect(importsThat((from, to) => isCompat(from) && !isCompat(to) && to !== 'index.ts')).toEqual([]);
});

test('the token server imports what its users could', () => {
  const isServer = (path: string): boolean => path.startsWith('server/');
  expect(importsThat((from, to) => isServer(from) && !isServer(to) && to !== 'index.ts')).toEqual([]);
});

test('each thing from outside has one importer', () => {
  const importers: Record<string, string[]> = {};
  for (const { path, outside } of files) for (const name of outside) (importers[name] ??= []).push(path);
  expect(importers).toEqual(OUTSIDE);
});

test('the platform, what starts the command, and what warns a process, alone speak of Buffer and process', () => {
  const speakers = files.filter(({ syntax }) =>
    nodesOf(syntax).some((node) => ts.isIdentifier(node) && ['Buffer', 'process'].includes(node.text)),
  );
  expect(speakers.map(({ path }) => path)).toEqual([
    'cli/bin.ts',
    'compat/loose-arguments.ts',
    'platform/node.ts',
  ]);
});

test('no file has a name that says nothing', () => {
  const names = files.map(({ path }) => basename(path, '.ts'));
  expect(names.filter((name) => /^(?:utils?|helpers?|common|types|misc|shared)$/u.test(name))).toEqual([]);
  expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name))).toEqual([]);
});

test('there is no enum and no any', () => {
  const found = files.flatMap(({ path, syntax }) =>
    nodesOf(syntax)
      .filter((node) => ts.isEnumDeclaration(node) || node.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => `${path}: ${node.getText()}`),
  );
  expect(found).toEqual([]);
});

test('what is exported has a doc comment, by itself or with what it belongs to', () => {
  const documented = new Set(
    exported.filter(({ hasDoc }) => hasDoc).map(({ path, name }) => `${path}: ${name}`),
  );
  const undocumented = exported.filter(({ path, name }) => {
    // The type of a const and the const; what packs or encodes and what does the opposite; a builder and its entry.
    const places = [
      `${path}: ${name}`,
      `${path}: ${oppositeOf(name)}`,
      ...ENTRIES.map((entry) => `${entry}: ${name}`),
    ];
    return !places.some((place) => documented.has(place));
  });
  expect(undocumented.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
});

/** Members whose names and types say all that there is to say. */
const PLAIN = [
  ...['type', 'version', 'privileges', 'privilege', 'permissions', 'services', 'service', 'code', 'salt'],
  ...['appId', 'signature'],
];

test('what users see of an interface has a doc comment for each member, unless its name says it all', () => {
  const reports = readdirSync(API)
    .filter((name) => name.endsWith('.api.md'))
    .map((name) => readFileSync(API + name, 'utf8'));
  const undocumented = reports.flatMap((report) =>
    Array.from(report.matchAll(/\(undocumented\)\n +readonly (\w+)/gu), ([, name = '']) => name),
  );
  expect(reports.length).toBeGreaterThan(2);
  expect([...new Set(undocumented)].filter((name) => !PLAIN.includes(name))).toEqual([]);
});

function oppositeOf(name: string): string {
  return name.replace(/^unpack/u, 'pack').replace(/^encode/u, 'decode');
}

function importsThat(fails: (from: string, to: string) => boolean): readonly string[] {
  return files.flatMap(({ path, ours }) =>
    ours.filter((to) => fails(path, to)).map((to) => `${path} imports ${to}`),
  );
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
