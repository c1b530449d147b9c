import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './packed.js';

const run = promisify(execFile);

test('values that all objects or arrays inherit change no token, no result and no error', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'test/poison/run.mjs')]);
  const { cases, failures } = JSON.parse(stdout) as { cases: number; failures: readonly string[] };
  expect(failures).toEqual([]);
  expect(cases).toBeGreaterThan(14_000);
}, 114_000);
