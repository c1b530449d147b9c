import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './packed.js';

const run = promisify(execFile);

test('no error, warning, log line, finding or answer shows a misplaced certificate, key or token', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'test/leaks/misplaced-secrets.mjs')]);
  const { outputs, leaks } = JSON.parse(stdout) as { outputs: number; leaks: readonly string[] };
  expect(leaks).toEqual([]);
  expect(outputs).toBeGreaterThan(10_000);
}, 60_000);
