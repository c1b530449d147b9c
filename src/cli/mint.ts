/**
 * Runs the minting commands: the token goes to standard output, a description for terminals to standard error.
 */
import { AccessTokenError, type BuildOptions, decodeToken } from '../index.js';
import type { Io } from './io.js';
import type { Minter } from './minters.js';
import type { OptionValues, Options } from './options.js';
import { projectOf, required, usageErrorFor } from './project.js';
import { describeMinted } from './report.js';
import { jsonLine, styleFor } from './terminal.js';
import { Exit } from './usage.js';

/** The options that all minting commands share. */
export const MINT_OPTIONS: Options = {
  demo: { help: "sign for Agora's published sample project" },
  'issue-ts': { value: 'UNIX-SECONDS', help: 'when the token is issued (now)' },
  salt: { value: 'NUMBER', help: '0 to 4294967295 (random)' },
  'allow-wildcards': { help: 'let a channel be empty or have *, and an account have *' },
  limits: { value: 'agora|format', help: 'what to refuse: what Agora documents, or what cannot be written (agora)' },
  json: { help: 'write the token with its fields, as JSON' },
};

/** The option for each builder argument, where the names differ. */
const OPTION_OF_ARGUMENT: Readonly<Record<string, string>> = {
  channelName: 'channel',
  rtcAccount: 'account',
  rtcRole: 'role',
  tokenExpire: 'expire',
  rtcTokenExpire: 'expire',
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
  issueTs: 'issue-ts',
};

/** Mints the token that the options describe. */
export function runMinter({ mint }: Minter, values: OptionValues, io: Io): Exit {
  const project = projectOf(values, io);
  const [appId, appCertificate] = [required(project, 'appId'), required(project, 'appCertificate')];
  const options = buildOptionsOf(values, io);
  let token: string;
  try {
    token = mint(values, { project: [appId.value, appCertificate.value], options });
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    const hint = isWildcard(error, values) ? WILDCARD_HINT : undefined;
    throw usageErrorFor(error, project, (argument) => optionOf(argument, values), hint);
  }
  const decoded = decodeToken(token);
  if (values.has('json')) {
    const { version, appId, issueTs, expire, expiresAt, salt, services } = decoded;
    io.stdout.write(jsonLine({ token, version, appId, issueTs, expire, expiresAt, salt, services }));
  } else {
    io.stdout.write(`${token}\n`);
  }
  if (io.stderr.isTTY === true) {
    io.stderr.write(describeMinted(decoded, values.has('demo'), io.now(), styleFor(io.stderr, io)));
  }
  return Exit.Good;
}

function buildOptionsOf(values: OptionValues, io: Io): BuildOptions {
  return {
    issueTs: values.integer('issue-ts') ?? io.now(),
    salt: values.integer('salt'),
    allowWildcards: values.has('allow-wildcards'),
    limits: values.string('limits') as BuildOptions['limits'], // validated by the builder
  };
}

function optionOf(argument: string, values: OptionValues): string {
  const option = OPTION_OF_ARGUMENT[argument] ?? argument;
  // An omitted lifetime defaults to --privilege-expire.
  const isDefault = option.endsWith('-expire') && !values.has(option) && values.has('privilege-expire');
  return isDefault ? 'privilege-expire' : option;
}

const WILDCARD_HINT = 'if a token for any of them is meant, say so with --allow-wildcards';

/** Tells whether a builder rejected a name only because it is a wildcard. */
function isWildcard({ code }: AccessTokenError, values: OptionValues): boolean {
  if (values.has('allow-wildcards')) return false;
  const [channel = '', account = ''] = [values.string('channel'), values.string('account')];
  if (code === 'ERR_CHANNEL_NAME') return channel === '' || channel.includes('*');
  // With --with-rtm, the account is also an RTM user id, which cannot contain wildcards.
  return code === 'ERR_ACCOUNT' && account.includes('*') && !values.has('with-rtm');
}
