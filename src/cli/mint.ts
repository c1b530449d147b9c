/**
 * Minting: the token to standard output, and on a terminal what it says to standard error.
 */
import { AccessTokenError, type BuildOptions, decodeToken } from '../index.js';
import type { Io } from './io.js';
import type { Minter } from './minters.js';
import type { Given, Options } from './options.js';
import { type Sourced, projectOf, required } from './project.js';
import { describeMinted } from './report.js';
import { jsonLine, styleFor } from './terminal-text.js';
import { Exit, UsageError } from './usage.js';

/** The options that every command that mints has besides its own. */
export const MINT_OPTIONS: Options = {
  demo: { help: "sign for Agora's published sample project" },
  'issue-ts': { value: 'UNIX-SECONDS', help: 'when the token is issued (now)' },
  salt: { value: 'NUMBER', help: '0 to 4294967295 (random)' },
  'allow-wildcards': { help: 'let a channel be empty or have *, and an account have *' },
  limits: {
    value: 'agora|format',
    help: 'what to refuse: what Agora documents, or what cannot be written (agora)',
  },
  json: { help: 'write the token with its fields, as JSON' },
};

/** The option that each argument of a builder comes from. */
const OPTION_OF_ARGUMENT: Readonly<Record<string, string>> = {
  channelName: 'channel',
  uid: 'uid',
  account: 'account',
  rtcAccount: 'account',
  role: 'role',
  rtcRole: 'role',
  tokenExpire: 'expire',
  rtcTokenExpire: 'expire',
  expire: 'expire',
  privilegeExpire: 'privilege-expire',
  joinChannelPrivilegeExpire: 'join-expire',
  pubAudioPrivilegeExpire: 'audio-expire',
  pubVideoPrivilegeExpire: 'video-expire',
  pubDataStreamPrivilegeExpire: 'data-expire',
  rtmUserId: 'rtm-user',
  rtmTokenExpire: 'rtm-expire',
  userId: 'user',
  userUuid: 'user',
  roomUuid: 'room',
  permissions: 'permissions',
  issueTs: 'issue-ts',
  salt: 'salt',
  limits: 'limits',
};

/** What the builders advise, in the words of a command line. */
const ADVICE = [
  ['allowWildcards: true', '--allow-wildcards'],
  ['Role.Publisher or Role.Subscriber', 'publisher or subscriber'],
  ['Publisher has the same privileges', 'publisher has the same privileges'],
] as const;

/** Mints what a command line asks for. */
export function runMinter({ mint }: Minter, given: Given, io: Io): Exit {
  const project = projectOf(given, io);
  const [appId, appCertificate] = [required(project, 'appId'), required(project, 'appCertificate')];
  const token = refusalsAsUsage(given, { appId, appCertificate }, () =>
    mint(given, {
      appId: appId.value,
      appCertificate: appCertificate.value,
      options: buildOptionsOf(given, io),
    }),
  );
  const decoded = decodeToken(token);
  if (given.has('json')) {
    const { version, appId, issueTs, expire, expiresAt, salt, services } = decoded;
    io.stdout.write(jsonLine({ token, version, appId, issueTs, expire, expiresAt, salt, services }));
  } else {
    io.stdout.write(`${token}\n`);
  }
  if (io.stderr.isTTY === true) {
    io.stderr.write(describeMinted(decoded, given.has('demo'), io.now(), styleFor(io.stderr, io)));
  }
  return Exit.Good;
}

function buildOptionsOf(given: Given, io: Io): BuildOptions {
  return {
    issueTs: given.integer('issue-ts') ?? io.now(),
    salt: given.integer('salt'),
    allowWildcards: given.has('allow-wildcards'),
    // The builder says which limits there are.
    limits: given.text('limits') as BuildOptions['limits'],
  };
}

/** Turns a refusal of a builder into one of the option, or the variable, that the argument came from. */
function refusalsAsUsage(
  given: Given,
  project: Readonly<Record<'appId' | 'appCertificate', Sourced>>,
  mint: () => string,
): string {
  try {
    return mint();
  } catch (error) {
    if (!(error instanceof AccessTokenError) || error.argument === undefined) throw error;
    const [name = ''] = /^\w+/u.exec(error.argument) ?? [];
    const source =
      name === 'appId' || name === 'appCertificate' ? project[name].source : optionOf(name, given);
    const message = ADVICE.reduce(
      (text, [argument, option]) => text.replace(argument, option),
      error.message.slice(name.length),
    );
    throw new UsageError(source + message);
  }
}

function optionOf(argument: string, given: Given): string {
  const option = OPTION_OF_ARGUMENT[argument] ?? argument;
  // A lifetime that was not given is that of the privileges.
  const isTaken = option.endsWith('-expire') && !given.has(option) && given.has('privilege-expire');
  return `--${isTaken ? 'privilege-expire' : option}`;
}
