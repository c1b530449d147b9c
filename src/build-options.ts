/** The arguments that all builders share: App ID, certificate and options. */
import { throwArgument } from './errors.js';
import { type Limits, limitsFor } from './limits.js';
import type { Service } from './services.js';
import * as validate from './validate.js';

/** The optional last argument of every builder. */
export interface BuildOptions {
  /** The time of issue: Unix time in seconds, 0…4294967295. Default: the current time when the builder is called. */
  readonly issueTs?: number | undefined;
  /** 0…4294967295. Default: random, from a cryptographic source. */
  readonly salt?: number | undefined;
  /** Whether a channel may be empty or contain `*`, and whether an account may contain `*`. Default: false. */
  readonly allowWildcards?: boolean | undefined;
  /**
   * `'agora'` rejects values beyond Agora's documented limits; `'format'` rejects only values that cannot be encoded.
   * Default: `'agora'`.
   */
  readonly limits?: 'agora' | 'format' | undefined;
  /**
   * Whether `accesstoken2/web` may mint in a browser, where anyone who opens the page can read the certificate. The
   * option is ignored elsewhere. Default: false.
   */
  readonly allowBrowser?: boolean | undefined;
}

export const BUILD_OPTIONS: readonly string[] = ['issueTs', 'salt', 'allowWildcards', 'limits', 'allowBrowser'];

/** The project that signs a token, and the validated options. */
export interface Project {
  readonly appId: string;
  readonly appCertificate: string;
  readonly issueTs: number | undefined;
  readonly salt: number | undefined;
  readonly allowBrowser: boolean;
  readonly limits: Limits;
}

/** The validated claims that a builder returns. The entry point signs them. */
export interface UnsignedToken {
  readonly project: Project;
  readonly expire: number;
  readonly services: readonly Service[];
}

export function parseProject(appId: unknown, appCertificate: unknown, options: unknown): Project {
  const id = validate.parseAppId(appId, 'appId');
  const certificate = validate.parseAppCertificate(appCertificate, 'appCertificate');
  return projectOf(id, certificate, options === undefined ? NO_OPTIONS : validate.parseOptions(options, BUILD_OPTIONS));
}

const NO_OPTIONS: validate.Properties = /* @__PURE__ */ new Map();

export function projectOf(appId: string, appCertificate: string, properties: validate.Properties): Project {
  const issueTs = validate.parseOptional(properties, 'issueTs', undefined, parseIssueTs);
  const salt = validate.parseOptional(properties, 'salt', undefined, parseSalt);
  const allowBrowser = validate.parseOptional(properties, 'allowBrowser', false, validate.parseBoolean);
  const limits = validate.parseOptional(properties, 'limits', 'agora', parseLimits);
  const allowWildcards = validate.parseOptional(properties, 'allowWildcards', false, validate.parseBoolean);
  return { appId, appCertificate, issueTs, salt, allowBrowser, limits: limitsFor(limits, allowWildcards) };
}

export function parseIssueTs(value: unknown): number {
  const hint = 'pass Unix time in whole seconds, as Math.floor(Date.now() / 1000) gives it';
  return validate.parseUint32(value, 'issueTs', 'ERR_ISSUE_TS', hint);
}

export function parseSalt(value: unknown): number {
  return validate.parseUint32(value, 'salt', 'ERR_SALT', 'leave it out to have one chosen');
}

function parseLimits(value: unknown, argument: string): 'agora' | 'format' {
  if (value === 'agora' || value === 'format') return value;
  throwArgument('ERR_OPTIONS', argument, "'agora' or 'format'", value, "leave it out for 'agora'");
}
