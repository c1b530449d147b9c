/** A test runner that reports a test file that does not load as a failed test: Stryker counts tests only. */
import { type RunnerTestSuite, test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import { getHooks } from 'vitest/suite';
import { LOAD_TEST } from './load-test.js';
import { SKIPPED_TESTS } from './skipped-tests.js';

export default class Runner extends VitestTestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    try {
      return await super.importFile(path, source);
    } catch (error) {
      if (source === 'setup') throw error;
      test(LOAD_TEST, () => {
        throw error;
      });
      return undefined;
    }
  }

  /** Drops what a suite of skipped tests prepares. */
  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    const title = suite.fullTestName ?? '';
    if (SKIPPED_TESTS.some((name) => name.test(title))) getHooks(suite).beforeAll.length = 0;
    await super.onBeforeRunSuite(suite);
  }
}
