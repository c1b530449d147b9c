/** When a token and its privileges begin and end. */
import type { ServiceName } from '../services.js';
import type { DecodedToken } from '../token.js';
import { endOf, privilegeEnd } from '../privileges.js';

/** When a token and its privileges end, in Unix time. Agora's limit of 24 hours is taken into account. */
export interface Timeline {
  /** The time of issue; null for a 006 token, which does not contain it. */
  readonly issued: number | null;
  readonly privileges: readonly PrivilegeEnd[];
  /** The end of the token; null for a 006 token that never ends. */
  readonly end: number | null;
  /** When SDKs ask for a new token: 30 seconds before the earliest end, but not before `issued`. Null if never. */
  readonly renewAt: number | null;
}

/** When a privilege ends. Exported because {@link Timeline} uses it. */
export interface PrivilegeEnd {
  readonly service: ServiceName;
  readonly privilege: number;
  /** The end of the privilege; null for a 006 token's privilege that never ends. */
  readonly end: number | null;
}

/** SDKs ask for a new token this many seconds before the end. */
export const RENEWAL = 30;

export function timelineOf(
  token: Pick<DecodedToken, 'issueTs' | 'expire' | 'services'>,
  maxLifetime: number,
): Timeline {
  const end = endOf(token, token.expire, maxLifetime);
  const privileges = token.services.flatMap((service) => {
    if (service.type === 'unknown') return [];
    return Object.entries(service.privileges).map(([id, seconds]) => ({
      service: service.type,
      privilege: Number(id),
      end: privilegeEnd(token, seconds, maxLifetime),
    }));
  });
  const earliest = privileges.reduce((least, privilege) => Math.min(least, privilege.end), end);
  return { issued: token.issueTs, privileges, end, renewAt: Math.max(token.issueTs, earliest - RENEWAL) };
}
