import { type ViteUserConfig, defineConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // It takes a browser, and has a command of its own.
    exclude: ['test/page/**'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});

export default config;
