import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type VerifiedToken, verifyToken } from '../src/index.js';
import { ROOT, SAMPLE } from './packed.js';

const OWN = {
  AGORA_APP_ID: '0123456789abcdef0123456789ABCDEF',
  AGORA_APP_CERTIFICATE: 'fedcba9876543210fedcba9876543210',
};

const EXAMPLE = ['examples/first-token.mjs'];

test('uses the sample project by default', () => {
  const { status, stdout, stderr } = runExample({});
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain("the sample of Agora's tests");
  expect(verify(stdout, SAMPLE).services).toMatchObject([{ type: 'rtc', channelName: 'lobby', uid: '42' }]);
});

test('uses the project of the environment', () => {
  const { status, stdout, stderr } = runExample(OWN);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('yours, from the environment');
  expect(stdout).toContain(OWN.AGORA_APP_ID);
  expect(stdout).not.toContain(OWN.AGORA_APP_CERTIFICATE);
  expect(verify(stdout, OWN).appId).toBe(OWN.AGORA_APP_ID);
});

test('treats empty variables as unset', () => {
  const { stdout } = runExample({ AGORA_APP_ID: '', AGORA_APP_CERTIFICATE: '' });
  verify(stdout, SAMPLE);
});

test('lists the privileges with their end in local time', () => {
  const { stdout } = runExample({ TZ: 'Asia/Kolkata' });
  const { issueTs } = verify(stdout, SAMPLE);
  const kolkata = new Date((issueTs + 3600 + 5.5 * 3600) * 1000).toISOString();
  const end = kolkata.slice(0, 19).replace('T', ' ');
  for (const name of ['JoinChannel', 'PublishAudioStream', 'PublishVideoStream', 'PublishDataStream']) {
    expect(stdout).toMatch(new RegExp(`^ +${name} +1 h, until ${end}$`, 'mu'));
  }
});

test.each([
  ['AGORA_APP_ID', 'AGORA_APP_CERTIFICATE'],
  ['AGORA_APP_CERTIFICATE', 'AGORA_APP_ID'],
] as const)('rejects %s without the other variable', (set, missing) => {
  expectRejection(runExample({ [set]: OWN[set] }), missing);
});

test.each([
  ['AGORA_APP_ID', 'truncated', OWN.AGORA_APP_ID.slice(1)],
  ['AGORA_APP_CERTIFICATE', 'truncated', OWN.AGORA_APP_CERTIFICATE.slice(1)],
  ['AGORA_APP_CERTIFICATE', 'with a trailing line break', `${OWN.AGORA_APP_CERTIFICATE}\n`],
  ['AGORA_APP_CERTIFICATE', 'in quotes', `"${OWN.AGORA_APP_CERTIFICATE}"`],
])('rejects %s %s', (variable, _, value) => {
  expectRejection(runExample({ ...OWN, [variable]: value }), variable);
});

test('prints no colors without a terminal', () => {
  expect(runExample({}).stdout).not.toContain('\x1b');
});

/** `script` of util-linux runs a command in a terminal; on other systems it has other options. */
const probe = spawnSync('script', ['--version'], { encoding: 'utf8' });
const hasTerminal = probe.status === 0 && probe.stdout.includes('util-linux');

test.runIf(hasTerminal)('prints colors in a terminal', () => {
  const { stdout } = runOnTerminal({});
  expect(stdout).toContain('\x1b[32mvalid\x1b[0m');
  verify(stdout, SAMPLE);
});

test.runIf(hasTerminal)('prints no colors in a terminal with NO_COLOR', () => {
  const { stdout } = runOnTerminal({ NO_COLOR: '1' });
  expect(stdout).not.toContain('\x1b');
  verify(stdout, SAMPLE);
});

function runExample(env: Readonly<Record<string, string>>): SpawnSyncReturns<string> {
  return run(process.execPath, EXAMPLE, env);
}

function runOnTerminal(env: Readonly<Record<string, string>>): SpawnSyncReturns<string> {
  const command = [process.execPath, ...EXAMPLE].map((word) => `'${word}'`).join(' ');
  return run('script', ['--quiet', '--return', '--command', command, '/dev/null'], env);
}

/** Runs a program with these environment variables only. */
function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): SpawnSyncReturns<string> {
  return spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
}

/** Verifies the only token in a text. */
function verify(text: string, project: typeof OWN): VerifiedToken {
  const tokens = text.match(/007[\w+/=]{40,}/gu) ?? [];
  expect(tokens).toHaveLength(1);
  const expected = { appId: project.AGORA_APP_ID, channelName: 'lobby', uid: 42, privileges: [1, 2, 3, 4] };
  return verifyToken(String(tokens[0]), project.AGORA_APP_CERTIFICATE, expected);
}

/** Expects one line that names the variable and does not contain the certificate. */
function expectRejection({ status, stdout, stderr }: SpawnSyncReturns<string>, variable: string): void {
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${variable}: .+\n$`, 'u'));
  const { AGORA_APP_CERTIFICATE } = OWN;
  expect(stderr).not.toContain(AGORA_APP_CERTIFICATE.slice(1, 9));
}
