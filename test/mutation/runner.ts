/** A test runner that reports a test file that does not load as a failed test: Stryker counts tests only. */
import { test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import { LOAD_TEST } from './load-test.js';

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
}
