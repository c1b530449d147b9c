import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    // Found by their paths: run by the tests and by the benchmark.
    'bench/**/*.{mjs,cjs}',
    'examples/*.mjs',
    // Started by the other files beside it, as a process.
    'load/bare-server.mjs',
    'test/{leaks,poison}/*.mjs',
    'test/**/*.test-d.ts',
    // Bundled by fuzz/run.mjs.
    'fuzz/main.ts',
    // Named by mutation/run.mjs and in the configuration of Stryker.
    'mutation/{stryker.config.mjs,setup.ts,vitest.config.ts,runner.ts,fast-check.ts}',
  ],
  // What is in runtimes/ is a package of its own.
  project: ['{src,test,fuzz,mutation,load,bench,examples,api}/**/*.{ts,mjs,cjs}', '*.ts'],
  ignoreDependencies: [
    // Run by test/package.test.ts, from node_modules/.bin.
    '@arethetypeswrong/cli',
    'publint',
    // Named in mutation/stryker.config.mjs.
    '@stryker-mutator/vitest-runner',
  ],
  // The command itself; and what gives a program a terminal, and a core of its own, where the system has them.
  ignoreBinaries: ['accesstoken2', 'script', 'taskset'],
};

export default config;
