import { readFileSync } from 'node:fs';
import { type ViteUserConfig, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const parts = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, { readonly tests: readonly string[] }>
>;
const part = parts[process.env['MUTATION_PART'] ?? ''];
if (part === undefined) throw new Error(`MUTATION_PART: expected one of ${Object.keys(parts).join(', ')}`);
const files = part.tests.map((name) => `test/${name}.test.ts`);

/** Runs the test files in the order of parts.json. */
class InOrder extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => files.findIndex((file) => moduleId.endsWith(file));
    return Promise.resolve([...specifications].sort((a, b) => place(a) - place(b)));
  }
}

const config: ViteUserConfig = defineConfig({
  resolve: { alias: { 'fast-check': new URL('fast-check.ts', import.meta.url).pathname } },
  test: {
    include: files,
    runner: 'test/mutation/runner.ts',
    setupFiles: ['test/mutation/setup.ts'],
    testTimeout: 60_000,
    // The files of a run share one process.
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: InOrder },
  },
});

export default config;
