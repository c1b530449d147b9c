/** The runner of the tests: a file that cannot be loaded is a test that fails, since Stryker looks at tests alone. */
import { test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import { LOADED } from './loaded.js';

export default class Runner extends VitestTestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    try {
      return await super.importFile(path, source);
    } catch (error) {
      if (source === 'setup') throw error;
      test(LOADED, () => {
        throw error;
      });
      return undefined;
    }
  }
}
