/** What each file of tests begins with when it is run against mutants. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect } from 'vitest';
import { LOADED } from './loaded.js';

/** What is kept from one file to the next: all of a run share one process. */
const run = globalThis as { failedAgainstMutant?: boolean };

// One failure tells all. The runner would load the other files nonetheless.
if (run.failedAgainstMutant === true) throw new Error('a test has failed before');
afterEach(({ task }) => {
  if (task.result?.state === 'fail') run.failedAgainstMutant = true;
});

/** Tests that measure time, memory or the size of the source, that run what was built, or that take long. */
const LEFT_OUT: readonly RegExp[] = [
  /one-shot hash, as before Node/u,
  /^nothing of Node\.js is in it$/u,
  /^the size of a bundle/u,
  /^time and memory are bounded/u,
  /read in little time$/u,
  /many times is refused before all of it/u,
  /less than 8 MiB of memory|less than 50 ms|less than a second/u,
  /^(?:noise|zeros|a distance of the whole window) > comes back from the streams/u,
  /^the limit > of 104857/u,
  / > inflates to 1048576 bytes$/u,
];

beforeEach(({ task, skip }) => {
  skip(
    LEFT_OUT.some((name) => name.test(task.fullTestName)),
    'left out of mutation testing',
  );
});

// What a test meets of the mutants is counted by their numbers. Some tests have every object inherit such names, which
// would be taken for counts.
const { __stryker__: stryker } = globalThis as {
  readonly __stryker__?: { readonly mutantCoverage?: Coverage; readonly currentTestId?: string };
};
interface Coverage {
  readonly perTest: Record<string, object>;
}
beforeEach(() => {
  if (stryker?.mutantCoverage === undefined || stryker.currentTestId === undefined) return;
  stryker.mutantCoverage.perTest[stryker.currentTestId] ??= Object.create(null) as object;
});

// The tests to be run are given as a pattern of a thousand names and more; to look a name up is faster.
const { config } = (
  globalThis as unknown as { readonly __vitest_worker__: { readonly config: { testNamePattern?: unknown } } }
).__vitest_worker__;
if (config.testNamePattern instanceof RegExp) {
  const names = new Set(config.testNamePattern.source.split(/(?<!\\)(?:\\\\)*\|/u).map(unescaped));
  names.add(LOADED);
  config.testNamePattern = { [Symbol.match]: (name: string) => (names.has(name.trim()) ? [name] : null) };
}

/** Undoes what makes a pattern of a name. */
function unescaped(pattern: string): string {
  return pattern.replace(/\\(.)/gu, (_, character: string) =>
    character === 'n' ? '\n' : character === 'r' ? '\r' : character,
  );
}

// The code that the mutants are in is slower. Whether something takes too long at all is told by the time limit.
performance.now = () => 0;

// The same inputs in each run, so that a test fails because of the mutant alone.
fc.configureGlobal({ seed: 1, numRuns: 100 });

// To meet every fault of a stream takes more inputs.
process.env['RUNS'] = expect.getState().testPath?.includes('inflate') === true ? '600' : '100';
