/** Setup of each test file in a run against a mutant. */
import fc from 'fast-check';
import { afterEach, beforeEach } from 'vitest';
import { LOAD_TEST } from './load-test.js';

/** State shared by the test files of a run, which share a process. */
const run = globalThis as { failedAgainstMutant?: boolean };

// One failure kills the mutant. Throwing skips the remaining files, which the runner would still load.
if (run.failedAgainstMutant === true) throw new Error('a test has already failed');
afterEach(({ task }) => {
  if (task.result?.state === 'fail') run.failedAgainstMutant = true;
});

/** Tests that measure time, memory or code size, that use the build, or that are slow. */
const SKIPPED_TESTS: readonly RegExp[] = [
  /are not loaded at import$/u,
  /^imports nothing of Node\.js$/u,
  /^a bundle of .* has at most a stated size$/u,
  /^time and memory are bounded/u,
  /^a stream of 1 GiB/u,
  /^services that a token cannot hold are rejected before all of them are read/u,
  /is at most 50 ms for any string$/u,
  // They change the source of the services, where it is instrumented.
  /^a new service type/u,
  /takes (?:linear|bounded) time|the time is linear/u,
  /in less than a second$/u,
  /^the limit of (?:65536|1048576) bytes is exact$/u,
  /^deflate > compresses 1048576 bytes/u,
];

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
