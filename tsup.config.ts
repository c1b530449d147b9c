import type { Options } from 'tsup';

const config: Options = {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
  // Code that is told apart by its `node:` prefix stays so: import-graph checks and bundlers rely on it.
  removeNodeProtocol: false,
  silent: true,
  // Half of the time that a program takes to load a module goes by the length of its text. Names stay readable.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
};

export default config;
