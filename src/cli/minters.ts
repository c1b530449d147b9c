/**
 * The commands that mint: for each, its options, and how they become a call of a builder.
 */
import {
  type BuildOptions,
  type Permissions,
  type RoleArgument,
  buildApaasAppToken,
  buildApaasRoomUserToken,
  buildApaasUserToken,
  buildChatAppToken,
  buildChatUserToken,
  buildConvoAiToken,
  buildFpaToken,
  buildRtmToken,
  buildRtmTokenWithPermissions,
  buildSttToken,
  buildTokenWithRtm,
  buildTokenWithRtm2,
  buildTokenWithUid,
  buildTokenWithUidAndPrivilege,
  buildTokenWithUserAccount,
  buildTokenWithUserAccountAndPrivilege,
} from '../index.js';
import type { Given, Options } from './options.js';
import { UsageError } from './usage.js';

/** The lifetime of a token that is asked for without one: an hour, in seconds. */
const DEFAULT_EXPIRE = 3600;

/** What a builder is called with besides what the command line says. */
interface Signing {
  readonly appId: string;
  readonly appCertificate: string;
  readonly options: BuildOptions;
}

/** A command that mints. */
export interface Minter {
  readonly summary: string;
  readonly options: Options;
  readonly examples: readonly string[];
  readonly mint: (given: Given, signing: Signing) => string;
}

const EXPIRE = { value: 'SECONDS', help: 'lifetime of the token, 1 to 86400 (3600)' };
const CHANNEL = { value: 'NAME', help: 'the channel' };
const ACCOUNT = { value: 'TEXT', help: 'the user account' };
const ROLE = { value: 'publisher|subscriber', help: 'what the user may do (publisher)' };
const USER = { value: 'TEXT', help: 'the user id' };

/** A lifetime for each RTC privilege, in the order of the builders' arguments. */
const PRIVILEGE_LIFETIMES: Options = {
  'join-expire': { value: 'SECONDS', help: 'how long the user may join' },
  'audio-expire': { value: 'SECONDS', help: 'how long the user may publish audio' },
  'video-expire': { value: 'SECONDS', help: 'how long the user may publish video' },
  'data-expire': { value: 'SECONDS', help: 'how long the user may publish data streams' },
};
const LIFETIMES: Options = {
  expire: EXPIRE,
  'privilege-expire': {
    value: 'SECONDS',
    help: 'lifetime of the privileges, 0 to 86400 (that of the token)',
  },
  ...PRIVILEGE_LIFETIMES,
};
const RTM_USER: Options = {
  'rtm-user': { value: 'TEXT', help: 'the RTM user id' },
  'rtm-expire': { value: 'SECONDS', help: 'how long the user may log in to RTM (--expire)' },
};
const RTC_AND_RTM: Options = { channel: CHANNEL, account: ACCOUNT, role: ROLE, ...LIFETIMES, ...RTM_USER };

/** The commands that mint, by their names. */
export const MINTERS: Readonly<Record<string, Minter>> = {
  rtc: {
    summary: 'voice and video: a user in a channel',
    options: {
      channel: CHANNEL,
      uid: { value: 'NUMBER', help: 'the uid, 0 to 4294967295; 0 is any user' },
      account: { value: 'TEXT', help: 'the user account, instead of a uid' },
      role: ROLE,
      ...LIFETIMES,
      'with-rtm': { help: 'add RTM for the same account' },
      'rtm-user': { value: 'TEXT', help: 'add RTM for this user' },
      'rtm-expire': { value: 'SECONDS', help: 'how long that user may log in to RTM (--expire)' },
    },
    examples: [
      'rtc --demo --channel lobby --uid 42',
      'rtc --demo --channel lobby --account alice --role subscriber --expire 600',
      'rtc --demo --channel lobby --uid 42 --join-expire 3600 --audio-expire 600',
      'rtc --demo --channel lobby --account alice --with-rtm',
    ],
    mint: rtcToken,
  },
  rtm: {
    summary: 'RTM (Signaling): a user',
    options: {
      user: USER,
      permissions: { value: 'JSON', help: 'RTM2: { resource type: { permission type: [names] } }' },
      expire: EXPIRE,
    },
    examples: [
      'rtm --demo --user alice',
      `rtm --demo --user alice --permissions '{"0":{"0":["lobby"],"1":["lobby"]}}'`,
    ],
    mint: (given, { appId, appCertificate, options }) => {
      const user = given.requiredText('user');
      const permissions = permissionsOf(given);
      return permissions === undefined
        ? buildRtmToken(appId, appCertificate, user, expireOf(given), options)
        : buildRtmTokenWithPermissions(appId, appCertificate, user, permissions, expireOf(given), options);
    },
  },
  'chat-user': {
    summary: 'Chat: a user',
    options: { user: USER, expire: EXPIRE },
    examples: ['chat-user --demo --user alice'],
    mint: (given, { appId, appCertificate, options }) =>
      buildChatUserToken(appId, appCertificate, given.requiredText('user'), expireOf(given), options),
  },
  'chat-app': {
    summary: 'Chat: your server, which may act for every user',
    options: { expire: EXPIRE },
    examples: ['chat-app --demo --expire 600'],
    mint: (given, { appId, appCertificate, options }) =>
      buildChatAppToken(appId, appCertificate, expireOf(given), options),
  },
  fpa: {
    summary: 'FPA, for 24 hours',
    options: {},
    examples: ['fpa --demo'],
    mint: (_, { appId, appCertificate, options }) => buildFpaToken(appId, appCertificate, options),
  },
  'apaas-room-user': {
    summary: 'APaaS (Education): a user in a room, with RTM and Chat',
    options: {
      room: { value: 'TEXT', help: 'the room' },
      user: USER,
      role: { value: 'NUMBER', help: 'the role in the room, -32768 to 32767' },
      expire: EXPIRE,
    },
    examples: ['apaas-room-user --demo --room 101 --user alice --role 2'],
    mint: (given, { appId, appCertificate, options }) => {
      const [room, user] = [given.requiredText('room'), given.requiredText('user')];
      const role = given.requiredInteger('role');
      return buildApaasRoomUserToken(appId, appCertificate, room, user, role, expireOf(given), options);
    },
  },
  'apaas-user': {
    summary: 'APaaS (Education): a user',
    options: { user: USER, expire: EXPIRE },
    examples: ['apaas-user --demo --user alice'],
    mint: (given, { appId, appCertificate, options }) =>
      buildApaasUserToken(appId, appCertificate, given.requiredText('user'), expireOf(given), options),
  },
  'apaas-app': {
    summary: 'APaaS (Education): your server',
    options: { expire: EXPIRE },
    examples: ['apaas-app --demo'],
    mint: (given, { appId, appCertificate, options }) =>
      buildApaasAppToken(appId, appCertificate, expireOf(given), options),
  },
  convoai: {
    summary: 'Conversational AI, with RTC and RTM',
    options: RTC_AND_RTM,
    examples: ['convoai --demo --channel lobby --account 42 --rtm-user agent'],
    mint: (given, signing) => buildConvoAiToken(...rtcAndRtm(given, signing)),
  },
  stt: {
    summary: 'speech to text, with RTC and RTM',
    options: RTC_AND_RTM,
    examples: ['stt --demo --channel lobby --account 42 --rtm-user agent'],
    mint: (given, signing) => buildSttToken(...rtcAndRtm(given, signing)),
  },
};

/** Calls the builder of RTC tokens that the options ask for. */
function rtcToken(given: Given, signing: Signing): string {
  const { appId, appCertificate, options } = signing;
  const channel = given.requiredText('channel');
  refuseTogether(given, 'uid', ['account']);
  if (given.has('rtm-user')) {
    refuseTogether(given, 'rtm-user', ['with-rtm']);
    return buildTokenWithRtm2(...rtcAndRtm(given, signing));
  }
  if (given.has('rtm-expire')) {
    throw new UsageError('--rtm-expire needs --rtm-user TEXT; with --with-rtm the login lasts --expire');
  }
  const expire = expireOf(given);
  const separate = given.among(Object.keys(PRIVILEGE_LIFETIMES));
  if (given.has('with-rtm')) {
    refuseTogether(given, 'with-rtm', separate);
    const account = accountOf(given, '--with-rtm');
    const privilegeExpire = given.integer('privilege-expire');
    return buildTokenWithRtm(
      appId,
      appCertificate,
      channel,
      account,
      roleOf(given),
      expire,
      privilegeExpire,
      options,
    );
  }
  const account = given.text('account');
  if (account === undefined && !given.has('uid')) {
    throw new UsageError('rtc needs --uid NUMBER or --account TEXT; --uid 0 is any user');
  }
  if (separate.length > 0) {
    for (const name of separate) refuseTogether(given, name, ['role']);
    const lifetimes = privilegeLifetimes(given);
    return account === undefined
      ? buildTokenWithUidAndPrivilege(
          appId,
          appCertificate,
          channel,
          given.requiredInteger('uid'),
          expire,
          ...lifetimes,
          options,
        )
      : buildTokenWithUserAccountAndPrivilege(
          appId,
          appCertificate,
          channel,
          account,
          expire,
          ...lifetimes,
          options,
        );
  }
  const tail = [roleOf(given), expire, given.integer('privilege-expire'), options] as const;
  return account === undefined
    ? buildTokenWithUid(appId, appCertificate, channel, given.requiredInteger('uid'), ...tail)
    : buildTokenWithUserAccount(appId, appCertificate, channel, account, ...tail);
}

/** The arguments of the builders that sign RTC and RTM with users and lifetimes of their own. */
function rtcAndRtm(given: Given, signing: Signing): Parameters<typeof buildTokenWithRtm2> {
  return [
    signing.appId,
    signing.appCertificate,
    given.requiredText('channel'),
    accountOf(given, '--rtm-user'),
    roleOf(given),
    expireOf(given),
    ...privilegeLifetimes(given),
    given.requiredText('rtm-user'),
    given.integer('rtm-expire') ?? expireOf(given),
    signing.options,
  ];
}

function accountOf(given: Given, needing: string): string {
  if (given.has('uid')) {
    throw new UsageError(
      `${needing} needs --account TEXT instead of --uid; an account may be a number, such as --account 42`,
    );
  }
  return given.requiredText('account');
}

function expireOf(given: Given): number {
  return given.integer('expire') ?? DEFAULT_EXPIRE;
}

/** The four lifetimes; one that is not given is that of the privileges, or else of the token. */
function privilegeLifetimes(given: Given): [number, number, number, number] {
  const all = given.integer('privilege-expire') ?? expireOf(given);
  const lifetime = (name: string): number => given.integer(name) ?? all;
  return [
    lifetime('join-expire'),
    lifetime('audio-expire'),
    lifetime('video-expire'),
    lifetime('data-expire'),
  ];
}

/** Passes a role on as it is, or as the number that it is: the builder says what is wrong with any other. */
function roleOf(given: Given): RoleArgument {
  const role = given.text('role') ?? 'publisher';
  return (/^\d+$/u.test(role) ? Number(role) : role) as RoleArgument;
}

/** Passes permissions on as they are: the builder says what is wrong with them. */
function permissionsOf(given: Given): Permissions | undefined {
  const json = given.text('permissions');
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Permissions;
  } catch {
    throw new UsageError(`--permissions: not JSON; write it as '{"0":{"0":["lobby"]}}'`);
  }
}

function refuseTogether(given: Given, name: string, others: readonly string[]): void {
  const [other] = given.has(name) ? given.among(others) : [];
  if (other !== undefined) {
    throw new UsageError(`--${other} does not go with --${name}; leave one of them out`);
  }
}
