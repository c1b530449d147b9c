import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

const ENTRIES = ['src/index.ts', 'src/web.ts'];

/** Leaves the library that is beside it out of an entry, which then imports or requires the build of its own kind. */
const besideLibrary: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'beside-library',
  setup(build) {
    const path = `../index.${build.initialOptions.format === 'cjs' ? 'cjs' : 'js'}`;
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path, external: true }));
  },
};

const config: readonly Options[] = [
  { ...common, entry: ENTRIES, format: ['esm'], dts: true, onSuccess: writeCommonJs },
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
    external: [/^\.\.\/index\.js$/u],
  },
];

export default config;
