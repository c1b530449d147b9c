/** Settings of Stryker for the part of the library that MUTATION_PART names; see run.mjs. */
import { readFileSync } from 'node:fs';

const FIXED_BLOCK = 'src/codec/fixed-block.ts';

const name = process.env['MUTATION_PART'];
const parts = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8'));
const part = parts[name];
if (part === undefined) throw new Error(`MUTATION_PART: expected one of ${Object.keys(parts).join(', ')}`);

const config = {
  mutate: mutateOf(part.sources),
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // Mutate code that runs when a module loads, too; the module is reloaded for it.
  ignoreStatic: false,
  concurrency: Number(process.env['MUTATION_PROCESSES'] ?? 2),
  timeoutMS: 5_000,
  timeoutFactor: 2,
  incremental: true,
  incrementalFile: `test/mutation/reports/${name}-incremental.json`,
  tempDirName: `test/mutation/.sandbox-${name}`,
  ignorePatterns: [
    '/dist',
    '/docs',
    '/coverage',
    '/test/fuzz',
    '/test/runtimes',
    '/bench',
    '/test/mutation/reports',
    '/test/mutation/.sandbox-*',
  ],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: `test/mutation/reports/${name}.json` },
  clearTextReporter: { logTests: false, allowColor: false, reportTests: false },
};

export default config;

function mutateOf(sources) {
  return sources.includes('src/codec/*.ts') ? [...sources, `!${FIXED_BLOCK}`, ...rangesOfFixedBlock()] : sources;
}

/** Leaves out the match search: with any matches, or none, the stream inflates to the same content. */
function rangesOfFixedBlock() {
  const lines = readFileSync(new URL(`../../${FIXED_BLOCK}`, import.meta.url), 'utf8').split('\n');
  const lineOf = (code) => {
    const index = lines.findIndex((line) => line.includes(code));
    if (index < 0) throw new Error(`${FIXED_BLOCK} does not contain ${code}`);
    return index + 1;
  };
  const ranges = [
    [1, lineOf('const lastSeen') - 1],
    [lineOf('export function deflateFixed'), lineOf('let start = -1') - 1],
    [lineOf('if (length < MIN_MATCH)'), lineOf('forget(end)') - 1],
    [lineOf('forget(end)') + 1, lineOf('function forget') - 1],
    [lineOf('const inflated'), lines.length],
  ];
  return ranges.map(([from, to]) => `${FIXED_BLOCK}:${from}-${to}`);
}
