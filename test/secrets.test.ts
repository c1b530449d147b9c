import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from './packed.js';

const run = promisify(execFile);

test('no array of bytes that outlives a call holds a certificate, a key, a signature or a token', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'test/leaks/buffers.mjs')]);
  const { arrays, leaks } = JSON.parse(stdout) as { arrays: readonly number[]; leaks: readonly string[] };
  expect(leaks).toEqual([]);
  // The workspaces for base64, contents, streams and hashes, and tables.
  expect(arrays.filter((length) => length >= 96).length).toBeGreaterThanOrEqual(5);
});

test('no error, warning, line of a log, finding or answer shows a certificate, a key or a token, wherever it was given', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'test/leaks/outputs.mjs')]);
  const { outputs, leaks } = JSON.parse(stdout) as { outputs: number; leaks: readonly string[] };
  expect(leaks).toEqual([]);
  expect(outputs).toBeGreaterThan(10_000);
}, 60_000);
