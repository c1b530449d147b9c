import { type ViteUserConfig, defineConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: { include: ['test/page/*.test.ts'], testTimeout: 60_000, hookTimeout: 300_000 },
});

export default config;
