/** The command as a program: exit codes, streams, terminals. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildTokenWithUid, verifyToken } from '../../src/index.js';
import { ROOT, SAMPLE } from '../packed.js';

const BIN = join(ROOT, 'dist/cli/bin.js');
const { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE: CERTIFICATE } = SAMPLE;
const TOKEN = buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 'publisher', 3600);
const RTC = ['rtc', '--channel', 'lobby', '--uid', '42'];

/** The environment of the command, without other variables of the tests. */
const ENV = { PATH: process.env['PATH'], ...SAMPLE };

function run(args: readonly string[], input = '', env: NodeJS.ProcessEnv = ENV): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', input, env });
}

/** Runs the command on a terminal, which gets both output streams. */
function runOnTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const command = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const script = ['--quiet', '--return', '--command', command, '/dev/null'];
  return spawnSync('script', script, { encoding: 'utf8', env: { ...ENV, ...env } });
}

test('prints only the token, and it verifies', () => {
  const { status, stdout, stderr } = run(RTC);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^007[\w+/=]+\n$/u);
  verifyToken(stdout.trim(), CERTIFICATE, {
    appId: ID,
    channelName: 'lobby',
    uid: 42,
    privileges: [1, 2, 3, 4],
  });
});

test('reads a token from standard input', () => {
  const { status, stdout, stderr } = run(['verify', '-', '--channel', 'lobby', '--uid', '42'], `${TOKEN}\n`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^verified\n/u);
  expect(stdout).not.toContain('\x1b');
});

test('exits with 1 for a bad token', () => {
  expect(run(['verify', TOKEN, '--uid', '43']).status).toBe(1);
  expect(run(['inspect', TOKEN, '--uid', '43', '--json']).status).toBe(1);
});

test('exits with 2 for wrong usage, in one line and without a stack trace', () => {
  const { status, stdout, stderr } = run(['rtc', '--channel', 'lobby']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^accesstoken2: [^\n]+\n$/u);
});

test('checks the bundled vectors', () => {
  const { status, stderr } = run(['vectors']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '360 cases, all good\n' });
});

test('writes a large output to a pipe completely', () => {
  const { stdout } = run(['vectors', '--cases']);
  expect(stdout.length).toBeGreaterThan(2 ** 17);
  expect(stdout.trimEnd().split('\n')).toHaveLength(298);
});

test('exits silently when the reader closes the pipe', async () => {
  const child = spawn(process.execPath, [BIN, 'vectors', '--cases'], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('reports when its output cannot be written', () => {
  const full = openSync('/dev/full', 'w');
  const child = spawnSync(process.execPath, [BIN, ...RTC], {
    encoding: 'utf8',
    env: ENV,
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  expect(child.stderr).toBe('accesstoken2: cannot write the output (ENOSPC)\n');
  expect(child.status).toBe(2);
});

test('on a terminal, describes the minted token, and colors a report', () => {
  const minted = runOnTerminal(RTC);
  expect(minted.status).toBe(0);
  expect(minted.stdout).toContain('channel "lobby", uid "42"');
  const report = runOnTerminal(['inspect', TOKEN]);
  expect(report.status).toBe(0);
  expect(report.stdout).toContain('\x1b[32mgood\x1b[39m');
  expect(runOnTerminal(['inspect', TOKEN, '--uid', '43']).status).toBe(1);
});

test('writes no colors with NO_COLOR', () => {
  for (const args of [RTC, ['inspect', TOKEN]]) {
    const { status, stdout } = runOnTerminal(args, { NO_COLOR: '1' });
    expect(status).toBe(0);
    expect(stdout).toContain('channel "lobby"');
    expect(stdout).not.toContain('\x1b');
  }
});

test('uses the time zone of the machine', () => {
  const options = ['--now', '1800000000'];
  const token = buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 1, 3600, 3600, { issueTs: 1_800_000_000 });
  const { stdout } = run(['inspect', token, ...options], '', { ...ENV, TZ: 'Asia/Kolkata' });
  expect(stdout).toContain('┤ end      2027-01-15 14:30:00 +05:30, in 1 h\n');
});
