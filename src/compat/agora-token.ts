/**
 * The builders of npm `agora-token` 2.0.6, with the same names and arguments.
 *
 * Lifetimes are seconds from now, 0…4294967295, as numbers or decimal strings; fractions are dropped. A uid is an
 * integer from 0 to 4294967295, any other user a non-negative integer. All users may also be strings. The number 0 and
 * the empty string mean any user. Agora's limits for names are not applied.
 *
 * Meaningless values are rejected with an `AccessTokenError` that names the argument: `ERR_APP_ID`,
 * `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_ACCOUNT`, `ERR_USER_ID`, `ERR_STRING`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_PERMISSIONS`.
 *
 * @example
 * ```ts
 * import { RtcRole, RtcTokenBuilder } from 'accesstoken2/agora-token';
 *
 * RtcTokenBuilder.buildTokenWithUid(appId, appCertificate, 'lobby', 42, RtcRole.PUBLISHER, 3600, 3600);
 * ```
 *
 * @packageDocumentation
 */
import * as accesstoken2 from '../index.js';
import {
  type Channel,
  FORMAT_LIMITS,
  type Lifetimes,
  type RoleAndLifetimes,
  type Rtm2Arguments,
  type UserArguments,
  coerceAccount,
  coerceApaasRole,
  coerceLifetime,
  coerceNames,
  coercePermissionType,
  coercePermissions,
  coercePrivilegeArguments,
  coerceResourceType,
  coerceRoleArguments,
  coerceRtm2Arguments,
  coerceUid,
  coerceUser,
  coerceUserArguments,
} from './coerce.js';

/** The RTC roles: a publisher may publish, a subscriber may only join and listen. */
export const RtcRole: { readonly PUBLISHER: number; readonly SUBSCRIBER: number } = {
  PUBLISHER: accesstoken2.Role.Publisher,
  SUBSCRIBER: accesstoken2.Role.Subscriber,
};

/** Mints tokens for RTC (voice and video). An omitted `privilegeExpire` is 0. */
export const RtcTokenBuilder = {
  /** Mints a token for a single user in a single channel. */
  buildTokenWithUid: (
    ...args: [...channel: Channel, uid: string | number, ...roleAndLifetimes: RoleAndLifetimes]
  ): string => accesstoken2.buildTokenWithUserAccount(...coerceRoleArguments(args, coerceUid)),

  /** Mints a token for a single user account in a single channel. */
  buildTokenWithUserAccount: (
    ...args: [...channel: Channel, account: string | number, ...roleAndLifetimes: RoleAndLifetimes]
  ): string => accesstoken2.buildTokenWithUserAccount(...coerceRoleArguments(args, coerceAccount)),

  /** Mints a publisher's token with a separate lifetime for each privilege. */
  buildTokenWithUidAndPrivilege: (
    ...args: [...channel: Channel, uid: string | number, ...lifetimes: Lifetimes]
  ): string => accesstoken2.buildTokenWithUserAccountAndPrivilege(...coercePrivilegeArguments(args, coerceUid)),

  /** Mints a publisher's token with separate lifetimes. The official package spells this name with a capital letter. */
  BuildTokenWithUserAccountAndPrivilege: (
    ...args: [...channel: Channel, account: string | number, ...lifetimes: Lifetimes]
  ): string => accesstoken2.buildTokenWithUserAccountAndPrivilege(...coercePrivilegeArguments(args, coerceAccount)),

  /** Mints a token for RTC and RTM with one user account. The RTM login lasts as long as the token. */
  buildTokenWithRtm: (
    ...args: [...channel: Channel, account: string | number, ...roleAndLifetimes: RoleAndLifetimes]
  ): string => accesstoken2.buildTokenWithRtm(...coerceRoleArguments(args, coerceAccount)),

  /** Mints a token for RTC and RTM with separate users and lifetimes. */
  buildTokenWithRtm2: (...args: Rtm2Arguments): string => accesstoken2.buildTokenWithRtm2(...coerceRtm2Arguments(args)),
};

/** Mints tokens for Conversational AI, with RTC and RTM. */
export const ConvoAITokenBuilder = {
  /** Mints a token for RTC, RTM and Conversational AI. */
  buildToken: (...args: Rtm2Arguments): string => accesstoken2.buildConvoAiToken(...coerceRtm2Arguments(args)),
};

/** Mints tokens for speech to text, with RTC and RTM. */
export const SttTokenBuilder = {
  /** Mints a token for RTC, RTM and speech to text. */
  buildToken: (...args: Rtm2Arguments): string => accesstoken2.buildSttToken(...coerceRtm2Arguments(args)),
};

/** Mints tokens for RTM (Signaling). */
export const RtmTokenBuilder = {
  /** Mints a token that lets a user log in. */
  buildToken: (appId: string, appCertificate: string, userId: string | number, expire: number): string =>
    accesstoken2.buildRtmToken(
      appId,
      appCertificate,
      coerceUser(userId, 'userId'),
      coerceLifetime(expire, 'expire'),
      FORMAT_LIMITS,
    ),

  /** Mints an RTM2 token that lists the names that the user may read and write. */
  buildTokenWithPermissions: (
    appId: string,
    appCertificate: string,
    userId: string | number,
    permissions: Rtm2Permissions,
    expire: number,
  ): string =>
    accesstoken2.buildRtmTokenWithPermissions(
      appId,
      appCertificate,
      coerceUser(userId, 'userId'),
      coercePermissions(permissions),
      coerceLifetime(expire, 'expire'),
      FORMAT_LIMITS,
    ),
};

/** Mints tokens for Chat. */
export const ChatTokenBuilder = {
  /** Mints a token for a single user. */
  buildUserToken: (...args: UserArguments): string => accesstoken2.buildChatUserToken(...coerceUserArguments(args)),

  /** Mints a token for your server, which can act on behalf of any user. */
  buildAppToken: (appId: string, appCertificate: string, expire: number): string =>
    accesstoken2.buildChatAppToken(appId, appCertificate, coerceLifetime(expire, 'expire'), FORMAT_LIMITS),
};

/** Mints tokens for FPA. */
export const FpaTokenBuilder = {
  /** Mints a token that lasts 24 hours. */
  buildToken: (appId: string, appCertificate: string): string =>
    accesstoken2.buildFpaToken(appId, appCertificate, FORMAT_LIMITS),
};

/** Mints tokens for APaaS. */
export const ApaasTokenBuilder = {
  /** Mints a token for a single user in a single room, with RTM and Chat. The role is −32768…32767; −1 means none. */
  buildRoomUserToken: (
    appId: string,
    appCertificate: string,
    roomUuid: string,
    userUuid: string | number,
    role: number,
    expire: number,
  ): string =>
    accesstoken2.buildApaasRoomUserToken(
      appId,
      appCertificate,
      roomUuid,
      coerceUser(userUuid, 'userUuid'),
      coerceApaasRole(role),
      coerceLifetime(expire, 'expire'),
      FORMAT_LIMITS,
    ),

  /** Mints a token for a single user. */
  buildUserToken: (...args: UserArguments): string => accesstoken2.buildApaasUserToken(...coerceUserArguments(args)),

  /** Mints a token for your server. */
  buildAppToken: (appId: string, appCertificate: string, expire: number): string =>
    accesstoken2.buildApaasAppToken(appId, appCertificate, coerceLifetime(expire, 'expire'), FORMAT_LIMITS),
};

/** Mints tokens for Education, which is another name for APaaS. */
export const EducationTokenBuilder: typeof ApaasTokenBuilder = { ...ApaasTokenBuilder };

/** The names that a user may read and write, for `RtmTokenBuilder.buildTokenWithPermissions`. */
export class Rtm2Permissions {
  static readonly kMessageChannels: number = 0;
  static readonly kStreamChannels: number = 1;
  static readonly kGroupChannels: number = 2;
  static readonly kServerGroups: number = 3;
  static readonly kUsers: number = 4;
  static readonly kRead: number = 0;
  static readonly kWrite: number = 1;

  /** The names, by resource type and permission type. */
  details: Record<number, Record<number, string[]>> = {};

  /** Sets the names for a resource type and a permission type, both 0…65535. */
  add(resourceType: number, permissionType: number, resources: string[]): void {
    const resource = coerceResourceType(resourceType);
    const permission = coercePermissionType(permissionType);
    const names = coerceNames(resources);
    (this.details[resource] ??= {})[permission] = names;
  }
}

/** All exports, for a default import. */
const agoraToken: {
  ApaasTokenBuilder: typeof ApaasTokenBuilder;
  ChatTokenBuilder: typeof ChatTokenBuilder;
  ConvoAITokenBuilder: typeof ConvoAITokenBuilder;
  EducationTokenBuilder: typeof EducationTokenBuilder;
  FpaTokenBuilder: typeof FpaTokenBuilder;
  RtcRole: typeof RtcRole;
  RtcTokenBuilder: typeof RtcTokenBuilder;
  RtmTokenBuilder: typeof RtmTokenBuilder;
  Rtm2Permissions: typeof Rtm2Permissions;
  SttTokenBuilder: typeof SttTokenBuilder;
} = {
  ApaasTokenBuilder,
  ChatTokenBuilder,
  ConvoAITokenBuilder,
  EducationTokenBuilder,
  FpaTokenBuilder,
  RtcRole,
  RtcTokenBuilder,
  RtmTokenBuilder,
  Rtm2Permissions,
  SttTokenBuilder,
};

export default agoraToken;
