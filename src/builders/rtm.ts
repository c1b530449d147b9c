import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import { utf8Length } from '../codec/utf8.js';
import { type Permissions, parsePermissions } from '../permissions.js';
import { Rtm2Privilege } from '../privileges.js';
import type { RtmService } from '../services.js';
import { HEADER_LENGTH, MAX_CONTENT_LENGTH } from '../token.js';
import { byteBudget } from '../validate.js';
import { parseRtmUserId } from './arguments.js';

/**
 * Mints a token for RTM (Signaling).
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtmtokenbuilder2/RtmTokenBuilder.go`
 * @example
 * ```ts
 * import { buildRtmToken } from 'accesstoken2';
 * const token = buildRtmToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildRtmToken(
  appId: string,
  appCertificate: string,
  userId: string,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const user = parseRtmUserId(project, userId, 'userId');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return { project, expire: seconds, services: [rtmService(user, seconds)] };
}

/**
 * Mints an RTM2 token that lists the names that the user may read and write.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtmtokenbuilder2/RtmTokenBuilder.go`
 * @example
 * ```ts
 * import { Rtm2Permission, Rtm2Resource, buildRtmTokenWithPermissions } from 'accesstoken2';
 * const permissions = { [Rtm2Resource.MessageChannels]: { [Rtm2Permission.Read]: ['news'] } };
 * const token = buildRtmTokenWithPermissions(appId, appCertificate, 'alice', permissions, 3600);
 * ```
 */
export function buildRtmTokenWithPermissions(
  appId: string,
  appCertificate: string,
  userId: string,
  permissions: Permissions,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const user = parseRtmUserId(project, userId, 'userId');
  const budget = byteBudget(MAX_CONTENT_LENGTH, 'permissions');
  // Besides the header: the type, one privilege, and the user.
  budget(HEADER_LENGTH + 2 + (2 + 6) + (2 + utf8Length(user)));
  const allowed = parsePermissions(permissions, 'permissions', budget);
  const seconds = project.limits.tokenExpire(expire, 'expire');
  const privileges = { [Rtm2Privilege.Login]: seconds };
  const services = [{ type: 'rtm2', userId: user, permissions: allowed, privileges }] as const;
  return { project, expire: seconds, services };
}

export function rtmService(userId: string, expire: number): RtmService {
  // A literal instead of RtmPrivilege.Login, for speed.
  return { type: 'rtm', userId, privileges: { 1: expire } };
}
