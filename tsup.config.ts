import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { transformSync } from 'esbuild';
import type { Options } from 'tsup';

// Before either build begins; each could otherwise remove what the other has made.
rmSync('dist', { recursive: true, force: true });

const common: Options = {
  target: 'node20',
  // Code that is told apart by its `node:` prefix stays so: import-graph checks and bundlers rely on it.
  removeNodeProtocol: false,
  silent: true,
  // The code that ships reads like its source, so that traces need no source maps, which would be as large as all else.
  sourcemap: false,
};

/**
 * Writes the CommonJS build: each ES module turned into one of CommonJS, so that the entries share their core there as
 * well.
 */
function writeCommonJs(): Promise<void> {
  for (const name of readdirSync('dist').filter((path) => path.endsWith('.js'))) {
    const { code } = transformSync(readFileSync(`dist/${name}`, 'utf8'), {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
    });
    const commonJs = code.replace(/require\("(\.\/[\w.-]+)\.js"\)/gu, 'require("$1.cjs")');
    writeFileSync(`dist/${name.replace(/\.js$/u, '.cjs')}`, commonJs);
  }
  return Promise.resolve();
}

/** Puts the page beside its script. */
function copyPage(): Promise<void> {
  for (const name of ['index.html', 'page.css'])
    copyFileSync(`src/cli/page/${name}`, `dist/cli/page/${name}`);
  return Promise.resolve();
}

/**
 * Makes constants of what esbuild turned into variables when it bundled: V8 compiles a constant into the code that uses
 * it, and loads and checks a variable each time. What is assigned to, of which esbuild warns, becomes `let` again.
 */
const keepConstants: NonNullable<Options['plugins']>[number] = {
  name: 'keep-constants',
  renderChunk(code) {
    const lines = code.split('\n').map((line) => line.replace(/^var (?=(?:\w+|\{.+\}) = )/u, 'const '));
    for (const { id, notes } of transformSync(lines.join('\n'), { logLevel: 'silent' }).warnings) {
      const line = notes[0]?.location?.line;
      if (id !== 'assign-to-constant' || line === undefined) continue;
      lines[line - 1] = lines[line - 1]?.replace('const', 'let') ?? '';
    }
    return { code: lines.join('\n') };
  },
};

const ENTRIES = ['src/index.ts', 'src/web.ts'];

/**
 * Leaves the library out of what is built into a folder beside it, which then imports or requires the build of its own
 * kind.
 */
const besideLibrary: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'beside-library',
  setup(build) {
    const path = `../index.${build.initialOptions.format === 'cjs' ? 'cjs' : 'js'}`;
    const library = resolve('src/index.js');
    build.onResolve({ filter: /^\.\.\/(?:\.\.\/)*index\.js$/ }, (imported) => {
      return resolve(imported.resolveDir, imported.path) === library ? { path, external: true } : undefined;
    });
  },
};

/** What is built into the command, so that the library does not depend on it. */
const THIRD_PARTY = ['hono', '@hono/node-server'];
const isThirdParty = new RegExp(`^(?:${THIRD_PARTY.join('|')})(?:/|$)`);

/** Lets our code import what is not ours from the one file that it is built into. */
const besideThirdParty: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'beside-third-party',
  setup(build) {
    const beside = () => ({ path: './third-party.js', external: true });
    build.onResolve({ filter: isThirdParty }, beside);
    build.onResolve({ filter: /^\.\/third-party\.js$/ }, beside);
  },
};

/** Writes the licences of what is built into the command beside it. */
function writeNotices(): Promise<void> {
  const notices = THIRD_PARTY.map((name) => {
    const folder = `node_modules/${name}`;
    const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string };
    return `${name} ${version}\n\n${readFileSync(`${folder}/LICENSE`, 'utf8').trim()}\n`;
  });
  const introduction =
    'The command `accesstoken2 serve` has these packages built in, under their licences.\n';
  writeFileSync(
    'dist/cli/THIRD-PARTY-NOTICES.txt',
    [introduction, ...notices].join(`\n${'-'.repeat(72)}\n\n`),
  );
  return Promise.resolve();
}

const config: readonly Options[] = [
  {
    ...common,
    entry: ENTRIES,
    format: ['esm'],
    dts: true,
    plugins: [keepConstants],
    onSuccess: writeCommonJs,
  },
  { ...common, entry: ENTRIES, format: ['cjs'], dts: { only: true } },
  {
    ...common,
    entry: ['src/compat/agora-token.ts'],
    format: ['esm', 'cjs'],
    dts: true,
    outDir: 'dist/compat',
    esbuildPlugins: [besideLibrary],
  },
  {
    ...common,
    entry: ['src/server/app.ts'],
    format: ['esm', 'cjs'],
    dts: true,
    outDir: 'dist/server',
    external: ['hono'],
    esbuildPlugins: [besideLibrary],
  },
  // The command imports the library that is beside it, as its users do.
  {
    ...common,
    entry: ['src/cli/bin.ts'],
    format: ['esm'],
    outDir: 'dist/cli',
    // Those who have the command need not have installed it.
    noExternal: [isThirdParty],
    esbuildPlugins: [besideLibrary, besideThirdParty],
  },
  {
    ...common,
    entry: ['src/cli/serve/third-party.ts'],
    format: ['esm'],
    outDir: 'dist/cli',
    noExternal: [isThirdParty],
    minify: true,
    onSuccess: writeNotices,
  },
  // The page that the command serves: one script for browsers, with the web entry in it.
  {
    ...common,
    entry: ['src/cli/page/page.ts'],
    format: ['esm'],
    target: 'es2022',
    platform: 'browser',
    minify: true,
    noExternal: [/./u],
    outDir: 'dist/cli/page',
    onSuccess: copyPage,
  },
];

export default config;
