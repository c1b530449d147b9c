/**
 * The options of a token server. They are validated once, before the first request.
 */
import { throwArgument, throwArgumentProblem } from '../errors.js';
import type { Service } from '../index.js';
import { MAX_LIFETIME } from '../limits.js';
import {
  parseAppCertificate,
  parseAppId,
  parseArray,
  parseBoolean,
  parseInteger,
  parseOptional,
  parseOptions,
} from '../validate.js';

/** The services and the lifetime that are requested or granted. */
export interface TokenGrant {
  /** At least one service, as for `buildToken`. */
  readonly services: readonly Service[];
  /** The lifetime of the token, 1…86400 seconds. */
  readonly expire: number;
}

/**
 * Decides who gets which token. Only the returned grant is minted. Returning `null` denies the request. Any other
 * value, a thrown error or a rejected promise also denies the request, and is reported to `onError`.
 *
 * @param request - The request. Its body has already been read.
 * @param asked - The requested services and lifetime, which are valid and allowed by the options.
 */
export type Authorize = (request: Request, asked: TokenGrant) => TokenGrant | null | Promise<TokenGrant | null>;

/** The argument of {@link createTokenApp}. */
export interface TokenAppOptions {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** Decides who gets which token. */
  readonly authorize: Authorize;
  /** Decides who may use `POST /inspect`. Only `true` allows the request. Default: the path does not exist. */
  readonly inspect?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** The origins whose pages may read the responses, such as `https://app.example`. Default: none. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** The maximum lifetime of a token and of each privilege, 1…86400 seconds. Default: 86400. */
  readonly maxLifetime?: number | undefined;
  /** Whether a token may be for any user: a uid that is 0, empty or `*`. Default: false. */
  readonly allowAnyUser?: boolean | undefined;
  /** Whether a channel may be empty or contain `*`, and whether an account may contain `*`. Default: false. */
  readonly allowWildcards?: boolean | undefined;
  /** Whether a token may be for a Chat or APaaS app server, which can act on behalf of any user. Default: false. */
  readonly allowChatAppTokens?: boolean | undefined;
  /** Receives errors from `authorize` and `inspect`, and internal errors. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const TOKEN_APP_OPTIONS: readonly (keyof TokenAppOptions)[] = [
  ...(['appId', 'appCertificate', 'authorize', 'inspect', 'allowOrigins', 'maxLifetime'] as const),
  ...(['allowAnyUser', 'allowWildcards', 'allowChatAppTokens', 'onError'] as const),
];

/** The validated options. */
export interface Settings {
  readonly appId: string;
  readonly appCertificate: string;
  readonly authorize: (request: Request, asked: TokenGrant) => unknown;
  readonly inspect: ((request: Request) => unknown) | undefined;
  readonly allowOrigins: readonly string[];
  readonly maxLifetime: number;
  readonly allowAnyUser: boolean;
  readonly allowWildcards: boolean;
  readonly allowChatAppTokens: boolean;
  /** Reports an error; never throws. */
  readonly report: (error: unknown) => void;
}

/** Validates the options. */
export function parseSettings(options: unknown): Settings {
  const properties = parseOptions(options, TOKEN_APP_OPTIONS);
  return {
    appId: parseAppId(properties.get('appId'), 'appId'),
    appCertificate: parseAppCertificate(properties.get('appCertificate'), 'appCertificate'),
    authorize: parseFunction(properties.get('authorize'), 'authorize'),
    inspect: parseOptional(properties, 'inspect', undefined, parseFunction),
    allowOrigins: parseOptional(properties, 'allowOrigins', [], parseOrigins),
    maxLifetime: parseOptional(properties, 'maxLifetime', MAX_LIFETIME, parseMaxLifetime),
    allowAnyUser: parseOptional(properties, 'allowAnyUser', false, parseBoolean),
    allowWildcards: parseOptional(properties, 'allowWildcards', false, parseBoolean),
    allowChatAppTokens: parseOptional(properties, 'allowChatAppTokens', false, parseBoolean),
    report: reporterTo(parseOptional(properties, 'onError', undefined, parseFunction)),
  };
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}

function parseFunction(value: unknown, argument: string): AnyFunction {
  if (isFunction(value)) return value;
  const hint = argument === 'authorize' ? 'it decides who gets which token' : 'leave it out, or pass a function';
  throwArgument('ERR_OPTIONS', argument, 'a function', value, hint);
}

function parseMaxLifetime(value: unknown, argument: string): number {
  const hint = 'Agora ends every token after 24 hours; leave it out for these';
  return parseInteger(value, argument, { code: 'ERR_EXPIRE', min: 1, max: MAX_LIFETIME, hint });
}

function parseOrigins(value: unknown, argument: string): readonly string[] {
  const origins = parseArray(value, argument, 'ERR_OPTIONS', 'an array of origins');
  return origins.map((origin, index) => parseOrigin(origin, `${argument}[${index}]`));
}

function parseOrigin(value: unknown, argument: string): string {
  if (typeof value === 'string' && isOrigin(value)) return value;
  const hint = 'list each as browsers send it, such as https://app.example or http://localhost:5173';
  if (value === '*' || value === 'null') {
    const problem = `expected an origin, got '${value}', which stands for more than one`;
    throwArgumentProblem('ERR_OPTIONS', argument, problem, hint);
  }
  throwArgument('ERR_OPTIONS', argument, 'an origin', value, hint);
}

/** Tells whether a browser, or a web view with a custom scheme, would send this string as an origin. */
function isOrigin(value: string): boolean {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/u.test(value) || !URL.canParse(value)) return false;
  const { origin } = new URL(value);
  return origin === value || (origin === 'null' && !value.startsWith('file:'));
}

/** Creates a function that reports errors to `onError`. Errors that `onError` throws are ignored. */
function reporterTo(onError: AnyFunction | undefined): (error: unknown) => void {
  return (error) => {
    // The promise executor turns a thrown error into a rejection.
    void new Promise((resolve) => {
      resolve(onError?.(error));
    }).catch(() => undefined);
  };
}
