/**
 * From what is asked to a token for what is granted.
 */
import { AccessTokenError, buildToken } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { policyOf } from './policy.js';
import { type FieldNames, Refusal, notGranted, refusalInNames } from './refusal.js';

/** How long a token lasts whose lifetime was not asked for, in seconds. */
export const DEFAULT_LIFETIME = 3600;

/** A token, and what it grants from when on. */
interface Issued {
  readonly token: string;
  readonly grant: TokenGrant;
  /** Unix seconds. */
  readonly issueTs: number;
}

/** Issues tokens for what is asked. */
export interface Issuer {
  /**
   * Holds what is asked against the policy, has it authorized, and mints what is granted.
   *
   * @param asked - Of the right types; whether its names are within the limits is seen last.
   * @throws What {@link Issuer.refusalOf} takes.
   */
  issue(request: Request, asked: TokenGrant): Promise<Issued>;
  /** Throws what the library has to say against minting what is asked. */
  assertMintable(asked: TokenGrant): void;
  /**
   * Turns whatever was thrown into a refusal; what is no fault of the request is reported.
   *
   * @param names - What the client calls the fields that the library calls otherwise.
   */
  refusalOf(error: unknown, names?: FieldNames): Refusal;
}

/** Makes what issues the tokens of a server. */
export function issuerFor(settings: Settings): Issuer {
  const { appId, appCertificate, authorize, report } = settings;
  const assertAllowed = policyOf(settings);

  function mint(grant: TokenGrant): Issued {
    const { expire, services } = grant;
    const issueTs = Math.floor(Date.now() / 1000);
    // Whether wildcards are allowed here is for the policy to say.
    const token = buildToken({ appId, appCertificate, issueTs, expire, services, allowWildcards: true });
    return { token, grant, issueTs };
  }

  async function issue(request: Request, asked: TokenGrant): Promise<Issued> {
    assertGrantable(asked);
    try {
      const answer = authorize(request, asked);
      // To await what is there already would cost every token a turn.
      const grant = takeGrant(isPromise(answer) ? await answer : answer);
      if (grant !== null) {
        assertAllowed(grant);
        return mint(grant);
      }
    } catch (error) {
      // Unless what was asked cannot be minted, what was granted is at fault.
      mint(asked);
      report(error);
      throw notGranted();
    }
    // What could be minted for nobody is told first.
    mint(asked);
    throw notGranted();
  }

  function assertGrantable(asked: TokenGrant): void {
    try {
      assertAllowed(asked);
    } catch (refusal) {
      // What could be minted for nobody is told first.
      mint(asked);
      throw refusal;
    }
  }

  function refusalOf(error: unknown, names?: FieldNames): Refusal {
    if (error instanceof Refusal) return refusalInNames(error.status, error, names);
    // Nothing else throws these but the minting of what was asked.
    if (error instanceof AccessTokenError) return refusalInNames(400, error, names);
    report(error);
    return new Refusal(500, 'ERR_INTERNAL', 'the server could not answer');
  }

  return { issue, assertMintable: mint, refusalOf };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

/** Takes what was returned, read once; null is a refusal, and whatever else is no grant is a fault. */
function takeGrant(value: unknown): TokenGrant | null {
  if (value === null) return null;
  if (typeof value === 'object') {
    const { services, expire, ...others } = value as Partial<TokenGrant>;
    if (services !== undefined && expire !== undefined && Object.keys(others).length === 0) {
      return { services, expire };
    }
  }
  const wayOut = 'return { services, expire } to grant them, or null';
  throw new TypeError(`authorize returned no grant; ${wayOut}`);
}
