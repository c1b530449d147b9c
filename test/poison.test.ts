import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './packed.js';

const run = promisify(execFile);

test('changed prototypes change no token, no result and no refusal', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'test/poison/run.mjs')]);
  const { cases, failures } = JSON.parse(stdout) as { cases: number; failures: readonly string[] };
  expect(failures).toEqual([]);
  expect(cases).toBeGreaterThan(10_000);
}, 240_000);
