/**
 * What all builders have in common: the project that signs, and the options.
 */
import {
  type IntegerBounds,
  UINT32_MAX,
  type Properties,
  propertyOr,
  takeAppCertificate,
  takeAppId,
  takeBoolean,
  takeInteger,
  takeOptions,
} from './arguments.js';
import { refuse } from './errors.js';
import { type Limits, limitsFor } from './limits.js';
import type { Service } from './services.js';

/** The last, optional, argument of every builder. */
export interface BuildOptions {
  /** When the token is issued: Unix time in seconds, 0…4294967295. Left out: the clock, read at the call. */
  readonly issueTs?: number | undefined;
  /** 0…4294967295. Left out: random, from a cryptographic source. */
  readonly salt?: number | undefined;
  /** Whether a channel may be empty or have `*`, and an account have `*`. Left out: false. */
  readonly allowWildcards?: boolean | undefined;
  /**
   * `'agora'` refuses what breaks the limits that Agora documents, `'format'` only what the bytes cannot hold. Left
   * out: `'agora'`.
   */
  readonly limits?: 'agora' | 'format' | undefined;
  /**
   * Whether `accesstoken2/web` may mint in a browser, where whoever opens the page can read the certificate. Left out:
   * false. It means nothing elsewhere.
   */
  readonly allowBrowser?: boolean | undefined;
}

/** The project that signs a token, the options checked, and the limits that they ask for. */
export interface Project {
  readonly appId: string;
  readonly appCertificate: string;
  readonly issueTs: number | undefined;
  readonly salt: number | undefined;
  readonly allowBrowser: boolean;
  readonly limits: Limits;
}

/** All that is needed to sign a token, but for the clock and the salt where they are left to the entry. */
export interface MintRequest {
  readonly project: Project;
  readonly expire: number;
  readonly services: readonly Service[];
  /** The argument to name if the content exceeds 1 MiB. */
  readonly sizeArgument: string;
}

/** Puts a project together with what it is to sign. */
export function requestOf(
  project: Project,
  expire: number,
  services: readonly Service[],
  sizeArgument = 'services',
): MintRequest {
  return { project, expire, services, sizeArgument };
}

/** The names of {@link BuildOptions}. */
export const BUILD_OPTIONS: readonly string[] = [
  'issueTs',
  'salt',
  'allowWildcards',
  'limits',
  'allowBrowser',
];

/** Takes what every builder begins and ends with: App ID, certificate, options. */
export function takeProject(appId: unknown, appCertificate: unknown, options: unknown): Project {
  const id = takeAppId(appId, 'appId');
  const certificate = takeAppCertificate(appCertificate, 'appCertificate');
  return projectOf(id, certificate, options === undefined ? NO_OPTIONS : takeOptions(options, BUILD_OPTIONS));
}

/** Puts App ID and certificate together with the options among the properties of an object; undefined is left out. */
export function projectOf(appId: string, appCertificate: string, properties: Properties): Project {
  const issueTs = properties.get('issueTs');
  const salt = properties.get('salt');
  const allowWildcards = propertyOr(properties, 'allowWildcards', false);
  return {
    appId,
    appCertificate,
    issueTs: issueTs === undefined ? undefined : takeIssueTs(issueTs),
    salt: salt === undefined ? undefined : takeSalt(salt),
    allowBrowser: takeAllowBrowser(properties),
    limits: limitsFor(takeLimits(properties.get('limits')), takeBoolean(allowWildcards, 'allowWildcards')),
  };
}

/** Takes the option that lets a browser mint. */
export function takeAllowBrowser(properties: Properties): boolean {
  return takeBoolean(propertyOr(properties, 'allowBrowser', false), 'allowBrowser');
}

const NO_OPTIONS: Properties = new Map();

const ISSUE_TS: IntegerBounds = {
  code: 'ERR_ISSUE_TS',
  min: 0,
  max: UINT32_MAX,
  wayOut: 'pass Unix time in whole seconds, as Math.floor(Date.now() / 1000) gives it',
};

/** Takes a time of issue, given or read from the clock. */
export function takeIssueTs(value: unknown): number {
  return takeInteger(value, 'issueTs', ISSUE_TS);
}

/** Takes a salt that is given. */
export function takeSalt(value: unknown): number {
  const wayOut = 'leave it out to have one chosen';
  return takeInteger(value, 'salt', { code: 'ERR_SALT', min: 0, max: UINT32_MAX, wayOut });
}

function takeLimits(value: unknown): 'agora' | 'format' {
  if (value === undefined || value === 'agora') return 'agora';
  if (value === 'format') return value;
  refuse('ERR_OPTIONS', 'limits', "'agora' or 'format'", value, "leave it out for 'agora'");
}
