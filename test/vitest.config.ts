import { type ViteUserConfig, defineConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Browser tests, packages installed for the runtimes, and sandboxes of mutation testing.
    exclude: ['test/{mutation,page,runtimes}/**'],
    globalSetup: 'test/run-folder.ts',
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});

export default config;
