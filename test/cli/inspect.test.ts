import { describe, expect, test } from 'vitest';
import {
  type Service,
  buildToken,
  buildToken006,
  buildTokenWithRtm,
  buildTokenWithUid,
  inspectToken,
} from '../../src/index.js';
import { SAMPLE } from '../packed.js';
import { NOW, type World, runMain } from './fake-io.js';

const { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE: CERTIFICATE } = SAMPLE;
const OPTIONS = { issueTs: NOW - 480, salt: 1 };
const TOKEN = buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 1, 3600, 3600, OPTIONS);
const WITH_RTM = buildTokenWithRtm(ID, CERTIFICATE, 'lobby', 'alice', 2, 3600, 600, OPTIONS);
const OTHER_PROJECT = { AGORA_APP_ID: '0'.repeat(32), AGORA_APP_CERTIFICATE: '1'.repeat(32) };

function tokenWith(services: readonly Service[]): string {
  const project = { appId: ID, appCertificate: CERTIFICATE, expire: 3600, limits: 'format' } as const;
  return buildToken({ ...project, ...OPTIONS, services });
}

describe('the report for people', () => {
  test('shows the fields of a token, and draws its timeline', async () => {
    const { status, stdout, stderr } = await runMain(['inspect', TOKEN, '--channel', 'lobby', '--uid', '42']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('good');
    expect(lines).toContain(`App ID     ${ID}`);
    expect(lines).toContain('signature  valid');
    expect(lines).toContain('rtc        channel "lobby", uid "42"');
    expect(lines).toContain('           PublishAudioStream  1 h');
    expect(stdout).toMatch(/^rtc JoinChannel {9}├━+●─+┤ {2}in 52 min$/mu);
    expect(stdout).toMatch(/^token {19}├━+●─+◇┤ {2}in 52 min$/mu);
    expect(stdout).toMatch(/^├ issued {3}[-\d]{10} [:\d]{8} [-+:\d]{6}, 8 min ago$/mu);
    expect(stdout).toMatch(/^◇ renew .*, in 51 min$/mu);
    expect(stdout).toMatch(/^┤ end .*, in 52 min$/mu);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test('draws each privilege of each service', async () => {
    const { stdout } = await runMain(['inspect', WITH_RTM], { columns: 100 });
    expect(stdout).toMatch(/^rtc JoinChannel {2}├━+●─+┤ +in 2 min$/mu);
    expect(stdout).toMatch(/^rtm Login {8}├━+●─+┤ {2}in 52 min$/mu);
    const [bar = ''] = /^rtm Login .*$/mu.exec(stdout) ?? [];
    expect(bar).toHaveLength(100);
  });

  test('lists findings with hints', async () => {
    const { status, stdout } = await runMain(['inspect', TOKEN, '--channel', 'Lobby', '--uid', '43']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^bad: 2 errors\n/u);
    for (const { code, message, hint } of inspectToken(TOKEN, {
      appCertificate: CERTIFICATE,
      channelName: 'Lobby',
      uid: 43,
      now: NOW,
    }).findings) {
      expect(stdout).toContain(`\nerror      ${code}\n           ${message}\n           fix: ${hint}\n`);
    }
  });

  test('shows the readable part of a truncated token', async () => {
    const { status, stdout } = await runMain(['inspect', TOKEN.slice(0, 120)]);
    expect(status).toBe(1);
    expect(stdout).toContain(`App ID     ${ID}`);
    expect(stdout).toContain('TRUNCATED');
    expect(stdout).not.toContain('┤');
  });

  test('shows only the finding if nothing is readable', async () => {
    const { status, stdout } = await runMain(['inspect', 'undefined']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^bad: 1 error\n\nerror {6}NOT_A_TOKEN\n/u);
  });

  test('reads a 006 token', async () => {
    const user = { channelName: 'lobby', uid: 42 };
    const project = { appId: ID, appCertificate: CERTIFICATE, salt: 1 };
    const token = buildToken006({ ...project, ...user, ts: NOW + 3120, privileges: { 1: NOW + 3120, 2: 0 } });
    const { status, stdout } = await runMain(['inspect', token, '--channel', 'lobby', '--uid', '42']);
    expect(status).toBe(0);
    expect(stdout).toContain('signature  valid');
    expect(stdout).toMatch(/^rtc JoinChannel {9}●─+┤ {2}in 52 min$/mu);
    expect(stdout).toMatch(/^rtc PublishAudioStream {2}●─+[→┤]/mu);
    expect(stdout).toContain('LEGACY_TOKEN');
    expect(stdout).not.toContain('├ issued');
  });

  test('shows the fields of known and unknown services', async () => {
    const body = Uint8Array.of(1, 2, 3);
    const token = tokenWith([
      { type: 'rtm2', userId: 'alice', permissions: { 0: { 1: ['lobby'] } }, privileges: { 1: 0 } },
      { type: 'apaas', roomUuid: '101', userUuid: 'alice', role: -1, privileges: { 77: 60 } },
      { type: 'unknown', typeId: 4711, count: 2, body },
    ]);
    const { stdout } = await runMain(['inspect', token]);
    expect(stdout).toContain('rtm2       user "alice", permissions {"0":{"1":["lobby"]}}');
    expect(stdout).toContain('           Login               as long as the token');
    expect(stdout).toContain('apaas      room "101", user "alice", role -1');
    expect(stdout).toContain('           privilege 77        1 min');
    expect(stdout).toContain('unknown    type 4711, count 2, body of 3 bytes');
  });

  test.each(['inspect', 'verify'])('%s escapes control characters', async (command) => {
    const hostile = '\x1b]0;x\x07\x9b31m\u202e\u2028\r\n';
    const token = tokenWith([
      { type: 'rtc', channelName: hostile, uid: hostile, privileges: { 1: 60 } },
      { type: 'rtm2', userId: hostile, permissions: { 0: { 0: [hostile] } }, privileges: {} },
    ]);
    for (const options of [[], ['--json'], ['--channel', hostile], ['--account', hostile], ['--service', hostile]]) {
      const { stdout, stderr } = await runMain([command, token, ...options]);
      expect(stdout + stderr).toMatch(/\\u001b/u);
      expect((stdout + stderr).replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
    }
  });

  test('writes colors on a terminal, unless NO_COLOR or TERM=dumb is set', async () => {
    const outputOf = async (world: World): Promise<string> => (await runMain(['inspect', TOKEN], world)).stdout;
    expect(await outputOf({ isTTY: true })).toContain('\x1b[32mgood\x1b[39m');
    expect(await outputOf({ isTTY: true, env: { ...SAMPLE, NO_COLOR: '' } })).toContain('\x1b[');
    for (const env of [{ NO_COLOR: '1' }, { NO_COLOR: '0' }, { TERM: 'dumb' }]) {
      expect(await outputOf({ isTTY: true, env: { ...SAMPLE, ...env } })).not.toContain('\x1b');
    }
    expect(await outputOf({})).not.toContain('\x1b');
  });
});

describe('inspect', () => {
  test('--json writes the inspection, with bytes in hex', async () => {
    const { status, stdout } = await runMain(['inspect', TOKEN, '--json', '--uid', '43']);
    expect(status).toBe(1);
    const inspection = inspectToken(TOKEN, { appId: ID, appCertificate: CERTIFICATE, uid: 43, now: NOW });
    const { token, ...rest } = JSON.parse(stdout) as { readonly token: Record<string, unknown> };
    const { token: expected, ...expectedRest } = inspection;
    if (expected === null || !('content' in expected)) throw new Error('the token was not read');
    expect(rest).toEqual(expectedRest);
    expect(token['content']).toBe(Buffer.from(expected.content).toString('hex'));
    expect(token['services']).toEqual(JSON.parse(JSON.stringify('services' in expected ? expected.services : 0)));
  });

  test('without a certificate, the unchecked signature is not an error', async () => {
    const { status, stdout } = await runMain(['inspect', TOKEN], { env: {} });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^readable; .*AGORA_APP_CERTIFICATE\n/u);
    expect(stdout).toContain('SIGNATURE_UNCHECKED');
  });

  test('expects the project of the environment, or the sample project with --demo', async () => {
    const foreign = await runMain(['inspect', TOKEN, '--json'], { env: OTHER_PROJECT });
    const codes = JSON.parse(foreign.stdout) as { readonly findings: readonly { readonly code: string }[] };
    expect(codes.findings.map(({ code }) => code)).toEqual(['SIGNATURE_MISMATCH', 'APP_ID_MISMATCH']);
    expect(foreign.status).toBe(1);
    expect((await runMain(['inspect', TOKEN, '--demo'], { env: OTHER_PROJECT })).status).toBe(0);
  });

  test('explains a malformed certificate without showing it', async () => {
    const env = { ...SAMPLE, AGORA_APP_CERTIFICATE: `${CERTIFICATE}\n` };
    const { status, stdout } = await runMain(['inspect', TOKEN], { env });
    expect(status).toBe(1);
    expect(stdout).toContain('SIGNATURE_MISMATCH');
    expect(stdout).not.toContain(CERTIFICATE);
  });
});

describe('verify', () => {
  test('accepts a token that is signed and as expected', async () => {
    const options = ['--channel', 'lobby', '--uid', '42', '--privilege', '1', '--privilege', '2'];
    const { status, stdout } = await runMain(['verify', TOKEN, ...options]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^verified\n/u);
  });

  test.each<[string, readonly string[], World]>([
    ['ERR_SIGNATURE_MISMATCH', [TOKEN], { env: { AGORA_APP_CERTIFICATE: '1'.repeat(32) } }],
    ['ERR_APP_ID_MISMATCH', [TOKEN], { env: { ...SAMPLE, AGORA_APP_ID: '0'.repeat(32) } }],
    ['ERR_CHANNEL_MISMATCH', [TOKEN, '--channel', 'Lobby'], {}],
    ['ERR_UID_MISMATCH', [TOKEN, '--uid', '43'], {}],
    ['ERR_UID_MISMATCH', [TOKEN, '--account', 'alice'], {}],
    ['ERR_MISSING_SERVICE', [TOKEN, '--service', 'rtm'], {}],
    ['ERR_USER_MISMATCH', [WITH_RTM, '--user', 'bob'], {}],
    ['ERR_MISSING_PRIVILEGE', [WITH_RTM, '--account', 'alice', '--privilege', '2'], {}],
    ['ERR_PRIVILEGE_EXPIRED', [WITH_RTM, '--channel', 'lobby', '--now', String(NOW + 120)], {}],
    ['ERR_TOKEN_EXPIRED', [TOKEN, '--now', String(NOW + 3120)], {}],
    ['ERR_TOKEN_EXPIRED', [TOKEN, '--max-lifetime', '480'], {}],
    ['ERR_ISSUED_IN_FUTURE', [TOKEN, '--now', String(NOW - 511)], {}],
    ['ERR_TOKEN_VERSION', ['undefined'], {}],
    ['ERR_TOKEN_VERSION', ['{"token":"undefined"}'], {}],
    ['ERR_TOKEN_BASE64', [`${TOKEN.slice(0, -1)}!`], {}],
    ['ERR_LEGACY_TOKEN', ['006nonsense'], {}],
  ])('rejects with %s', async (code, args, world) => {
    const { status, stdout, stderr } = await runMain(['verify', ...args], world);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^refused ${code} `, 'u'));
    const json = await runMain(['verify', ...args, '--json'], world);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code } });
  });

  test('rejects a valid 006 token', async () => {
    const user = { channelName: 'lobby', uid: 42 };
    const times = { ts: NOW + 60, privileges: { 1: NOW + 60 } };
    const token = buildToken006({ appId: ID, appCertificate: CERTIFICATE, ...user, ...times });
    const { status, stdout } = await runMain(['verify', token, '--channel', 'lobby', '--uid', '42']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^refused ERR_LEGACY_TOKEN /u);
    expect((await runMain(['inspect', token, '--channel', 'lobby', '--uid', '42'])).status).toBe(0);
  });

  test('--json reports a verified token', async () => {
    const { stdout } = await runMain([
      'verify',
      TOKEN,
      '--json',
      '--clock-tolerance',
      '5',
      '--now',
      String(NOW + 3124),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, error: null, signature: 'valid' });
  });

  test('needs a certificate', async () => {
    const { status, stderr } = await runMain(['verify', TOKEN], { env: { AGORA_APP_ID: ID } });
    expect({ status, stderr: stderr.slice(0, 51) }).toEqual({
      status: 2,
      stderr: 'accesstoken2: AGORA_APP_CERTIFICATE is not set; set',
    });
  });

  test('rejects a malformed certificate', async () => {
    const env = { APP_CERTIFICATE: `${CERTIFICATE}\n` };
    const { status, stderr } = await runMain(['verify', TOKEN], { env });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^accesstoken2: APP_CERTIFICATE: expected 32 hex digits, got white space[^\n]+\n$/u);
  });
});

describe.each(['inspect', 'verify'])('%s reads the token', (command) => {
  test.each<[string, string, string]>([
    ['from an argument', TOKEN, ''],
    ['from standard input', '-', TOKEN],
    ['from standard input, with a line break', '-', `${TOKEN}\n`],
    ['from a URL', `https://example.com/?token=${encodeURIComponent(TOKEN)}`, ''],
    ['from a JSON document in standard input', '-', JSON.stringify({ data: { token: TOKEN } }, null, 2)],
    ['from an Authorization line', `Authorization: agora token=${TOKEN}`, ''],
  ])('%s', async (_, argument, stdin) => {
    const { status, stderr } = await runMain([command, argument], { stdin });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('from a URL where it is not encoded, with a note', async () => {
    const salts = Array.from({ length: 99 }, (_, salt) => ({ ...OPTIONS, salt }));
    const token = salts
      .map((options) => buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 1, 3600, 3600, options))
      .find((text) => text.includes('+'));
    const { status, stderr } = await runMain([command, `https://example.com/?token=${token ?? ''}`]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^accesstoken2: the URL has a \+ [^\n]+\n$/u);
  });

  test.each<[readonly string[], RegExp]>([
    [[], /^(?:inspect|verify) needs a token; pass it, or - to read/u],
    [[TOKEN, TOKEN], /^(?:inspect|verify) takes one token; /u],
    [
      ['Authorization:', 'agora', `token=${TOKEN}`],
      /^(?:inspect|verify) takes one token; put what was pasted in quotes/u,
    ],
    [[TOKEN, '--uid', '42', '--account', 'alice'], /^--account: does not go with uid/u],
    [[TOKEN, '--channel', 'lobby', '--user', 'alice'], /^--user: does not go .*--service/u],
    [[TOKEN, '--service', 'RTC'], /^--service: /u],
    [[TOKEN, '--uid', '4294967296'], /^--uid: /u],
    [[TOKEN, '--uid', 'alice'], /^--uid: .*--account/u],
    [[TOKEN, '--privilege', '65536'], /^--privilege/u],
    [[TOKEN, '--now', '1800000000000'], /^--now: .*milliseconds/u],
    [[TOKEN, '--max-lifetime', '0'], /^--max-lifetime: /u],
    [[TOKEN, '--clock-tolerance', '-1'], /^--clock-tolerance: /u],
    [[TOKEN, '--app-id', ID], /^App ID and certificate are never taken from an argument/u],
    [[`["${TOKEN}","${WITH_RTM}"]`], /^the JSON document holds 2 tokens/u],
  ])('rejects wrong usage: %j', async (args, message) => {
    const { status, stdout, stderr } = await runMain([command, ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const [, text] = /^accesstoken2: ([^\n]+)\n$/u.exec(stderr) ?? [];
    expect(text).toMatch(message);
    expect(text).not.toContain(TOKEN.slice(10, 40));
  });
});
