/** The builders of tokens for RTC and RTM. */
import { type BuildOptions, type UnsignedToken, parseProject } from '../build-options.js';
import {
  type RoleArgument,
  parseAccount,
  parseChannelName,
  parseRole,
  parseRoleAndLifetimes,
  privilegesOf,
  rtcService,
} from './rtc.js';
import { parseRtmUserId, rtmService } from './rtm.js';

/**
 * Mints a token for RTC and RTM under one user account. The RTM login lasts `tokenExpire`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param account - 1–64 bytes, of the characters of a channel name, no leading space: the limits of an RTM user id.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its RTC privileges, 0…86400 seconds; 0: as long as the token. Default:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
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
  // The account is also the RTM user id, whose limits are narrower.
  const user = project.limits.rtmUserId(account, 'account', 'ERR_ACCOUNT');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges), rtmService(user, expire)] };
}

/**
 * Mints a token for RTC and RTM, each with its own user and lifetimes.
 *
 * The lifetimes of publishing count only for a publisher.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
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
