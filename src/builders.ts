/**
 * From the arguments of the official builders to what a token says: its services, their privileges, its lifetime.
 *
 * Each function checks the project and the options, then its other arguments from left to right, and returns plain
 * data, which the entries sign. What the arguments mean stands at the entries' functions of the same names.
 */
import { type IntegerBounds, UINT32_MAX, takeInteger } from './arguments.js';
import { md5Hex } from './codec/md5.js';
import { refuse } from './errors.js';
import { MAX_LIFETIME } from './limits.js';
import { type MintRequest, type Project, requestOf, takeProject } from './mint.js';
import { ApaasPrivilege, ChatPrivilege, FpaPrivilege, type Privileges, Rtm2Privilege } from './privileges.js';
import { takeApaasRole, takePermissions } from './service-arguments.js';
import {
  type ApaasService,
  type ChatService,
  type RtcService,
  type RtmService,
  type Service,
  uidText,
} from './services.js';

/** The roles of AccessToken2. A publisher may publish, a subscriber may only join and listen. */
export const Role = { Publisher: 1, Subscriber: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];

export function buildTokenWithUid(
  appId: unknown,
  appCertificate: unknown,
  channelName: unknown,
  uid: unknown,
  role: unknown,
  tokenExpire: unknown,
  privilegeExpire?: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const channel = takeChannelName(project, channelName);
  const user = takeUid(uid, 'buildTokenWithUserAccount');
  const { expire, privileges } = takeRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return requestOf(project, expire, [rtc(channel, user, privileges)]);
}

export function buildTokenWithUserAccount(
  appId: unknown,
  appCertificate: unknown,
  channelName: unknown,
  account: unknown,
  role: unknown,
  tokenExpire: unknown,
  privilegeExpire?: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const channel = takeChannelName(project, channelName);
  const user = takeAccount(project, account, 'account');
  const { expire, privileges } = takeRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return requestOf(project, expire, [rtc(channel, user, privileges)]);
}

export function buildTokenWithUidAndPrivilege(...arguments_: PrivilegeArguments): MintRequest {
  return rtcWithPrivileges(arguments_, (_, uid) => takeUid(uid, 'buildTokenWithUserAccountAndPrivilege'));
}

export function buildTokenWithUserAccountAndPrivilege(...arguments_: PrivilegeArguments): MintRequest {
  return rtcWithPrivileges(arguments_, (project, account) => takeAccount(project, account, 'account'));
}

export function buildTokenWithRtm(
  appId: unknown,
  appCertificate: unknown,
  channelName: unknown,
  account: unknown,
  role: unknown,
  tokenExpire: unknown,
  privilegeExpire?: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const channel = takeChannelName(project, channelName);
  // One name for both services, so the narrower limits hold.
  const user = project.limits.text.rtmUserId(account, 'account', 'ERR_ACCOUNT');
  const { expire, privileges } = takeRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return requestOf(project, expire, [rtc(channel, user, privileges), rtm(user, expire)]);
}

export function buildTokenWithRtm2(...arguments_: Rtm2Arguments): MintRequest {
  return rtcAndRtm(arguments_, []);
}

export function buildConvoAiToken(...arguments_: Rtm2Arguments): MintRequest {
  return rtcAndRtm(arguments_, [{ type: 'convoai', privileges: {} }]);
}

export function buildSttToken(...arguments_: Rtm2Arguments): MintRequest {
  return rtcAndRtm(arguments_, [{ type: 'stt', privileges: {} }]);
}

export function buildRtmToken(
  appId: unknown,
  appCertificate: unknown,
  userId: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const user = takeUserId(project, userId, 'userId');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [rtm(user, seconds)]);
}

export function buildRtmTokenWithPermissions(
  appId: unknown,
  appCertificate: unknown,
  userId: unknown,
  permissions: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const user = takeUserId(project, userId, 'userId');
  const allowed = takePermissions(permissions, 'permissions');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  const privileges = { [Rtm2Privilege.Login]: seconds };
  const service: Service = { type: 'rtm2', userId: user, permissions: allowed, privileges };
  return requestOf(project, seconds, [service], 'permissions');
}

export function buildChatUserToken(
  appId: unknown,
  appCertificate: unknown,
  userUuid: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const userId = project.limits.text.chatUserId(userUuid, 'userUuid', 'ERR_USER_ID');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [chat(userId, ChatPrivilege.User, seconds)]);
}

export function buildChatAppToken(
  appId: unknown,
  appCertificate: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [chat('', ChatPrivilege.App, seconds)]);
}

export function buildFpaToken(appId: unknown, appCertificate: unknown, options?: unknown): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  return requestOf(project, MAX_LIFETIME, [{ type: 'fpa', privileges: { [FpaPrivilege.Login]: 0 } }]);
}

export function buildApaasRoomUserToken(
  appId: unknown,
  appCertificate: unknown,
  roomUuid: unknown,
  userUuid: unknown,
  role: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const room = project.limits.text.anyText(roomUuid, 'roomUuid', 'ERR_STRING');
  const user = takeUserId(project, userUuid, 'userUuid');
  const roomRole = takeApaasRole(role, 'role');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [
    rtm(user, seconds),
    chat(md5Hex(user), ChatPrivilege.User, seconds),
    apaas(room, user, roomRole, ApaasPrivilege.RoomUser, seconds),
  ]);
}

export function buildApaasUserToken(
  appId: unknown,
  appCertificate: unknown,
  userUuid: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const user = takeUserId(project, userUuid, 'userUuid');
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [apaas('', user, NO_APAAS_ROLE, ApaasPrivilege.User, seconds)]);
}

export function buildApaasAppToken(
  appId: unknown,
  appCertificate: unknown,
  expire: unknown,
  options?: unknown,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const seconds = project.limits.tokenExpire(expire, 'expire');
  return requestOf(project, seconds, [apaas('', '', NO_APAAS_ROLE, ApaasPrivilege.App, seconds)]);
}

const NO_APAAS_ROLE = -1;

function rtc(channelName: string, uid: string, privileges: Privileges): RtcService {
  return { type: 'rtc', channelName, uid, privileges };
}

function rtm(userId: string, expire: number): RtmService {
  // RtmPrivilege.Login; see rolePrivileges.
  return { type: 'rtm', userId, privileges: { 1: expire } };
}

function chat(userId: string, privilege: ChatPrivilege, expire: number): ChatService {
  return { type: 'chat', userId, privileges: { [privilege]: expire } };
}

function apaas(
  roomUuid: string,
  userUuid: string,
  role: number,
  privilege: ApaasPrivilege,
  expire: number,
): ApaasService {
  return { type: 'apaas', roomUuid, userUuid, role, privileges: { [privilege]: expire } };
}

/** The nine arguments of `buildTokenWithUidAndPrivilege` and its sibling, and the options. */
type PrivilegeArguments = [
  appId: unknown,
  appCertificate: unknown,
  channelName: unknown,
  uidOrAccount: unknown,
  tokenExpire: unknown,
  joinChannelPrivilegeExpire: unknown,
  pubAudioPrivilegeExpire: unknown,
  pubVideoPrivilegeExpire: unknown,
  pubDataStreamPrivilegeExpire: unknown,
  options?: unknown,
];

/** RTC, with a lifetime for each privilege. */
function rtcWithPrivileges(
  [
    appId,
    appCertificate,
    channelName,
    uidOrAccount,
    tokenExpire,
    joinChannelPrivilegeExpire,
    pubAudioPrivilegeExpire,
    pubVideoPrivilegeExpire,
    pubDataStreamPrivilegeExpire,
    options,
  ]: PrivilegeArguments,
  takeUser: (project: Project, value: unknown) => string,
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const channel = takeChannelName(project, channelName);
  const user = takeUser(project, uidOrAccount);
  const expire = project.limits.tokenExpire(tokenExpire, 'tokenExpire');
  const lifetimes = takeRtcLifetimes(
    project,
    joinChannelPrivilegeExpire,
    pubAudioPrivilegeExpire,
    pubVideoPrivilegeExpire,
    pubDataStreamPrivilegeExpire,
  );
  return requestOf(project, expire, [rtc(channel, user, rolePrivileges(Role.Publisher, lifetimes))]);
}

/** The twelve arguments of `buildTokenWithRtm2`, and the options. */
type Rtm2Arguments = [
  appId: unknown,
  appCertificate: unknown,
  channelName: unknown,
  rtcAccount: unknown,
  rtcRole: unknown,
  rtcTokenExpire: unknown,
  joinChannelPrivilegeExpire: unknown,
  pubAudioPrivilegeExpire: unknown,
  pubVideoPrivilegeExpire: unknown,
  pubDataStreamPrivilegeExpire: unknown,
  rtmUserId: unknown,
  rtmTokenExpire: unknown,
  options?: unknown,
];

/** RTC and RTM, each with a user and lifetimes of its own, and the services that need both. */
function rtcAndRtm(
  [
    appId,
    appCertificate,
    channelName,
    rtcAccount,
    rtcRole,
    rtcTokenExpire,
    joinChannelPrivilegeExpire,
    pubAudioPrivilegeExpire,
    pubVideoPrivilegeExpire,
    pubDataStreamPrivilegeExpire,
    rtmUserId,
    rtmTokenExpire,
    options,
  ]: Rtm2Arguments,
  further: readonly Service[],
): MintRequest {
  const project = takeProject(appId, appCertificate, options);
  const channel = takeChannelName(project, channelName);
  const account = takeAccount(project, rtcAccount, 'rtcAccount');
  const role = takeRole(rtcRole, 'rtcRole');
  const expire = project.limits.tokenExpire(rtcTokenExpire, 'rtcTokenExpire');
  const lifetimes = takeRtcLifetimes(
    project,
    joinChannelPrivilegeExpire,
    pubAudioPrivilegeExpire,
    pubVideoPrivilegeExpire,
    pubDataStreamPrivilegeExpire,
  );
  const user = takeUserId(project, rtmUserId, 'rtmUserId');
  const rtmExpire = project.limits.privilegeExpire(rtmTokenExpire, 'rtmTokenExpire');
  return requestOf(project, expire, [
    rtc(channel, account, rolePrivileges(role, lifetimes)),
    rtm(user, rtmExpire),
    ...further,
  ]);
}

function takeChannelName({ limits }: Project, value: unknown): string {
  return limits.text.channelName(value, 'channelName', 'ERR_CHANNEL_NAME');
}

function takeAccount({ limits }: Project, value: unknown, argument: string): string {
  return limits.text.account(value, argument, 'ERR_ACCOUNT');
}

function takeUserId({ limits }: Project, value: unknown, argument: string): string {
  return limits.text.rtmUserId(value, argument, 'ERR_USER_ID');
}

const UID: IntegerBounds = { code: 'ERR_UID', min: 0, max: UINT32_MAX, wayOut: '0 stands for any user' };

/** Takes a uid, and returns its text. */
function takeUid(value: unknown, forText: string): string {
  if (typeof value === 'string') refuse('ERR_UID', 'uid', 'a number', value, `for a text use ${forText}`);
  if (typeof value === 'number' && value < 0 && value === (value | 0)) {
    refuse('ERR_UID', 'uid', 'an unsigned integer', value, 'make a signed one unsigned with uid >>> 0');
  }
  return uidText(takeInteger(value, 'uid', UID));
}

function takeRole(value: unknown, argument: string): Role {
  if (value === Role.Publisher || value === 'publisher') return Role.Publisher;
  if (value === Role.Subscriber || value === 'subscriber') return Role.Subscriber;
  const wayOut =
    value === 0 || value === 101
      ? '0 and 101 belong to the older AccessToken; Publisher has the same privileges'
      : 'use Role.Publisher or Role.Subscriber';
  refuse('ERR_ROLE', argument, "1, 2, 'publisher' or 'subscriber'", value, wayOut);
}

/** Takes the lifetimes that go with a role; that of the privileges, left out, is the token's. */
function takeRoleAndLifetimes(
  { limits }: Project,
  role: unknown,
  tokenExpire: unknown,
  privilegeExpire: unknown,
): { readonly expire: number; readonly privileges: Privileges } {
  const taken = takeRole(role, 'role');
  const expire = limits.tokenExpire(tokenExpire, 'tokenExpire');
  const seconds =
    privilegeExpire === undefined ? expire : limits.privilegeExpire(privilegeExpire, 'privilegeExpire');
  return { expire, privileges: rolePrivileges(taken, [seconds, seconds, seconds, seconds]) };
}

/** The lifetimes of the four RTC privileges, in the order of their ids. */
type RtcLifetimes = readonly [join: number, pubAudio: number, pubVideo: number, pubDataStream: number];

function takeRtcLifetimes(
  { limits }: Project,
  join: unknown,
  pubAudio: unknown,
  pubVideo: unknown,
  pubDataStream: unknown,
): RtcLifetimes {
  return [
    limits.privilegeExpire(join, 'joinChannelPrivilegeExpire'),
    limits.privilegeExpire(pubAudio, 'pubAudioPrivilegeExpire'),
    limits.privilegeExpire(pubVideo, 'pubVideoPrivilegeExpire'),
    limits.privilegeExpire(pubDataStream, 'pubDataStreamPrivilegeExpire'),
  ];
}

/** A publisher has all four privileges, a subscriber the first. */
function rolePrivileges(role: Role, [join, pubAudio, pubVideo, pubDataStream]: RtcLifetimes): Privileges {
  // The ids of RtcPrivilege. Written out: computed keys take as long as a hash of the whole token.
  return role === Role.Subscriber ? { 1: join } : { 1: join, 2: pubAudio, 3: pubVideo, 4: pubDataStream };
}
