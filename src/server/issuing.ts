/**
 * From what is asked to a token for what is granted.
 */
import { AccessTokenError, type Service, buildToken } from '../index.js';
import type { Settings, TokenGrant } from './options.js';
import { policyOf } from './policy.js';
import { type FieldNames, Refusal, notGranted, refusalFor } from './refusal.js';

/** How long a token lasts whose lifetime was not asked for, in seconds. */
export const DEFAULT_LIFETIME = 3600;

/** A token, and when it ends. */
export interface Issued {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** When to fetch the next one: 30 seconds before the token or one of its privileges ends. Unix seconds. */
  readonly renewAt: number;
}

/** Issues tokens for what is asked. */
export interface Issuer {
  /**
   * Checks what is asked, has it authorized, and mints what is granted.
   *
   * @param names - What the client calls the fields that the library calls otherwise.
   * @throws Refusal.
   */
  issue(request: Request, asked: TokenGrant, names?: FieldNames): Promise<Issued>;
  /** Turns whatever was thrown into a refusal; what is none is reported. */
  refusalOf(error: unknown): Refusal;
}

/** How many seconds before an end SDKs ask for a new token. */
const RENEWAL = 30;

/** Makes what issues the tokens of a server. */
export function issuerFor(settings: Settings): Issuer {
  const { appId, appCertificate, authorize, report } = settings;
  const assertAllowed = policyOf(settings);

  function mint({ services, expire }: TokenGrant): Issued {
    const issueTs = Math.floor(Date.now() / 1000);
    // Whether wildcards are allowed here is for the policy to say.
    const token = buildToken({ appId, appCertificate, issueTs, expire, services, allowWildcards: true });
    const ends = services.flatMap((service) => privilegeLifetimes(service)).filter((seconds) => seconds > 0);
    const renewal = Math.max(0, Math.min(expire, ...ends) - RENEWAL);
    return { token, expiresAt: issueTs + expire, renewAt: issueTs + renewal };
  }

  /** Refuses what the library could not mint, by minting it: nothing else knows so well. */
  function assertMintable(asked: TokenGrant, names: FieldNames | undefined): void {
    try {
      mint(asked);
    } catch (error) {
      throw error instanceof AccessTokenError ? refusalFor(error, names) : error;
    }
  }

  async function issue(request: Request, asked: TokenGrant, names?: FieldNames): Promise<Issued> {
    assertMintable(asked, names);
    assertAllowed(asked);
    try {
      const grant = takeGrant(await authorize(request, asked));
      if (grant !== null) {
        assertAllowed(grant);
        return mint(grant);
      }
    } catch (error) {
      report(error);
    }
    throw notGranted();
  }

  function refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    report(error);
    return new Refusal(500, 'ERR_INTERNAL', 'the server could not answer');
  }

  return { issue, refusalOf };
}

function privilegeLifetimes(service: Service): readonly number[] {
  return service.type === 'unknown' ? [] : Object.values(service.privileges);
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
