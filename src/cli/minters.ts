/**
 * The minting commands: the options of each, and the call to its builder.
 */
import * as library from '../index.js';
import { quote } from '../redact.js';
import type { OptionValues, Options } from './options.js';
import { UsageError } from './usage.js';

/** The default token lifetime: one hour, in seconds. */
const DEFAULT_EXPIRE = 3600;

/** The builder arguments that all minting commands share. */
interface Signing {
  readonly project: readonly [appId: string, appCertificate: string];
  readonly options: library.BuildOptions;
}

/** A command that mints. */
export interface Minter {
  readonly summary: string;
  readonly options: Options;
  readonly examples: readonly string[];
  readonly mint: (values: OptionValues, signing: Signing) => string;
}

const EXPIRE = { value: 'SECONDS', help: 'lifetime of the token, 1 to 86400 (3600)' };
const CHANNEL = { value: 'NAME', help: 'the channel' };
const ACCOUNT = { value: 'TEXT', help: 'the user account' };
const ROLE = { value: 'publisher|subscriber', help: 'what the user may do (publisher)' };
const USER = { value: 'TEXT', help: 'the user id' };

/** The options for the RTC privilege lifetimes, in the order in which the builders take them. */
const PRIVILEGE_LIFETIMES: Options = {
  'join-expire': { value: 'SECONDS', help: 'how long the user may join' },
  'audio-expire': { value: 'SECONDS', help: 'how long the user may publish audio' },
  'video-expire': { value: 'SECONDS', help: 'how long the user may publish video' },
  'data-expire': { value: 'SECONDS', help: 'how long the user may publish data streams' },
};
const LIFETIMES: Options = {
  expire: EXPIRE,
  'privilege-expire': { value: 'SECONDS', help: 'lifetime of the privileges, 0 to 86400 (that of the token)' },
  ...PRIVILEGE_LIFETIMES,
};
const RTM_USER: Options = {
  'rtm-user': { value: 'TEXT', help: 'the RTM user id' },
  'rtm-expire': { value: 'SECONDS', help: 'how long the user may log in to RTM (--expire)' },
};
const RTC_AND_RTM: Options = { channel: CHANNEL, account: ACCOUNT, role: ROLE, ...LIFETIMES, ...RTM_USER };

/** The commands that mint, by name. */
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
    mint: mintRtc,
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
    mint: (values, { project, options }) => {
      const [user, expire] = [values.requiredString('user'), expireOf(values)];
      const permissions = permissionsOf(values);
      return permissions === undefined
        ? library.buildRtmToken(...project, user, expire, options)
        : library.buildRtmTokenWithPermissions(...project, user, permissions, expire, options);
    },
  },
  'chat-user': {
    summary: 'Chat: a user',
    options: { user: USER, expire: EXPIRE },
    examples: ['chat-user --demo --user alice'],
    mint: (values, { project, options }) =>
      library.buildChatUserToken(...project, values.requiredString('user'), expireOf(values), options),
  },
  'chat-app': {
    summary: 'Chat: your server, which may act for every user',
    options: { expire: EXPIRE },
    examples: ['chat-app --demo --expire 600'],
    mint: (values, { project, options }) => library.buildChatAppToken(...project, expireOf(values), options),
  },
  fpa: {
    summary: 'FPA, for 24 hours',
    options: {},
    examples: ['fpa --demo'],
    mint: (_, { project, options }) => library.buildFpaToken(...project, options),
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
    mint: (values, { project, options }) => {
      const [room, user] = [values.requiredString('room'), values.requiredString('user')];
      const role = values.requiredInteger('role');
      return library.buildApaasRoomUserToken(...project, room, user, role, expireOf(values), options);
    },
  },
  'apaas-user': {
    summary: 'APaaS (Education): a user',
    options: { user: USER, expire: EXPIRE },
    examples: ['apaas-user --demo --user alice'],
    mint: (values, { project, options }) =>
      library.buildApaasUserToken(...project, values.requiredString('user'), expireOf(values), options),
  },
  'apaas-app': {
    summary: 'APaaS (Education): your server',
    options: { expire: EXPIRE },
    examples: ['apaas-app --demo'],
    mint: (values, { project, options }) => library.buildApaasAppToken(...project, expireOf(values), options),
  },
  convoai: {
    summary: 'Conversational AI, with RTC and RTM',
    options: RTC_AND_RTM,
    examples: ['convoai --demo --channel lobby --account 42 --rtm-user agent'],
    mint: (values, signing) => library.buildConvoAiToken(...rtm2Arguments(values, signing)),
  },
  stt: {
    summary: 'speech to text, with RTC and RTM',
    options: RTC_AND_RTM,
    examples: ['stt --demo --channel lobby --account 42 --rtm-user agent'],
    mint: (values, signing) => library.buildSttToken(...rtm2Arguments(values, signing)),
  },
};

/** Selects the RTC builder that fits the given options, and calls it. */
function mintRtc(values: OptionValues, signing: Signing): string {
  const { project, options } = signing;
  const channel = values.requiredString('channel');
  values.rejectCombination('uid', ['account']);
  if (values.has('rtm-user')) {
    values.rejectCombination('rtm-user', ['with-rtm']);
    return library.buildTokenWithRtm2(...rtm2Arguments(values, signing));
  }
  if (values.has('rtm-expire')) {
    throw new UsageError('--rtm-expire needs --rtm-user TEXT; with --with-rtm the login lasts --expire');
  }
  const expire = expireOf(values);
  const separate = Object.keys(PRIVILEGE_LIFETIMES);
  if (values.has('with-rtm')) {
    values.rejectCombination('with-rtm', separate);
    const account = accountFor('--with-rtm', values);
    const tail = [roleOf(values), expire, values.integer('privilege-expire'), options] as const;
    return library.buildTokenWithRtm(...project, channel, account, ...tail);
  }
  const account = values.string('account');
  if (account === undefined && !values.has('uid')) {
    throw new UsageError('rtc needs --uid NUMBER or --account TEXT; --uid 0 is any user');
  }
  if (separate.some((name) => values.has(name))) {
    for (const name of separate) values.rejectCombination(name, ['role']);
    const tail = [expire, ...privilegeLifetimes(values), options] as const;
    return account === undefined
      ? library.buildTokenWithUidAndPrivilege(...project, channel, values.requiredInteger('uid'), ...tail)
      : library.buildTokenWithUserAccountAndPrivilege(...project, channel, account, ...tail);
  }
  const tail = [roleOf(values), expire, values.integer('privilege-expire'), options] as const;
  return account === undefined
    ? library.buildTokenWithUid(...project, channel, values.requiredInteger('uid'), ...tail)
    : library.buildTokenWithUserAccount(...project, channel, account, ...tail);
}

/** Returns the arguments for the builders that mint tokens with separate users and lifetimes for RTC and RTM. */
function rtm2Arguments(values: OptionValues, signing: Signing): Parameters<typeof library.buildTokenWithRtm2> {
  return [
    ...signing.project,
    values.requiredString('channel'),
    accountFor('--rtm-user', values),
    roleOf(values),
    expireOf(values),
    ...privilegeLifetimes(values),
    values.requiredString('rtm-user'),
    values.integer('rtm-expire') ?? expireOf(values),
    signing.options,
  ];
}

function accountFor(option: string, values: OptionValues): string {
  if (values.has('uid')) {
    throw new UsageError(
      `${option} needs --account TEXT instead of --uid; an account may be a number, such as --account 42`,
    );
  }
  return values.requiredString('account');
}

function expireOf(values: OptionValues): number {
  return values.integer('expire') ?? DEFAULT_EXPIRE;
}

/** Returns the four lifetimes. Each defaults to --privilege-expire, or else to the token lifetime. */
function privilegeLifetimes(values: OptionValues): [number, number, number, number] {
  const all = values.integer('privilege-expire') ?? expireOf(values);
  const lifetime = (name: string): number => values.integer(name) ?? all;
  return [lifetime('join-expire'), lifetime('audio-expire'), lifetime('video-expire'), lifetime('data-expire')];
}

/** Parses a role. The builder rejects 0 and 101, which are roles of the older AccessToken, with an explanation. */
function roleOf(values: OptionValues): library.RoleArgument {
  const role = values.string('role') ?? 'publisher';
  if (role === 'publisher' || role === 'subscriber') return role;
  if (['0', '1', '2', '101'].includes(role)) return Number(role) as library.RoleArgument;
  throw new UsageError(
    `--role: expected 1, 2, publisher or subscriber, got ${quote(role)}; use publisher or subscriber`,
  );
}

/** Parses the JSON of --permissions. The builder validates the result. */
function permissionsOf(values: OptionValues): library.Permissions | undefined {
  const json = values.string('permissions');
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as library.Permissions;
  } catch {
    throw new UsageError(`--permissions: not JSON; write it as '{"0":{"0":["lobby"]}}'`);
  }
}
