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
};

export default config;
