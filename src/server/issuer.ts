/**
 * Validates requests, calls `authorize`, and mints the tokens.
 */
import { buildToken as validateToken, type BuildTokenOptions } from '../builders/any.js';
import { currentTime } from '../clock.js';
import { AccessTokenError, buildToken } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { policyFor } from './policy.js';
import { RequestError, notGranted } from './request-error.js';

/** The token lifetime in seconds if the request does not specify one. */
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
   * Validates the request, applies the policy, calls `authorize`, and mints the grant.
   *
   * @param asked - The requested services and lifetime, not validated yet.
   * @throws `RequestError`, or `AccessTokenError` for an invalid `asked`.
   */
  issue(request: Request, asked: { readonly [Name in keyof TokenGrant]: unknown }): Promise<Issued>;
  /** Converts any thrown value. Errors that the client did not cause are reported to `onError`. */
  toRequestError(error: unknown): RequestError;
}

/** Creates the issuer of a server. */
export function issuerFor(settings: Settings): Issuer {
  const { appId, appCertificate, authorize, report } = settings;
  const assertAllowed = policyFor(settings);
  // Allow wildcards here, because the policy decides about them.
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
        // Await only promises, because each await delays the token.
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
      // Only the validation of a request throws this error.
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

/** Parses the return value of `authorize`, reading each property once. Null denies the request. */
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
