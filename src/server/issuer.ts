/**
 * Validates requests, has them authorized, and mints the tokens.
 */
import { buildToken as validateToken, type BuildTokenOptions } from '../builders/any.js';
import { currentTime } from '../clock.js';
import { AccessTokenError, buildToken } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { policyFor } from './policy.js';
import { RequestError, notGranted } from './request-error.js';

/** The lifetime of a token in seconds if the request names none. */
export const DEFAULT_LIFETIME = 3600;

/** A token and its claims. */
interface Issued {
  readonly token: string;
  readonly grant: TokenGrant;
  /** Unix time in seconds. */
  readonly issueTs: number;
}

/** Issues tokens for requests. */
export interface Issuer {
  /**
   * Validates what is asked for, applies the policy, calls `authorize`, and mints the grant.
   *
   * @param asked - The services and the lifetime, not validated yet.
   * @throws `RequestError`, or `AccessTokenError` for an invalid `asked`.
   */
  issue(request: Request, asked: { readonly [Name in keyof TokenGrant]: unknown }): Promise<Issued>;
  /** Converts anything that was thrown. Errors that the client did not cause are reported. */
  toRequestError(error: unknown): RequestError;
}

/** Creates the issuer of a server. */
export function issuerFor(settings: Settings): Issuer {
  const { appId, appCertificate, authorize, report } = settings;
  const assertAllowed = policyFor(settings);
  // The policy decides about wildcards.
  const project = { appId, appCertificate, allowWildcards: true };

  function mint(grant: TokenGrant): Issued {
    const { services, expire } = grant;
    const issueTs = currentTime();
    return { token: buildToken({ ...project, services, expire, issueTs }), grant, issueTs };
  }

  return {
    async issue(request, { services, expire }) {
      const valid = validateToken({ ...project, services, expire } as BuildTokenOptions);
      const asked = { services: valid.services, expire: valid.expire };
      assertAllowed(asked);
      try {
        const answer = authorize(request, asked);
        // Awaiting every answer would cost each token a turn of the event loop.
        const grant = parseGrant(isPromise(answer) ? await answer : answer);
        if (grant !== null) {
          assertAllowed(grant);
          return mint(grant);
        }
      } catch (error) {
        report(error);
      }
      throw notGranted();
    },

    toRequestError(error) {
      if (error instanceof RequestError) return error;
      // Only the validation of a request throws these.
      if (error instanceof AccessTokenError) {
        return new RequestError(400, error.code, `${error.problem}; ${error.hint}`, error.argument);
      }
      report(error);
      return new RequestError(500, 'ERR_INTERNAL', 'the server could not answer');
    },
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

/** Parses what `authorize` returned, reading each property once; null denies. */
function parseGrant(value: unknown): TokenGrant | null {
  if (value === null) return null;
  if (typeof value === 'object') {
    const { services, expire, ...others } = value as Partial<TokenGrant>;
    if (services !== undefined && expire !== undefined && Object.keys(others).length === 0) {
      return { services, expire };
    }
  }
  throw new TypeError('authorize returned no grant; return { services, expire } to grant them, or null');
}
