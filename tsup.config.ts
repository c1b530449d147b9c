import { rmSync } from 'node:fs';
import type { Options } from 'tsup';

// Before either build begins; each could otherwise remove what the other has made.
rmSync('dist', { recursive: true, force: true });

const common: Options = {
  target: 'node20',
  // Code that is told apart by its `node:` prefix stays so: import-graph checks and bundlers rely on it.
  removeNodeProtocol: false,
  silent: true,
  // Half of the time that a program takes to load a module goes by the length of its text. Names stay readable.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
};

const config: readonly Options[] = [
  { ...common, entry: ['src/index.ts'], format: ['esm'], dts: true, sourcemap: true },
  // One source map is as large as all the code; the names in this build are those of the source as well.
  { ...common, entry: ['src/index.ts'], format: ['cjs'], dts: true },
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
