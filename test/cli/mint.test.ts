import { describe, expect, test } from 'vitest';
import * as accesstoken2 from '../../src/index.js';
import { SAMPLE } from '../packed.js';
import { NOW, type World, runMain } from './fake-io.js';

const { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE: CERTIFICATE } = SAMPLE;
const OPTIONS = { issueTs: NOW, salt: 1 };
const FIXED = ['--salt', '1'];

describe('every builder', () => {
  test.each<[string, string, string]>([
    [
      'rtc --channel lobby --uid 42',
      'buildTokenWithUid',
      accesstoken2.buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 1, 3600, undefined, OPTIONS),
    ],
    [
      'rtc --channel lobby --uid 0 --role subscriber --expire 600 --privilege-expire 60',
      'buildTokenWithUid',
      accesstoken2.buildTokenWithUid(ID, CERTIFICATE, 'lobby', 0, 2, 600, 60, OPTIONS),
    ],
    [
      'rtc --channel lobby --account alice --role 2',
      'buildTokenWithUserAccount',
      accesstoken2.buildTokenWithUserAccount(ID, CERTIFICATE, 'lobby', 'alice', 2, 3600, undefined, OPTIONS),
    ],
    [
      'rtc --channel lobby --uid 42 --expire 900 --join-expire 1 --audio-expire 2 --video-expire 3 --data-expire 4',
      'buildTokenWithUidAndPrivilege',
      accesstoken2.buildTokenWithUidAndPrivilege(ID, CERTIFICATE, 'lobby', 42, 900, 1, 2, 3, 4, OPTIONS),
    ],
    [
      'rtc --channel lobby --account alice --privilege-expire 50 --video-expire 3',
      'buildTokenWithUserAccountAndPrivilege',
      accesstoken2.buildTokenWithUserAccountAndPrivilege(
        ID,
        CERTIFICATE,
        'lobby',
        'alice',
        3600,
        50,
        50,
        3,
        50,
        OPTIONS,
      ),
    ],
    [
      'rtc --channel lobby --account alice --with-rtm --privilege-expire 7',
      'buildTokenWithRtm',
      accesstoken2.buildTokenWithRtm(ID, CERTIFICATE, 'lobby', 'alice', 'publisher', 3600, 7, OPTIONS),
    ],
    [
      'rtc --channel lobby --account 42 --rtm-user alice --rtm-expire 9 --join-expire 8',
      'buildTokenWithRtm2',
      accesstoken2.buildTokenWithRtm2(
        ...([ID, CERTIFICATE, 'lobby', '42', 1, 3600, 8, 3600, 3600, 3600, 'alice', 9, OPTIONS] as const),
      ),
    ],
    [
      'rtm --user alice --expire 60',
      'buildRtmToken',
      accesstoken2.buildRtmToken(ID, CERTIFICATE, 'alice', 60, OPTIONS),
    ],
    [
      'rtm --user alice --permissions {"0":{"1":["lobby"]}}',
      'buildRtmTokenWithPermissions',
      accesstoken2.buildRtmTokenWithPermissions(ID, CERTIFICATE, 'alice', { 0: { 1: ['lobby'] } }, 3600, OPTIONS),
    ],
    [
      'chat-user --user alice',
      'buildChatUserToken',
      accesstoken2.buildChatUserToken(ID, CERTIFICATE, 'alice', 3600, OPTIONS),
    ],
    ['chat-app --expire 5', 'buildChatAppToken', accesstoken2.buildChatAppToken(ID, CERTIFICATE, 5, OPTIONS)],
    ['fpa', 'buildFpaToken', accesstoken2.buildFpaToken(ID, CERTIFICATE, OPTIONS)],
    [
      'apaas-room-user --room 101 --user alice --role -1',
      'buildApaasRoomUserToken',
      accesstoken2.buildApaasRoomUserToken(ID, CERTIFICATE, '101', 'alice', -1, 3600, OPTIONS),
    ],
    [
      'apaas-user --user alice',
      'buildApaasUserToken',
      accesstoken2.buildApaasUserToken(ID, CERTIFICATE, 'alice', 3600, OPTIONS),
    ],
    ['apaas-app', 'buildApaasAppToken', accesstoken2.buildApaasAppToken(ID, CERTIFICATE, 3600, OPTIONS)],
    [
      'convoai --channel lobby --account 42 --rtm-user agent --role subscriber',
      'buildConvoAiToken',
      accesstoken2.buildConvoAiToken(
        ...([ID, CERTIFICATE, 'lobby', '42', 2, 3600, 3600, 3600, 3600, 3600, 'agent', 3600, OPTIONS] as const),
      ),
    ],
    [
      'stt --channel lobby --account 42 --rtm-user agent --privilege-expire 70 --data-expire 80',
      'buildSttToken',
      accesstoken2.buildSttToken(
        ...([ID, CERTIFICATE, 'lobby', '42', 1, 3600, 70, 70, 70, 80, 'agent', 3600, OPTIONS] as const),
      ),
    ],
  ])('%s: %s', async (line, _, token) => {
    expect(await runMain([...line.split(' '), ...FIXED])).toEqual({
      status: 0,
      stdout: `${token}\n`,
      stderr: '',
    });
  });
});

test('every builder has the options for issue time, wildcards and limits', async () => {
  const { stdout } = await runMain('rtc --channel * --uid 42 --issue-ts 1700000000 --allow-wildcards'.split(' '));
  expect(accesstoken2.decodeToken(stdout.trim())).toMatchObject({
    issueTs: 1_700_000_000,
    services: [{ channelName: '*' }],
  });
  const long = await runMain('chat-app --expire 90000 --limits format'.split(' '));
  expect(accesstoken2.decodeToken(long.stdout.trim()).expire).toBe(90_000);
});

test('the salt is random', async () => {
  const [one, two] = [await runMain(['fpa']), await runMain(['fpa'])];
  expect(one.stdout).not.toBe(two.stdout);
});

test('--json writes the token with its fields, on one line', async () => {
  const { stdout, stderr } = await runMain(['rtm', '--user', 'alice', '--json', ...FIXED]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\{.*\}\n$/u);
  expect(JSON.parse(stdout)).toEqual({
    token: accesstoken2.buildRtmToken(ID, CERTIFICATE, 'alice', 3600, OPTIONS),
    version: '007',
    appId: ID,
    issueTs: NOW,
    expire: 3600,
    expiresAt: NOW + 3600,
    salt: 1,
    services: [{ type: 'rtm', userId: 'alice', privileges: { 1: 3600 } }],
  });
});

test('on a terminal, writes the token to standard output and its description to standard error', async () => {
  const { stdout, stderr } = await runMain(['rtc', '--channel', 'lobby', '--uid', '42'], { isTTY: true });
  expect(stdout).toMatch(/^007\S+\n$/u);
  expect(stderr).toContain('channel "lobby", uid "42"');
  expect(stderr).toContain(', in 1 h\n');
  expect(stderr).not.toContain('sample');
  const demo = await runMain(['rtc', '--demo', '--channel', 'lobby', '--uid', '42'], {
    env: {},
    isTTY: true,
  });
  expect(demo.stderr).toContain('sample');
});

describe('the project', () => {
  const other = { AGORA_APP_ID: '0'.repeat(32), AGORA_APP_CERTIFICATE: '1'.repeat(32) };

  test.each<[string, World, string, string]>([
    ['AGORA_…', { env: other }, other.AGORA_APP_ID, other.AGORA_APP_CERTIFICATE],
    [
      'APP_ID and APP_CERTIFICATE',
      { env: { APP_ID: other.AGORA_APP_ID, APP_CERTIFICATE: other.AGORA_APP_CERTIFICATE } },
      other.AGORA_APP_ID,
      other.AGORA_APP_CERTIFICATE,
    ],
    [
      'AGORA_… before the others, and empty ones left out',
      {
        env: {
          ...SAMPLE,
          APP_ID: other.AGORA_APP_ID,
          AGORA_APP_CERTIFICATE: '',
          APP_CERTIFICATE: other.AGORA_APP_CERTIFICATE,
        },
      },
      ID,
      other.AGORA_APP_CERTIFICATE,
    ],
    [
      'a file with a line break at its end',
      {
        env: { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE_FILE: 'secret' },
        files: { secret: `${CERTIFICATE}\r\n` },
      },
      ID,
      CERTIFICATE,
    ],
    ['--demo, which overrides the environment', { env: other }, ID, CERTIFICATE],
  ])('%s', async (name, world, appId, certificate) => {
    const demo = name.startsWith('--demo') ? ['--demo'] : [];
    const { status, stdout } = await runMain(['chat-app', ...demo], world);
    expect(status).toBe(0);
    accesstoken2.verifyToken(stdout.trim(), certificate, { appId, now: NOW });
  });

  test.each<[string, World, RegExp]>([
    ['none', { env: {} }, /^AGORA_APP_ID is not set; .*--demo/u],
    ['no certificate', { env: { AGORA_APP_ID: ID } }, /^AGORA_APP_CERTIFICATE is not set; /u],
    ['an invalid App ID', { env: { ...SAMPLE, AGORA_APP_ID: 'x' } }, /^AGORA_APP_ID: expected 32 hex digits/u],
    [
      'a certificate with a line break',
      { env: { APP_ID: ID, APP_CERTIFICATE: `${CERTIFICATE}\n` } },
      /^APP_CERTIFICATE: expected 32 hex digits, got white space around them/u,
    ],
    [
      'a file with two line breaks',
      {
        env: { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE_FILE: 'secret' },
        files: { secret: `${CERTIFICATE}\n\n` },
      },
      /^AGORA_APP_CERTIFICATE_FILE: expected 32 hex digits/u,
    ],
    [
      'a missing file',
      { env: { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE_FILE: 'nowhere' } },
      /^AGORA_APP_CERTIFICATE_FILE: cannot read "nowhere"/u,
    ],
  ])('is rejected: %s', async (_, world, message) => {
    expectUsageError(await runMain(['chat-app'], world), message);
  });

  test.each(['--app-certificate', '--certificate=', '--app-id', '--appCertificate', '--secret'])(
    'rejects %s with an explanation',
    async (option) => {
      const outcome = await runMain([
        'chat-app',
        ...(option.endsWith('=') ? [option + CERTIFICATE] : [option, CERTIFICATE]),
      ]);
      expectUsageError(outcome, /never taken from an argument.*AGORA_APP_CERTIFICATE/u);
    },
  );
});

describe('wrong usage', () => {
  test.each<[string, RegExp]>([
    ['', /^$/u],
    ['nonsense', /^there is no command "nonsense"; /u],
    ['constructor', /^there is no command "constructor"; /u],
    ['--demo rtc', /^the command comes first/u],
    ['007eJxTYJgoreN', /^to see what a token says, use accesstoken2 inspect/u],
    ['help nonsense', /^there is no command/u],
    ['rtc', /^rtc needs --channel NAME; accesstoken2 rtc --help/u],
    ['rtc --channel lobby', /^rtc needs --uid NUMBER or --account TEXT/u],
    ['rtc --channel lobby --uid 42 --account alice', /^--account does not go with --uid/u],
    ['rtc --channel lobby --uid 42 --chanel x', /^rtc has no option "--chanel"; /u],
    ['rtc --channel lobby -u 42', /^rtc has no option "-u"; /u],
    ['rtc --channel lobby --uid 42 --__proto__ 1', /^rtc has no option "--__proto__"; /u],
    ['rtc lobby --uid 42', /^rtc takes options only, got "lobby"/u],
    ['rtc --channel lobby --uid 42 --uid 43', /^--uid is given twice/u],
    ['rtc --channel lobby --uid 42 --demo=yes', /^--demo takes no value/u],
    ['rtc --uid 42 --channel', /^--channel lacks its value; write --channel NAME/u],
    ['rtc --channel --uid 42', /^--channel lacks its value; .*--channel=NAME/u],
    ['rtc --channel -lobby --uid 42', /^--channel lacks its value; .*--channel=NAME/u],
    ['rtc --channel lobby --uid 0x2A', /^--uid: expected an integer in decimal digits, got "0x2A"; .*--account/u],
    ['rtc --channel lobby --uid 4.2', /^--uid: expected an integer/u],
    ['rtc --channel lobby --uid 042', /^--uid: expected an integer/u],
    ['rtc --channel lobby --uid 1e3', /^--uid: expected an integer/u],
    ['rtc --channel lobby --uid=', /^--uid: expected an integer in decimal digits, got ""/u],
    ['rtc --channel lobby --uid +1', /^--uid: expected an integer/u],
    ['rtc --channel lobby --uid -0', /^--uid: expected an integer/u],
    ['rtc --channel lobby --uid -1', /^--uid: expected an unsigned integer, got -1/u],
    ['rtc --channel lobby --uid 4294967296', /^--uid: expected an integer from 0 to 4294967295/u],
    ['rtc --channel lobby --uid 42 --role admin', /^--role: .*got "admin"; use publisher or subscriber/u],
    ['rtc --channel lobby --uid 42 --role 101', /^--role: .*older AccessToken/u],
    ['rtc --channel lobby --uid 42 --expire 1h', /^--expire: expected an integer/u],
    ['rtc --channel lobby --uid 42 --expire 1800003600', /^--expire: .*looks like a Unix timestamp/u],
    ['rtc --channel lobby --uid 42 --privilege-expire 90000', /^--privilege-expire: /u],
    ['rtc --channel lobby --uid 42 --join-expire 90000', /^--join-expire: /u],
    ['rtc --channel lobby --uid 42 --audio-expire 1 --privilege-expire 90000', /^--privilege-expire: /u],
    ['rtc --channel lobby --uid 42 --audio-expire 1 --role publisher', /^--role does not go with --audio-expire/u],
    ['rtc --channel * --uid 42', /^--channel: .*--allow-wildcards$/u],
    ['rtc --channel lobby --account a/b', /^--account: /u],
    ['rtc --channel lobby --uid 42 --with-rtm', /^--with-rtm needs --account TEXT instead of --uid/u],
    ['rtc --channel lobby --account a --with-rtm --rtm-user b', /^--with-rtm does not go with --rtm-user/u],
    ['rtc --channel lobby --account a --with-rtm --data-expire 1', /^--data-expire does not go with --with-rtm/u],
    ['rtc --channel lobby --uid 1 --rtm-user b', /^--rtm-user needs --account TEXT instead of --uid/u],
    ['rtc --channel lobby --uid 1 --rtm-expire 1', /^--rtm-expire needs --rtm-user/u],
    ['rtc --channel lobby --account 1 --rtm-user b --rtm-expire 86401', /^--rtm-expire: /u],
    ['rtm', /^rtm needs --user TEXT/u],
    ['rtm --user alice --permissions {', /^--permissions: not JSON; write it as '/u],
    ['rtm --user alice --permissions []', /^--permissions: /u],
    ['chat-user --user=', /^--user: /u],
    ['chat-app --expire 0', /^--expire: /u],
    ['fpa --expire 60', /^fpa has no option "--expire"/u],
    ['apaas-room-user --room 1 --user alice', /^apaas-room-user needs --role NUMBER/u],
    ['apaas-room-user --room 1 --user alice --role 32768', /^--role: /u],
    ['apaas-room-user --room= --user alice --role 1', /^--room: /u],
    ['chat-app --salt 4294967296', /^--salt: /u],
    ['chat-app --issue-ts -5', /^--issue-ts: /u],
    ['chat-app --limits none', /^--limits: /u],
  ])('accesstoken2 %s', async (line, message) => {
    const outcome = await runMain(line === '' ? [] : line.split(' '));
    if (line === '')
      expect(outcome).toMatchObject({ status: 2, stdout: '', stderr: (await runMain(['--help'])).stdout });
    else expectUsageError(outcome, message);
  });

  test('shows neither secrets nor control characters', async () => {
    const token = accesstoken2.buildChatAppToken(ID, CERTIFICATE, 60);
    for (const argument of [CERTIFICATE, `x${CERTIFICATE}`, token, `--${CERTIFICATE}`, '\x1b[31m\u202e\u0085']) {
      for (const line of [
        [argument],
        ['chat-app', argument],
        ['chat-app', '--expire', argument],
        ['chat-app', `--limits=${argument}`],
      ]) {
        const { status, stderr } = await runMain(line);
        expect(status).toBe(2);
        expect(stderr).toMatch(/^accesstoken2: [^\p{Cc}\p{Cf}]+\n$/u);
        expect(stderr).not.toContain(CERTIFICATE.slice(4, 20));
        expect(stderr).not.toContain(token.slice(10, 40));
      }
    }
  });
});

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists every command', async (word) => {
    const { status, stdout, stderr } = await runMain([word], { env: {} });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const commands = Array.from(stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gmu), ([, name]) => name);
    expect(commands).toEqual([
      ...['rtc', 'rtm', 'chat-user', 'chat-app', 'fpa', 'apaas-room-user', 'apaas-user', 'apaas-app'],
      ...['convoai', 'stt', 'inspect', 'verify', 'serve', 'vectors'],
    ]);
  });

  test('of a command takes precedence over errors, and has two forms', async () => {
    const { stdout } = await runMain(['rtc', '--nonsense', '--help'], { env: {} });
    expect(stdout).toContain('--channel NAME');
    expect(stdout).toContain('Examples:\n  accesstoken2 rtc ');
    expect(await runMain(['help', 'rtc'])).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('has no line over 110 characters', async () => {
    for (const name of ['rtc', 'stt', 'inspect', 'serve', 'vectors']) {
      const { stdout } = await runMain([name, '--help']);
      const wide = stdout.split('\n').filter((line) => line.length > 110);
      expect(wide).toEqual([]);
    }
  });

  test('--version is that of the package', async () => {
    expect((await runMain(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

function expectUsageError({ status, stdout, stderr }: Awaited<ReturnType<typeof runMain>>, message: RegExp): void {
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  const [, text] = /^accesstoken2: ([^\n]+)\n$/u.exec(stderr) ?? [];
  expect(text).toMatch(message);
  expect(text).not.toContain(CERTIFICATE.slice(4, 20));
}
