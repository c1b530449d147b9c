import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import type { Privileges } from '../privileges.js';
import type { RtcService } from '../services.js';
import {
  Role,
  type RoleArgument,
  parseAccount,
  parseChannelName,
  parseRoleAndLifetimes,
  parseUid,
  privilegesOf,
} from './arguments.js';

/**
 * Mints an RTC token for a user with a numeric uid.
 * @param uid - 0…4294967295, or throws `ERR_UID`. 0: any user. For strings, see {@link buildTokenWithUserAccount}.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithUid } from 'accesstoken2';
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600);
 * ```
 */
export function buildTokenWithUid(
  appId: string,
  appCertificate: string,
  channelName: string,
  uid: number,
  role: RoleArgument,
  tokenExpire: number,
  privilegeExpire?: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseUid(uid, 'buildTokenWithUserAccount');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a user account.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithUserAccount } from 'accesstoken2';
 * const token = buildTokenWithUserAccount(appId, appCertificate, 'lobby', 'alice', Role.Subscriber, 3600);
 * ```
 */
export function buildTokenWithUserAccount(
  appId: string,
  appCertificate: string,
  channelName: string,
  account: string,
  role: RoleArgument,
  tokenExpire: number,
  privilegeExpire?: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseAccount(project, account, 'account');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a numeric uid, with a separate lifetime for each privilege.
 * All four privileges are granted; to omit one, use {@link buildToken}.
 * @param uid - 0…4294967295, or throws `ERR_UID`. 0: any user. For strings, see
 * {@link buildTokenWithUserAccountAndPrivilege}.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { buildTokenWithUidAndPrivilege } from 'accesstoken2';
 * const token = buildTokenWithUidAndPrivilege(appId, appCertificate, 'lobby', 42, 3600, 3600, 600, 600, 600);
 * ```
 */
export function buildTokenWithUidAndPrivilege(
  appId: string,
  appCertificate: string,
  channelName: string,
  uid: number,
  tokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseUid(uid, 'buildTokenWithUserAccountAndPrivilege');
  const expire = project.limits.tokenExpire(tokenExpire, 'tokenExpire');
  const join = project.limits.privilegeExpire(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire');
  const audio = project.limits.privilegeExpire(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire');
  const video = project.limits.privilegeExpire(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire');
  const data = project.limits.privilegeExpire(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire');
  const privileges = privilegesOf(Role.Publisher, join, audio, video, data);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a user account, with a separate lifetime for each privilege.
 *
 * All four privileges are granted; to omit one, use {@link buildToken}.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { buildTokenWithUserAccountAndPrivilege } from 'accesstoken2';
 * const token = buildTokenWithUserAccountAndPrivilege(appId, appCertificate, 'lobby', 'alice', 3600, 3600, 60, 60, 60);
 * ```
 */
export function buildTokenWithUserAccountAndPrivilege(
  appId: string,
  appCertificate: string,
  channelName: string,
  account: string,
  tokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseAccount(project, account, 'account');
  const expire = project.limits.tokenExpire(tokenExpire, 'tokenExpire');
  const join = project.limits.privilegeExpire(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire');
  const audio = project.limits.privilegeExpire(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire');
  const video = project.limits.privilegeExpire(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire');
  const data = project.limits.privilegeExpire(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire');
  const privileges = privilegesOf(Role.Publisher, join, audio, video, data);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

export function rtcService(channelName: string, uid: string, privileges: Privileges): RtcService {
  return { type: 'rtc', channelName, uid, privileges };
}
