import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import * as library from '../src/index.js';
import { writeDeclarations } from '../tsup.config.js';
import { ROOT } from './packed.js';

const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  noEmit: true,
  strict: true,
  types: [],
};

/** Returns the documentation that an editor shows for each name of a module that the program at `path` imports. */
function documentationOf(
  module: string,
  names: readonly string[],
  path: string,
): Readonly<Record<string, string>> {
  const code = [`import * as module from '${module}';`, ...names.map((name) => `void module.${name};`)].join(
    '\n',
  );
  const readFile = (name: string): string | undefined => (name === path ? code : ts.sys.readFile(name));
  const service = ts.createLanguageService({
    fileExists: (name) => name === path || ts.sys.fileExists(name),
    getCompilationSettings: () => ({ ...OPTIONS, lib: ['lib.es5.d.ts'] }),
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [path],
    getScriptSnapshot: (name) => {
      const text = readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getScriptVersion: () => '1',
    readFile,
  });
  const textOf = (name: string): string => {
    const info = service.getQuickInfoAtPosition(path, code.indexOf(`.${name};`) + 1);
    const tags = info?.tags?.map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`) ?? [];
    return [ts.displayPartsToString(info?.documentation), ...tags].join('\n');
  };
  return Object.fromEntries(names.map((name) => [name, textOf(name)]));
}

const FUNCTIONS = Object.entries(library)
  .filter(([name, value]) => typeof value === 'function' && /^[a-z]/u.test(name))
  .map(([name]) => name);

test.fails.each([
  ['accesstoken2', 'mts'],
  ['accesstoken2', 'cts'],
  ['accesstoken2/web', 'mts'],
  ['accesstoken2/web', 'cts'],
])('every function of %s shows its full documentation in a .%s file', (module, extension) => {
  const shown = documentationOf(module, FUNCTIONS, join(ROOT, `program.${extension}`));
  const isFull = (text = ''): boolean =>
    text.includes('@param') && /@returns|@throws/u.test(text) && text.includes('@example');
  expect(FUNCTIONS.length).toBeGreaterThan(20);
  expect(FUNCTIONS.filter((name) => !isFull(shown[name]))).toEqual([]);
});

test('the web entry compiles for browsers, without types of Node.js', () => {
  const path = join(folder, 'web.mts');
  writeFileSync(path, `export * from '${join(ROOT, 'dist/web.js')}';`);
  const lib = ['lib.es2022.d.ts', 'lib.dom.d.ts'];
  const program = ts.createProgram([path], { ...OPTIONS, lib, skipDefaultLibCheck: true });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});

describe('a function that an entry binds', () => {
  const BUILDER = `
/**
 * Mints a token.
 *
 * @param uid - 0…4294967295.
 * @returns The token.
 */
export function buildToken(uid: number): readonly number[] {
  return [uid];
}
`;
  const INDEX = `
import * as rtc from './builders/rtc.js';
import { verifyToken as verify } from './verify.js';
import type { Minter } from './minter.js';

export { RTC } from './builders/rtc.js';

export const buildToken: Minter<typeof rtc.buildToken> = (uid) => String(rtc.buildToken(uid));

export const verifyToken: typeof verify = verify;

/** A comment of its own. */
export const mint: Minter<typeof rtc.buildToken> = buildToken;
`;
  const SOURCES = {
    'builders/rtc.ts': `${BUILDER}\n/** A name. */\nexport const RTC = 'rtc';\n`,
    'verify.ts':
      '/** Verifies a token. */\nexport function verifyToken(token: string): string {\n  return token;\n}\n',
    'minter.ts':
      '/** Mints. */\nexport type Minter<Build extends (...args: never) => unknown> = (...args: Parameters<Build>) => string;\n',
    'index.ts': INDEX,
  };

  /** Writes sources to a new folder, and their declarations beside them; returns the folder. */
  async function declarationsOf(sources: Readonly<Record<string, string>>): Promise<string> {
    const source = mkdtempSync(join(folder, 'source-'));
    for (const [name, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), text);
    }
    await writeDeclarations([join(source, 'index.ts')], source, join(source, 'out'));
    return join(source, 'out');
  }

  test('has the doc comment of the function that its type names', async () => {
    const out = await declarationsOf(SOURCES);
    const names = ['buildToken', 'verifyToken', 'mint'];
    expect(documentationOf('./index.js', names, join(out, 'program.mts'))).toEqual({
      buildToken: 'Mints a token.\n@param uid - 0…4294967295.\n@returns The token.',
      verifyToken: 'Verifies a token.',
      mint: 'A comment of its own.',
    });
  });

  test('fails the build if that function has no doc comment', async () => {
    const sources = { ...SOURCES, 'verify.ts': 'export function verifyToken(): void {}\n' };
    await expect(declarationsOf(sources)).rejects.toThrow('index.ts: typeof verify has no doc comment');
  });
});
