import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import { md5Hex } from '../codec/md5.js';
import { ApaasPrivilege, ChatPrivilege } from '../privileges.js';
import type { ApaasService } from '../services.js';
import { parseApaasRole, parseRtmUserId } from './arguments.js';
import { chatService } from './chat.js';
import { rtmService } from './rtm.js';

const NO_ROLE = -1;

/**
 * Mints a token for a user in an APaaS (Education) room, with RTM and Chat.
 *
 * The RTM user is `userUuid`. The Chat user is the MD5 digest of `userUuid`, as 32 hex digits.
 * @param role - The role in the room, −32768…32767; otherwise throws `ERR_ROLE`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`
 * @example
 * ```ts
 * import { buildApaasRoomUserToken } from 'accesstoken2';
 * const token = buildApaasRoomUserToken(appId, appCertificate, 'math-101', 'alice', 1, 3600);
 * ```
 */
export function buildApaasRoomUserToken(
  appId: string,
  appCertificate: string,
  roomUuid: string,
  userUuid: string,
  role: number,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const room = project.limits.anyString(roomUuid, 'roomUuid', 'ERR_STRING');
  const user = parseRtmUserId(project, userUuid, 'userUuid');
  const roomRole = parseApaasRole(role, 'role');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  const services = [
    rtmService(user, seconds),
    chatService(md5Hex(user), ChatPrivilege.User, seconds),
    apaasService(room, user, roomRole, ApaasPrivilege.RoomUser, seconds),
  ];
  return { project, expire: seconds, services };
}

/**
 * Mints a token for an APaaS (Education) user outside any room.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`
 * @example
 * ```ts
 * import { buildApaasUserToken } from 'accesstoken2';
 * const token = buildApaasUserToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildApaasUserToken(
  appId: string,
  appCertificate: string,
  userUuid: string,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const user = parseRtmUserId(project, userUuid, 'userUuid');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  const services = [apaasService('', user, NO_ROLE, ApaasPrivilege.User, seconds)];
  return { project, expire: seconds, services };
}

/**
 * Mints an APaaS (Education) token that an app server uses to call the REST API.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`
 * @example
 * ```ts
 * import { buildApaasAppToken } from 'accesstoken2';
 * const token = buildApaasAppToken(appId, appCertificate, 3600);
 * ```
 */
export function buildApaasAppToken(
  appId: string,
  appCertificate: string,
  expire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const seconds = project.limits.tokenExpire(expire, 'expire');
  const services = [apaasService('', '', NO_ROLE, ApaasPrivilege.App, seconds)];
  return { project, expire: seconds, services };
}

function apaasService(
  roomUuid: string,
  userUuid: string,
  role: number,
  privilege: ApaasPrivilege,
  expire: number,
): ApaasService {
  return { type: 'apaas', roomUuid, userUuid, role, privileges: { [privilege]: expire } };
}
