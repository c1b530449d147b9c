import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, type Message, type Plugin, buildSync, transformSync } from 'esbuild';
import { type Options, defineConfig } from 'tsup';
import type TypeScript from 'typescript';

const WEB = 'src/web.ts';
const ENTRIES = ['src/index.ts', WEB, 'src/compat/agora-token.ts', 'src/server/app.ts'];
/** The page that `accesstoken2 serve --open` serves. */
const PAGE_SOURCE = 'src/page';

const COMMON = {
  target: 'node20',
  // tsup removes `node:` by default; bundlers and import checks recognize built-in modules by it.
  removeNodeProtocol: false,
  silent: true,
} satisfies Options;

const LIBRARY: Options = {
  ...COMMON,
  entry: ENTRIES,
  format: ['esm'],
  // The entries of a format share their chunks, and so one AccessTokenError class.
  splitting: true,
  plugins: [{ name: 'chunks', renderChunk: (code) => ({ code: keepConstants(markPure(code)) }) }],
  esbuildPlugins: [noticesPlugin()],
};

/** With `treeshake`, Rollup writes the CommonJS output. Without it, tsup replaces `??` and `?.` by slow function calls. */
const LIBRARY_CJS: Options = { ...LIBRARY, format: ['cjs'], treeshake: true };

const COMMAND: Options = {
  ...COMMON,
  entry: ['src/cli/bin.ts'],
  format: ['esm'],
  outDir: 'dist/cli',
  // tsup would import them by name, before the plugin resolves them to dist/cli/hono.js.
  noExternal: ['hono', '@hono/node-server'],
  esbuildPlugins: [sharedModulesPlugin(), noticesPlugin()],
};

/** The packages that the command needs, compiled in so that it works where they are not installed. */
const COMMAND_PACKAGES = {
  stdin: {
    contents: "export { Hono } from 'hono'; export { getRequestListener } from '@hono/node-server';",
    resolveDir: '.',
  },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: COMMON.target,
  outfile: 'dist/cli/hono.js',
  metafile: true,
} satisfies BuildOptions;

const PAGE: Options = {
  ...COMMON,
  entry: [`${PAGE_SOURCE}/page.ts`],
  format: ['esm'],
  target: 'es2022',
  platform: 'browser',
  minify: true,
  noExternal: [/./u],
  outDir: 'dist/cli/page',
  esbuildPlugins: [inflateOnlyPlugin(), noticesPlugin()],
  onSuccess: () => {
    for (const name of ['index.html', 'page.css']) {
      copyFileSync(`${PAGE_SOURCE}/${name}`, `dist/cli/page/${name}`);
    }
    return Promise.resolve();
  },
};

const config: ReturnType<typeof defineConfig> = defineConfig(async ({ env }) => {
  // What examples/first-token.mjs imports, for `npm start`.
  if (env?.['BUILD'] === 'library') {
    return { ...LIBRARY, entry: ['src/index.ts'], format: ['esm'], esbuildPlugins: [] };
  }
  rmSync('dist', { recursive: true, force: true });
  const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await writeDeclarations(ENTRIES, 'src', folder);
  for (const path of Object.keys(buildSync(COMMAND_PACKAGES).metafile.inputs)) addNotice(path);
  return [LIBRARY, LIBRARY_CJS, COMMAND, PAGE, declarationsIn(folder)];
});

export default config;

/** Bundles the declarations in a folder for both module formats. */
function declarationsIn(folder: string): Options {
  const paths = ENTRIES.map((entry) => entry.replace(/^src\/|\.ts$/gu, ''));
  return {
    ...COMMON,
    entry: Object.fromEntries(paths.map((path) => [path, join(folder, `${path}.d.ts`)])),
    format: ['esm', 'cjs'],
    dts: { only: true },
  };
}

/** Lets bundlers leave out CommonJS packages that are compiled in and not used, such as crc-32. */
function markPure(code: string): string {
  return code
    .replace(/(?<== )(?=__commonJS\()/gu, '/* @__PURE__ */ ')
    .replace(/(?<== )__toESM\((?=require_\w+\(\))/gu, '/* @__PURE__ */ __toESM(/* @__PURE__ */ ');
}

/**
 * Restores `const` for top-level declarations, which esbuild writes as `var` when it bundles. V8 compiles the value of
 * a constant into the code that uses it, which makes `decodeToken` 1.13 times as fast.
 */
function keepConstants(code: string): string {
  const lines = code.split('\n').map((line) => line.replace(/^var (?=(?:\w+|\{.+\}) = )/u, 'const '));
  for (const { notes } of assignmentsToConstants(lines.join('\n'))) {
    const index = (notes[0]?.location?.line ?? 0) - 1;
    lines[index] = lines[index]?.replace('const', 'let') ?? '';
  }
  const kept = lines.join('\n');
  if (assignmentsToConstants(kept).length > 0) throw new Error('a chunk assigns to a constant');
  return kept;
}

/** Lists esbuild's warnings about assignments to constants; their notes give the line of the declaration. */
function assignmentsToConstants(code: string): readonly Message[] {
  const { warnings } = transformSync(code, { logLevel: 'silent' });
  return warnings.filter(({ id }) => id === 'assign-to-constant');
}

/** Makes the command import dist/index.js and dist/cli/hono.js instead of compiling in their modules again. */
function sharedModulesPlugin(): Plugin {
  return {
    name: 'shared-modules',
    setup(build) {
      build.onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) => {
        const isLibrary = resolve(resolveDir, path) === resolve('src/index.js');
        return isLibrary ? { path: '../index.js', external: true } : undefined;
      });
      build.onResolve({ filter: /^(?:hono|@hono\/node-server)$/ }, () => ({ path: './hono.js', external: true }));
    },
  };
}

/** Lets esbuild leave out the compressor of pako, which only a table of settings refers to. */
function inflateOnlyPlugin(): Plugin {
  return {
    name: 'inflate-only',
    setup(build) {
      build.onLoad({ filter: /\/pako\.mjs$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll('new Config(', '/* @__PURE__ */ new Config('),
        loader: 'js',
      }));
    },
  };
}

/** The name, version and license of each package that is compiled in. */
const notices = new Map<string, string>();

/** Lists the packages that a build contains, with their licenses, in dist/THIRD-PARTY-NOTICES.txt. */
function noticesPlugin(): Plugin {
  return {
    name: 'third-party-notices',
    setup(build) {
      build.onEnd(({ metafile }) => {
        for (const path of Object.keys(metafile?.inputs ?? {})) addNotice(path);
        if (notices.size === 0) return;
        const introduction = 'This package contains code of the following packages, under their licenses.\n';
        const texts = [introduction, ...[...notices.values()].sort()];
        mkdirSync('dist', { recursive: true });
        writeFileSync('dist/THIRD-PARTY-NOTICES.txt', texts.join(`\n${'-'.repeat(72)}\n\n`));
      });
    },
  };
}

function addNotice(path: string): void {
  const [, folder, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//u.exec(path) ?? [];
  if (folder === undefined || name === undefined || notices.has(name)) return;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/iu.test(entry));
  if (file === undefined) throw new Error(`${name} has no license file`);
  notices.set(name, `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`);
}

/**
 * Writes the declarations of entries and of the modules that they import to a folder. tsup bundles them from there,
 * which takes a second; to make it bundle the sources takes a minute, since it type-checks them for each format.
 */
export async function writeDeclarations(entries: readonly string[], rootDir: string, outDir: string): Promise<void> {
  const { default: ts } = await import('typescript');
  const { config: settings } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8')) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(settings, ts.sys, '.');
  const output = { noEmit: false, emitDeclarationOnly: true, noCheck: true, rootDir, outDir };
  const program = ts.createProgram(entries, { ...options, ...output });
  const bound = entries.flatMap((entry) => boundFunctions(ts, program, entry));
  program.emit(undefined, (path, text, _byteOrderMark, _onError, sources) => {
    const source = sources?.[0]?.fileName;
    let documented = text;
    for (const { entry, name, signature, comment } of bound) {
      if (source !== entry) continue;
      const constant = new RegExp(`^export declare const ${name}: [^;]+;$`, 'mu');
      documented = documented.replace(constant, () => `${comment}\nexport declare function ${name}${signature};`);
    }
    const types = new Set(bound.filter(({ entry }) => source === entry).flatMap((each) => each.types));
    if (types.size > 0) documented = `import type { ${[...types].join(', ')} } from './exports.js';\n${documented}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, documented);
  });
}

interface BoundFunction {
  /** The path of the entry. */
  readonly entry: string;
  readonly name: string;
  /** Its parameters and result, and the types of src/exports.ts in them. */
  readonly signature: string;
  readonly types: readonly string[];
  readonly comment: string;
}

/**
 * Finds the constants of an entry whose type refers to a function, such as
 * `export const verifyToken: Bound<typeof core.verifyToken>`, and that have no doc comment. They are declared as
 * functions with the doc comment of that function, so that editors show it, also for each argument.
 */
function boundFunctions(ts: typeof TypeScript, program: TypeScript.Program, path: string): BoundFunction[] {
  const entry = program.getSourceFile(path);
  if (entry === undefined) throw new Error(`${path} is missing`);
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(entry);
  const exported = symbol ? checker.getExportsOfModule(symbol).map((each) => each.name) : [];
  return entry.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .flatMap(({ name, type }) => {
      const query = type !== undefined && ts.isTypeReferenceNode(type) ? type.typeArguments?.[0] : type;
      if (query === undefined || !ts.isTypeQueryNode(query)) return [];
      const symbol = checker.getSymbolAtLocation(query.exprName);
      const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      const { valueDeclaration } = (isAlias ? checker.getAliasedSymbol(symbol) : symbol) ?? {};
      const comment = valueDeclaration && ts.getJSDocCommentsAndTags(valueDeclaration).at(-1);
      if (comment === undefined) throw new Error(`${path}: ${query.getText()} has no doc comment`);
      const names = parameterNames(ts, checker, valueDeclaration as TypeScript.FunctionDeclaration);
      const documented = completed(comment.getText(), names);
      const shown = path === WEB ? awaited(documented) : documented;
      const [called] = checker.getTypeAtLocation(name).getCallSignatures();
      if (called === undefined) throw new Error(`${path}: ${name.getText()} is not a function`);
      const signature = checker.signatureToString(called, undefined, ts.TypeFormatFlags.NoTruncation);
      const types = exported.filter((type) => new RegExp(`\\b${type}\\b`, 'u').test(signature));
      return [{ entry: entry.fileName, name: name.getText(), signature, types, comment: shown }];
    });
}

/** Lists the parameters of a function; `...args: Parameters<typeof other>` stands for those of another function. */
function parameterNames(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  { parameters }: TypeScript.FunctionDeclaration,
): string[] {
  return parameters.flatMap(({ name, type, dotDotDotToken }) => {
    const query = type !== undefined && ts.isTypeReferenceNode(type) ? type.typeArguments?.[0] : undefined;
    if (dotDotDotToken === undefined || query === undefined || !ts.isTypeQueryNode(query)) return [name.getText()];
    const symbol = checker.getSymbolAtLocation(query.exprName);
    const other = symbol && (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    return parameterNames(ts, checker, other?.valueDeclaration as TypeScript.FunctionDeclaration);
  });
}

/** Turns the examples in a doc comment into those of the web entry, whose functions return promises. */
function awaited(comment: string): string {
  return comment
    .replaceAll("from 'accesstoken2'", "from 'accesstoken2/web'")
    .replace(/^( \* (?:const .+ = )?)(?=(?:build|verify|inspect)\w+\()/gmu, '$1await ')
    .replace('@returns The token.', '@returns A promise of the token.');
}

/** Adds the descriptions of the arguments that all builders share, from src/builders/arguments.ts, to a doc comment. */
function completed(comment: string, names: readonly string[]): string {
  if (names[0] !== 'appId') return comment;
  const tagsOf = (text: string): string[] => text.match(/ \* @(?:.|\n \* (?!@)(?=.))*\n/gu) ?? [];
  const own = tagsOf(comment);
  const [shared = ''] = /\/\*\*[^]*?\*\//u.exec(readFileSync('src/builders/arguments.ts', 'utf8')) ?? [];
  const tagOf = (start: string): string => {
    const tag = [...own, ...tagsOf(shared)].find((text) => text.startsWith(` * ${start}`));
    if (tag === undefined) throw new Error(`src/builders/arguments.ts does not describe ${start}`);
    return tag;
  };
  const tags = [...names.map((name) => tagOf(`@param ${name} `)), tagOf('@returns'), tagOf('@throws')];
  const rest = own.filter((tag) => !tag.startsWith(' * @param'));
  return `${comment.slice(0, comment.indexOf(' * @'))}${[...tags, ...rest].join('')} */`;
}
