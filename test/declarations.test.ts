import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const registry = ts.createDocumentRegistry();

/** What an editor shows for a function. */
interface Shown {
  readonly signature: string;
  readonly documentation: string;
  /** The description of each parameter while its argument is typed. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Returns what an editor shows for each function of a module that the program at `path` imports. */
function shownFor(module: string, names: readonly string[], path: string): Readonly<Record<string, Shown>> {
  const statements = names.map((name) => `module.${name}();`);
  const code = [`import * as module from '${module}';`, ...statements].join('\n');
  const readFile = (name: string): string | undefined => (name === path ? code : ts.sys.readFile(name));
  const host: ts.LanguageServiceHost = {
    fileExists: (name) => name === path || ts.sys.fileExists(name),
    getCompilationSettings: () => ({ ...OPTIONS, lib: ['lib.es2022.d.ts'] }),
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [path],
    getScriptSnapshot: (name) => {
      const text = readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getScriptVersion: (name) => (name === path ? code : '1'),
    readFile,
  };
  const service = ts.createLanguageService(host, registry);
  const infoOf = (name: string): Shown => {
    const position = code.indexOf(`.${name}();`) + 1;
    const info = service.getQuickInfoAtPosition(path, position);
    const help = service.getSignatureHelpItems(path, position + name.length + 1, undefined);
    const parameters = help?.items.flatMap((item) => item.parameters) ?? [];
    const tags = info?.tags?.map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`) ?? [];
    return {
      signature: ts.displayPartsToString(info?.displayParts),
      documentation: [ts.displayPartsToString(info?.documentation), ...tags].join('\n'),
      parameters: Object.fromEntries(
        parameters.map((parameter) => [parameter.name, ts.displayPartsToString(parameter.documentation)]),
      ),
    };
  };
  return Object.fromEntries(names.map((name) => [name, infoOf(name)]));
}

const FUNCTIONS = Object.entries(library)
  .filter(([name, value]) => typeof value === 'function' && /^[a-z]/u.test(name))
  .map(([name]) => name);
/** The builders whose arguments are listed one by one. */
const BUILDERS: ReadonlySet<string> = new Set(
  FUNCTIONS.filter((name) => name.startsWith('build') && !['buildToken', 'buildToken006'].includes(name)),
);
/** The functions of the web entry that return no promise. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(['decodeToken', 'decodeToken006', 'tokensEqual']);

describe.each([
  ['accesstoken2', 'mts'],
  ['accesstoken2', 'cts'],
  ['accesstoken2/web', 'mts'],
  ['accesstoken2/web', 'cts'],
])('an editor shows the arguments and the documentation of each function of %s in a .%s file', (module, extension) => {
  let shown: Readonly<Record<string, Shown>>;

  beforeAll(() => {
    shown = shownFor(module, FUNCTIONS, join(ROOT, `program.${extension}`));
  });

  test.each(FUNCTIONS)('%s', (name) => {
    const { signature = '', documentation = '', parameters = {} } = shown[name] ?? {};
    const described = Object.entries(parameters).map(([parameter, description]) => {
      const isShown = signature.includes(`${parameter}: `) || signature.includes(`${parameter}?: `);
      const isDocumented = documentation.includes(`\n@param ${parameter} - `) && description.length > 10;
      return { parameter, isShown, isDocumented };
    });
    expect(described.length).toBeGreaterThan(0);
    expect(described.filter(({ isShown, isDocumented }) => !isShown || !isDocumented)).toEqual([]);
    expect(documentation).toContain('@example');
    if (name !== 'inspectToken') expect(documentation).toContain('@throws');
    if (BUILDERS.has(name)) expect(Object.keys(parameters).slice(0, 2)).toEqual(['appId', 'appCertificate']);
    const isPromise = module.endsWith('/web') && !SYNCHRONOUS.has(name);
    expect(signature).toMatch(
      isPromise ? /\) ?(?:=>|:) Promise<[^\n]+>$/mu : /\) ?(?:=>|:) (?!Promise|unknown)[^\n]+$/mu,
    );
  });
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
    'verify.ts': '/** Verifies a token. */\nexport function verifyToken(token: string): string {\n  return token;\n}\n',
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
    const shown = Object.entries(shownFor('./index.js', names, join(out, 'program.mts')));
    expect(Object.fromEntries(shown.map(([name, { documentation }]) => [name, documentation]))).toEqual({
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
