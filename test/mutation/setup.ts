/** Setup of each test file in a run against a mutant. */
import fc from 'fast-check';
import { afterEach, beforeEach } from 'vitest';
import { LOAD_TEST } from './load-test.js';
import { SKIPPED_TESTS } from './skipped-tests.js';

/** State shared by the test files of a run, which share a process. */
const run = globalThis as { failedAgainstMutant?: boolean };

// One failure kills the mutant. Throwing skips the remaining files, which the runner would still load.
if (run.failedAgainstMutant === true) throw new Error('a test has already failed');
afterEach(({ task }) => {
  if (task.result?.state === 'fail') run.failedAgainstMutant = true;
});

beforeEach(({ task, skip }) => {
  skip(
    SKIPPED_TESTS.some((name) => name.test(task.fullTestName)),
    'skipped in mutation testing',
  );
});

// Stryker counts the mutants that a test covers in an object with their ids as keys. Some tests add such keys to
// Object.prototype, so this object must not inherit from it.
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

// Stryker passes the tests to run as a pattern of over a thousand names; a set is faster.
const { config } = (
  globalThis as unknown as { readonly __vitest_worker__: { readonly config: { testNamePattern?: unknown } } }
).__vitest_worker__;
if (config.testNamePattern instanceof RegExp) {
  const names = new Set(config.testNamePattern.source.split(/(?<!\\)(?:\\\\)*\|/u).map(unescaped));
  names.add(LOAD_TEST);
  config.testNamePattern = { [Symbol.match]: (name: string) => (names.has(name.trim()) ? [name] : null) };
}

/** Reverses the escaping of a name in a pattern. */
function unescaped(pattern: string): string {
  return pattern.replace(/\\(.)/gu, (_, character: string) =>
    character === 'n' ? '\n' : character === 'r' ? '\r' : character,
  );
}

// Instrumented code is slower, so tests cannot measure time. Stryker's timeout finds endless loops.
performance.now = () => 0;

// The same inputs in each run, so that only the mutant can make a test fail.
fc.configureGlobal({ seed: 1, numRuns: 100 });

process.env['RUNS'] = '100';
