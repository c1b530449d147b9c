/** When a token and its privileges begin and end. */
import type { ServiceName } from '../services.js';
import type { DecodedToken } from '../token.js';
import { endOf, privilegeEnd } from '../privileges.js';

/** When a token and its privileges end, in Unix time, with Agora's limit of 24 hours applied. */
export interface Timeline {
  /** Null for a 006 token, which does not contain it. */
  readonly issued: number | null;
  readonly privileges: readonly PrivilegeEnd[];
  /** Null for a 006 token without an end. */
  readonly end: number | null;
  /** 30 seconds before the earliest end, when SDKs ask for a new token; not before `issued`. Null: never. */
  readonly renewAt: number | null;
}

/** When a privilege ends. Exported as a part of {@link Timeline}. */
export interface PrivilegeEnd {
  readonly service: ServiceName;
  readonly privilege: number;
  /** Null for a privilege of a 006 token without an end. */
  readonly end: number | null;
}

/** How many seconds before the end SDKs ask for a new token. */
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
