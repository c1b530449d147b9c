/**
 * The contract of agora-token-service (AgoraIO-Community/agora-token-service at `7ce0ee3`): `POST /getToken`, and a
 * path for each kind of token. What it would wrap or guess is refused here.
 *
 * An error is `{ status, error, message }`, the last two alike: clients read either, as versions of it differ.
 */
import { Role } from '../index.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuing.js';
import type { TokenGrant } from './options.js';
import { answerWrongMethod } from './problem.js';
import { refuseField } from './refusal.js';
import type { Incoming, Route } from './route.js';
import { chatService, isUid, rtcService, rtmService, streamChannelService, uidTextOf } from './services.js';

/** What is asked, by the name under which the answer has its token. */
type AskedByName = Readonly<Record<string, TokenGrant>>;

/** Reads what is asked. */
type Reading = (incoming: Incoming) => AskedByName | Promise<AskedByName>;

const RTC_PATH = ':channel/:role/:tokenType/:uid';

/** Each path, with what it asks for. */
const PATHS: Readonly<Record<string, (incoming: Incoming) => AskedByName>> = {
  [`/rtc/${RTC_PATH}`]: (incoming) => ({ rtcToken: rtcInPath(incoming) }),
  '/rtm/:uid': (incoming) => ({ rtmToken: rtmAsked(paramOf(incoming, 'uid'), '', lifetimeIn(incoming)) }),
  [`/rte/${RTC_PATH}`]: (incoming) => bothInPath(incoming, paramOf(incoming, 'uid')),
  [`/rte/${RTC_PATH}/:rtmUid`]: (incoming) => bothInPath(incoming, paramOf(incoming, 'rtmUid')),
  '/chat/app': (incoming) => ({ chatToken: chatAsked('', lifetimeIn(incoming)) }),
  '/chat/account/:uid': (incoming) => ({
    chatToken: chatAsked(paramOf(incoming, 'uid'), lifetimeIn(incoming)),
  }),
};

/** The fields of the service that the library calls otherwise. */
const NAMES = { channelName: 'channel', userId: 'uid' };

/** Makes the routes of agora-token-service, each path with and without a slash at its end. */
export function tokenServiceRoutes(issuer: Issuer, answers: Answers): readonly Route[] {
  return [
    { path: '/getToken', respond: (incoming) => respond(incoming, 'POST', readBody) },
    ...Object.entries(PATHS).flatMap(([path, reading]) =>
      [path, `${path}/`].map((route) => ({
        path: route,
        respond: (incoming: Incoming) => respond(incoming, 'GET', reading),
      })),
    ),
  ];

  function respond(
    incoming: Incoming,
    method: 'GET' | 'POST',
    reading: Reading,
  ): Response | Promise<Response> {
    const { raw } = incoming;
    const methods = `${method}, OPTIONS`;
    if (raw.method === method) return issueAll(incoming, reading);
    if (raw.method === 'OPTIONS') return answers.preflight(raw, 204, methods);
    return answerWrongMethod(answers, raw, methods);
  }

  async function issueAll(incoming: Incoming, reading: Reading): Promise<Response> {
    const { raw } = incoming;
    try {
      const tokens: Record<string, string> = {};
      for (const [name, asked] of Object.entries(await reading(incoming))) {
        tokens[name] = (await issuer.issue(raw, asked)).token;
      }
      return answers.json(raw, 200, tokens);
    } catch (error) {
      const { status, message } = issuer.refusalOf(error, NAMES);
      return answers.json(raw, status, { status, error: message, message });
    }
  }
}

async function readBody(incoming: Incoming): Promise<AskedByName> {
  return { token: askedIn(await readFields(incoming)) };
}

/** Reads the body of `/getToken`. As the service is written in Go, a field that is null or empty is left out. */
function askedIn(fields: Fields): TokenGrant {
  const expire = takeExpire(fieldOf(fields, 'expire'));
  const user = takeText(fields, 'uid', 'ERR_UID');
  const channel = takeText(fields, 'channel', 'ERR_CHANNEL_NAME');
  switch (fieldOf(fields, 'tokenType')) {
    case 'rtc':
      if (channel === '') refuseField('ERR_CHANNEL_NAME', 'channel', 'expected the name of a channel');
      if (user === '') refuseField('ERR_UID', 'uid', 'expected a uid or an account');
      return rtcAsked(channel, takeUidOrAccount(user), takeRoleField(fields), expire);
    case 'rtm':
      return rtmAsked(user, channel, expire);
    case 'chat':
      return chatAsked(user, expire);
    default:
      refuseField('ERR_SERVICE', 'tokenType', "expected 'rtc', 'rtm' or 'chat'");
  }
}

function rtcInPath(incoming: Incoming): TokenGrant {
  const user = paramOf(incoming, 'uid');
  const role = takeRole(paramOf(incoming, 'role'));
  const expire = lifetimeIn(incoming);
  switch (paramOf(incoming, 'tokenType')) {
    case 'uid':
      return rtcAsked(paramOf(incoming, 'channel'), takeUid(user), role, expire);
    case 'userAccount':
      return rtcAsked(paramOf(incoming, 'channel'), user, role, expire);
    default:
      refuseField('ERR_SERVICE', 'tokenType', "expected 'uid' or 'userAccount'");
  }
}

function bothInPath(incoming: Incoming, rtmUser: string): AskedByName {
  const rtcToken = rtcInPath(incoming);
  return { rtcToken, rtmToken: rtmAsked(rtmUser, paramOf(incoming, 'channel'), rtcToken.expire) };
}

function rtcAsked(channel: string, user: string, role: Role, expire: number): TokenGrant {
  return { services: [rtcService(channel, user, role, expire)], expire };
}

/** With a channel, the token is for its stream channel as well. */
function rtmAsked(user: string, channel: string, expire: number): TokenGrant {
  if (user === '' || user === '0') refuseField('ERR_USER_ID', 'uid', 'expected the id of an RTM user');
  const login = rtmService(user, expire);
  const services = channel === '' ? [login] : [streamChannelService(channel, user, expire), login];
  return { services, expire };
}

function chatAsked(user: string, expire: number): TokenGrant {
  return { services: [chatService(user, expire)], expire };
}

function paramOf(incoming: Incoming, name: string): string {
  assertDecodable(incoming.raw.url, name);
  return incoming.param(name) ?? '';
}

/** Parts of a URL that cannot be decoded would be taken as they stand. */
function assertDecodable(url: string, name: string): void {
  try {
    decodeURI(url);
  } catch {
    refuseField('ERR_STRING', name, 'expected UTF-8 in percent-encoding');
  }
}

function takeText(fields: Fields, name: string, code: 'ERR_UID' | 'ERR_CHANNEL_NAME' | 'ERR_ROLE'): string {
  const value = fieldOf(fields, name) ?? '';
  if (typeof value !== 'string') refuseField(code, name, 'expected a text');
  return value;
}

/** Without a role, the service makes a subscriber. */
function takeRoleField(fields: Fields): Role {
  const role = takeText(fields, 'role', 'ERR_ROLE');
  return role === '' ? Role.Subscriber : takeRole(role);
}

function takeRole(role: string): Role {
  if (role === 'publisher') return Role.Publisher;
  if (role === 'subscriber') return Role.Subscriber;
  refuseField('ERR_ROLE', 'role', "expected 'publisher' or 'subscriber'");
}

/** Digits alone are a uid; another number is one that went wrong, and nobody's account. */
function takeUidOrAccount(user: string): string {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/u.test(user) ? takeUid(user) : user;
}

function takeUid(text: string): string {
  const uid = /^(?:0|[1-9]\d{0,9})$/u.test(text) ? Number(text) : undefined;
  if (!isUid(uid)) refuseField('ERR_UID', 'uid', 'expected an integer from 0 to 4294967295 in decimal');
  return uidTextOf(uid);
}

/** Whether it is too long is for the library and the cap to say. */
function takeExpire(value: unknown): number {
  if (value === undefined || value === null || value === 0) return DEFAULT_LIFETIME;
  if (typeof value === 'number') return value;
  refuseField('ERR_EXPIRE', 'expire', 'expected whole seconds from now');
}

function lifetimeIn(incoming: Incoming): number {
  const text = incoming.query('expiry');
  if (text === undefined) return DEFAULT_LIFETIME;
  if (/^[1-9]\d{0,9}$/u.test(text)) return Number(text);
  refuseField('ERR_EXPIRE', 'expiry', 'expected whole seconds from now, at least 1');
}
