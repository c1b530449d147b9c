/**
 * The options of a token server, checked once, before the first request.
 */
import { AccessTokenError, type AccessTokenErrorCode, type Service, buildFpaToken } from '../index.js';

/** What is asked, and what is granted: the services that a token is for, and how long it lasts. */
export interface TokenGrant {
  /** At least one; plain data, as in `buildToken`. */
  readonly services: readonly Service[];
  /** The lifetime of the token, 1…86400 seconds. */
  readonly expire: number;
}

/**
 * Decides who gets which token. What it returns is minted, and nothing else; `null`, anything that is no grant, a
 * throw and a rejection refuse.
 *
 * @param request - The request; its body has been read.
 * @param asked - What it asks for, checked: the library could mint it, and the options allow it.
 */
export type Authorize = (
  request: Request,
  asked: TokenGrant,
) => TokenGrant | null | Promise<TokenGrant | null>;

/** The argument of {@link createTokenApp}. */
export interface TokenAppOptions {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** Decides who gets which token. */
  readonly authorize: Authorize;
  /** Who may have tokens inspected at `POST /inspect`; only `true` allows. Left out: nobody, the path is not there. */
  readonly inspect?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** The origins whose pages may read the answers, such as `https://app.example`. Left out: none. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** The longest lifetime of a token and of each privilege, 1…86400 seconds. Left out: 86400. */
  readonly maxLifetime?: number | undefined;
  /** Whether a token may be for any user: a uid that is 0, empty or `*`. Left out: false. */
  readonly allowAnyUser?: boolean | undefined;
  /** Whether a channel may be empty or have `*`, and an account have `*`. Left out: false. */
  readonly allowWildcards?: boolean | undefined;
  /** Whether a token may be one of an app server, of Chat or of APaaS, which acts for every user. Left out: false. */
  readonly allowChatAppTokens?: boolean | undefined;
  /** Is told what `authorize` or `inspect` threw, and what else went wrong here. Left out: nobody is. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The options, all of them there. */
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

const KNOWN: Readonly<Record<keyof TokenAppOptions, true>> = {
  appId: true,
  appCertificate: true,
  authorize: true,
  inspect: true,
  allowOrigins: true,
  maxLifetime: true,
  allowAnyUser: true,
  allowWildcards: true,
  allowChatAppTokens: true,
  onError: true,
};

/** The longest lifetime that Agora honours: 24 hours. */
const MAX_LIFETIME = 86_400;

/** Takes the options, each read once; what is wrong with one is refused by its name. */
export function takeSettings(value: unknown): Settings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('options', 'expected an object of options', 'pass { appId, appCertificate, authorize }');
  }
  const options: Readonly<Partial<Record<keyof TokenAppOptions, unknown>>> = { ...value };
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, name))
      refuse(name, 'unknown option', `known are ${Object.keys(KNOWN).join(', ')}`);
  }
  return {
    ...takeProject(options.appId, options.appCertificate),
    authorize: takeAuthorize(options.authorize),
    inspect: takeFunction(options.inspect, 'inspect'),
    allowOrigins: takeOrigins(options.allowOrigins),
    maxLifetime: takeMaxLifetime(options.maxLifetime),
    allowAnyUser: takeBoolean(options.allowAnyUser, 'allowAnyUser'),
    allowWildcards: takeBoolean(options.allowWildcards, 'allowWildcards'),
    allowChatAppTokens: takeBoolean(options.allowChatAppTokens, 'allowChatAppTokens'),
    report: reporterTo(takeFunction(options.onError, 'onError')),
  };
}

/** The library says what is wrong with an App ID or a certificate, at whose use it looks. */
function takeProject(appId: unknown, appCertificate: unknown): Pick<Settings, 'appId' | 'appCertificate'> {
  const project = { appId: appId as string, appCertificate: appCertificate as string };
  buildFpaToken(project.appId, project.appCertificate);
  return project;
}

function takeAuthorize(value: unknown): Settings['authorize'] {
  const authorize = takeFunction(value, 'authorize');
  if (authorize !== undefined) return authorize;
  refuse(
    'authorize',
    'expected a function, got undefined',
    'it decides who gets which token: nobody else can',
  );
}

type AnyFunction = (...given: readonly unknown[]) => unknown;

function takeFunction(value: unknown, name: string): AnyFunction | undefined {
  if (value === undefined || typeof value === 'function') return value as AnyFunction | undefined;
  refuse(name, `expected a function, got ${kindOf(value)}`, 'pass one that takes the request');
}

function takeBoolean(value: unknown, name: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  refuse(name, `expected true or false, got ${kindOf(value)}`, 'leave it out for false');
}

function takeMaxLifetime(value: unknown): number {
  if (value === undefined) return MAX_LIFETIME;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIFETIME)
    return value;
  const got = typeof value === 'number' ? String(value) : kindOf(value);
  const wayOut = 'Agora ends every token after 24 hours; leave it out for these';
  refuse('maxLifetime', `expected whole seconds from 1 to ${MAX_LIFETIME}, got ${got}`, wayOut, 'ERR_EXPIRE');
}

function takeOrigins(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    refuse(
      'allowOrigins',
      `expected an array of origins, got ${kindOf(value)}`,
      "such as ['https://app.example']",
    );
  }
  return value.map((origin: unknown, index) => takeOrigin(origin, `allowOrigins[${index}]`));
}

function takeOrigin(value: unknown, name: string): string {
  if (typeof value === 'string' && isOrigin(value)) return value;
  const wayOut = 'list each as browsers send it, such as https://app.example or http://localhost:5173';
  const isAnything = value === '*' || value === 'null';
  const got = isAnything ? `'${value}', which stands for more than one` : `${kindOf(value)} that is none`;
  refuse(name, `expected an origin, got ${got}`, wayOut);
}

/** Tells whether a text is what a browser, or a web view with a scheme of its own, sends as an origin. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/u.test(text) || !URL.canParse(text)) return false;
  const { origin } = new URL(text);
  return origin === text || (origin === 'null' && !text.startsWith('file:'));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'string' ? 'a text' : `a value of type ${typeof value}`;
}

function refuse(
  name: string,
  fault: string,
  wayOut: string,
  code: AccessTokenErrorCode = 'ERR_OPTIONS',
): never {
  throw new AccessTokenError(code, `${name}: ${fault}; ${wayOut}`, { argument: name });
}

/** Makes what reports errors; a failure to do so is no reason for another one. */
function reporterTo(onError: AnyFunction | undefined): (error: unknown) => void {
  return (error) => {
    // A throw within the executor rejects.
    void new Promise((resolve) => {
      resolve(onError?.(error));
    }).catch(() => undefined);
  };
}
