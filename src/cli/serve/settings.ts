/**
 * The settings of the command `serve`, parsed from its options and the environment.
 */
import { quote } from '../../redact.js';
import type { Io } from '../io.js';
import { type CommandLine, type OptionValues, type Options, rejectPositionals } from '../options.js';
import type { Sourced } from '../project.js';
import { UsageError } from '../usage.js';
import { readSecret } from './secret.js';

/** The options of the command. */
export const SERVE_OPTIONS: Options = {
  port: { value: 'PORT', help: 'the port to listen on (8082); 0 takes any that is free' },
  host: { value: 'ADDRESS', help: 'the address to listen on (127.0.0.1)' },
  'auth-token-file': { value: 'FILE', help: 'a file with the secret that backends send, as Authorization: Bearer' },
  open: { help: 'for development: no secret, for programs and pages of this machine alone' },
  demo: { help: "sign for Agora's published sample project" },
  'allow-origin': { value: 'ORIGIN', help: 'answer pages of this origin, with CORS', many: true },
  'max-lifetime': { value: 'SECONDS', help: 'the longest lifetime that is minted (86400)' },
  'allow-any-user': { help: 'mint for any user: uid 0, or an empty account' },
  'allow-wildcards': { help: 'mint for a channel that is empty or has *, and an account that has *' },
  'allow-chat-app-tokens': { help: 'mint app tokens of Chat and APaaS, which act for every user' },
  inspect: { help: 'answer POST /inspect (with --open it is always answered)' },
};

/** Which clients are allowed: those that send the secret, or all on this machine. */
type Access =
  { readonly mode: 'secret'; readonly secret: Sourced } | { readonly mode: 'open'; readonly secret?: never };

/** The settings of a token server. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly access: Access;
  readonly allowOrigins: readonly string[];
  readonly maxLifetime: number | undefined;
  readonly allowAnyUser: boolean;
  readonly allowWildcards: boolean;
  readonly allowChatAppTokens: boolean;
  readonly inspect: boolean;
}

/** The hosts that `--open` may listen on. */
const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];

/** Parses the settings. */
export function parseSettings({ values, positionals }: CommandLine, io: Io): Settings {
  rejectPositionals('serve', positionals);
  const access = parseAccess(values, io);
  const host = values.string('host') ?? '127.0.0.1';
  if (access.mode === 'open') assertOpenOptions(values, host);
  return {
    port: parsePort(values),
    host,
    access,
    allowOrigins: values.strings('allow-origin'),
    maxLifetime: values.integer('max-lifetime'),
    allowAnyUser: values.has('allow-any-user'),
    allowWildcards: values.has('allow-wildcards'),
    allowChatAppTokens: values.has('allow-chat-app-tokens'),
    inspect: values.has('inspect') || access.mode === 'open',
  };
}

function parseAccess(values: OptionValues, io: Io): Access {
  const secret = readSecret(values, io);
  if (values.has('open')) {
    if (secret === undefined) return { mode: 'open' };
    throw new UsageError(
      `--open and a secret (${secret.source}) contradict each other; leave out --open to ask for the secret, or the secret to ask for none`,
    );
  }
  if (secret !== undefined) return { mode: 'secret', secret };
  throw new UsageError(
    'serve needs a secret, or anybody could mint any token: make one with openssl rand -hex 32 > auth-token and start it with --auth-token-file auth-token, or with ACCESSTOKEN2_AUTH_TOKEN set; for development on this machine alone, use --open',
  );
}

function assertOpenOptions(values: OptionValues, host: string): void {
  if (!LOOPBACK_HOSTS.includes(host)) {
    throw new UsageError(
      `--host: with --open expected 127.0.0.1, ::1 or localhost, got ${quote(host)}; to be reached from elsewhere, start it with a secret instead of --open`,
    );
  }
  if (values.has('allow-origin')) {
    throw new UsageError(
      '--allow-origin means nothing with --open, which answers pages of this machine and no others; leave it out, or start it with a secret instead of --open',
    );
  }
}

function parsePort(values: OptionValues): number {
  const port = values.integer('port') ?? 8082;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port: expected an integer from 0 to 65535, got ${port}; 0 takes any that is free`);
}
