import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import {
  type RoleArgument,
  parseAccount,
  parseChannelName,
  parseRole,
  parseRoleAndLifetimes,
  parseRtmUserId,
  privilegesOf,
} from './arguments.js';
import { rtcService } from './rtc.js';
import { rtmService } from './rtm.js';

/**
 * Mints a token for RTC and RTM with one user account. The RTM login lasts for `tokenExpire`.
 * @param account - 1–64 bytes of channel-name characters, no leading space; otherwise throws `ERR_ACCOUNT`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithRtm } from 'accesstoken2';
 * const token = buildTokenWithRtm(appId, appCertificate, 'lobby', 'alice', Role.Publisher, 3600);
 * ```
 */
export function buildTokenWithRtm(
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
  // The account is also the RTM user id, which has stricter limits.
  const user = project.limits.rtmUserId(account, 'account', 'ERR_ACCOUNT');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges), rtmService(user, expire)] };
}

/**
 * Mints a token for RTC and RTM with separate users and lifetimes.
 *
 * The publishing lifetimes apply only to publishers.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithRtm2 } from 'accesstoken2';
 * const token = buildTokenWithRtm2(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildTokenWithRtm2(
  appId: string,
  appCertificate: string,
  channelName: string,
  rtcAccount: string,
  rtcRole: RoleArgument,
  rtcTokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  rtmUserId: string,
  rtmTokenExpire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const account = parseAccount(project, rtcAccount, 'rtcAccount');
  const role = parseRole(rtcRole, 'rtcRole');
  const expire = project.limits.tokenExpire(rtcTokenExpire, 'rtcTokenExpire');
  const join = project.limits.privilegeExpire(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire');
  const audio = project.limits.privilegeExpire(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire');
  const video = project.limits.privilegeExpire(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire');
  const data = project.limits.privilegeExpire(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire');
  const rtmUser = parseRtmUserId(project, rtmUserId, 'rtmUserId');
  const rtmExpire = project.limits.privilegeExpire(rtmTokenExpire, 'rtmTokenExpire');
  const privileges = privilegesOf(role, join, audio, video, data);
  const services = [rtcService(channel, account, privileges), rtmService(rtmUser, rtmExpire)];
  return { project, expire, services };
}
