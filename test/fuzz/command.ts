import { COMMANDS } from '../../src/cli/commands.js';
import type { Io } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';
import { verifyToken } from '../../src/index.js';
import { mutatedText, oddText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, assert, target } from './target.js';
import {
  APP_ID,
  CERTIFICATE,
  NOW,
  OTHER_CERTIFICATE,
  nameOf,
  type Token,
  type Token006,
  damagedToken,
  token006Of,
  tokenOf,
} from './tokens.js';

interface Input {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly isTTY: boolean;
}

/** Exits with 0, 1 or 2 for any command line, and prints nothing secret or unprintable. */
export const commandTarget: Target = target<Base, Input>({ name: 'command', draw, vary, check });

const NAMES = ['rtc', ...Object.keys(COMMANDS)] as const;

interface Base {
  readonly token: Token;
  readonly token006: Token006;
}

function draw(random: Random): Base {
  return { token: tokenOf(random), token006: token006Of(random) };
}

function vary({ token, token006 }: Base, random: Random): Input {
  const name = random.once(30) ? oddText(random) : random.pick(NAMES);
  const options = random.list(5, () => optionOf(name, random)).flat();
  const isReading = ['inspect', 'verify'].includes(name);
  const whole = random.once(4) ? token006.text : token.text;
  const text = random.once(2) ? whole : damagedToken(token, random);
  const operands = isReading ? [random.once(3) ? '-' : pasted(text, random)] : random.once(10) ? [oddText(random)] : [];
  const basics = name === 'rtc' && random.once(2) ? ['--channel', 'lobby', '--uid', '42'] : [];
  const argv = [name, ...basics, ...options, ...operands];
  return {
    argv: random.once(10) ? argv.map((word) => (random.once(4) ? mutatedText(word, random) : word)) : argv,
    env: random.pick([
      SAMPLE,
      SAMPLE,
      SAMPLE,
      {},
      { ...SAMPLE, AGORA_APP_CERTIFICATE: mutatedText(CERTIFICATE, random) },
    ]),
    stdin: random.once(2) ? text : pasted(text, random),
    isTTY: random.once(2),
  };
}

const SAMPLE = { AGORA_APP_ID: APP_ID, AGORA_APP_CERTIFICATE: CERTIFICATE };

function optionOf(command: string, random: Random): readonly string[] {
  const options = Object.hasOwn(COMMANDS, command) ? (COMMANDS[command]?.options ?? {}) : {};
  const [first = 'help', ...others] = Object.keys(options);
  const name = random.once(12)
    ? random.pick(['help', '-', '', '__proto__', 'app-certificate', 'x'])
    : random.pick([first, ...others]);
  if (options[name]?.value === undefined && !random.once(12)) return [`--${name}`];
  const value = valueOf(name, random);
  return random.once(3) ? [`--${name}=${value}`] : [`--${name}`, value];
}

function valueOf(name: string, random: Random): string {
  if (random.once(6)) return oddText(random);
  if (name === 'permissions') {
    const text = JSON.stringify({
      [random.below(6)]: { [random.below(3)]: random.list(2, () => nameOf(random)) },
    });
    return random.once(3) ? mutatedText(text, random) : text;
  }
  if (/expire|lifetime|tolerance|ts$|now|uid|salt|privilege|role/u.test(name)) {
    return random.pick([
      '0',
      '1',
      '42',
      '3600',
      '86400',
      String(NOW),
      'publisher',
      'subscriber',
      '-1',
      String(random.uint32()),
    ]);
  }
  return nameOf(random);
}

/** Embeds a token as people paste it: in a URL, JSON, a header. */
function pasted(text: string, random: Random): string {
  return random.pick([
    text,
    `https://example.com/?token=${encodeURIComponent(text.toWellFormed())}&x=1`,
    JSON.stringify({ token: text }),
    `Authorization: agora token="${text}"`,
    mutatedText(`{"data":{"token":"${text}"}}`, random),
    oddText(random),
  ]);
}

async function check({ argv: words, env, stdin, isTTY }: Input): Promise<void> {
  // An invalid port keeps `serve` from starting a server.
  const argv = words[0] === 'serve' ? [...words, '--port=65536'] : words;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): Io['stdout'] => ({
    isTTY,
    write: (text) => (written[name] += text),
  });
  const io: Io = {
    env,
    stdin: [Buffer.from(stdin)] as unknown as Io['stdin'],
    stdout: output('stdout'),
    stderr: output('stderr'),
    packageFolder: '/package/',
    now: () => NOW,
    readFile: (path) => {
      if (path === '/package/package.json') return '{ "version": "1.0.0" }';
      throw new Error('no such file');
    },
    listFolder: () => [],
    onStop: () => undefined,
  };
  const status: number = await main(argv, io);
  const { stdout, stderr } = written;
  assert([0, 1, 2].includes(status), 'the exit code is 0, 1 or 2');
  assert(!stderr.includes('failed unexpectedly'), stderr);
  assert(status !== 2 || stdout === '', 'a usage error writes nothing to standard output');
  assert(status !== 2 || stderr.length < 4000, 'a usage error is short');
  for (const text of [stdout, stderr]) {
    const lines = text.replace(COLOUR, '').replaceAll('\n', '');
    assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(lines), 'the output is printable');
    assert(isTTY || !text.includes('\x1b'), 'only a terminal gets colors');
  }
  if (!argv.some((word) => word.includes(CERTIFICATE)) && !stdin.includes(CERTIFICATE)) {
    assert(!`${stdout}${stderr}`.includes(CERTIFICATE), 'the output contains no certificate');
  }
  if (status === 0 && /^007\S+\n$/u.test(stdout)) {
    const issueTs = NOW;
    const token = stdout.trimEnd();
    assert(isSigned(token, issueTs), 'a minted token is signed');
  }
}

// eslint-disable-next-line no-control-regex -- escape sequences start with a control character
const COLOUR = /\x1b\[\d+m/gu;

function isSigned(token: string, now: number): boolean {
  try {
    verifyToken(token, [CERTIFICATE, OTHER_CERTIFICATE], { now });
    return true;
  } catch (error) {
    // With its own issue time or certificate, the token need not verify here and now.
    return error instanceof Error && /expired|ended|ahead|future|signed/u.test(error.message);
  }
}
