/**
 * The routes of agora-token-service (AgoraIO-Community/agora-token-service at `7ce0ee3`): `POST /getToken`, and a path
 * for each kind of token. Unlike the original, they reject ambiguous values and integers that are out of range.
 *
 * Errors are `{ status, error, message }`. `error` and `message` are equal, because clients read either of them.
 */
import { Role } from '../index.js';
import { formatUid } from '../services.js';
import { UINT32_MAX, isUint32 } from '../validate.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { chatGrant, rtcGrant, rtmGrant } from './grants.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuer.js';
import type { TokenGrant } from './options.js';
import { type FieldNames, throwField, withFieldName } from './request-error.js';
import { type Incoming, type Route, routeFor } from './route.js';

/** The requested grants, by the name of the token in the response. */
type AskedByName = Readonly<Record<string, TokenGrant>>;

type Parse = (incoming: Incoming) => AskedByName | Promise<AskedByName>;

const RTC_PATH = ':channel/:role/:tokenType/:uid';

/** The paths, each with the parser of its request. */
const PATHS: Readonly<Record<string, Parse>> = {
  [`/rtc/${RTC_PATH}`]: (incoming) => ({ rtcToken: parseRtcPath(incoming) }),
  '/rtm/:uid': (incoming) => ({ rtmToken: rtmAsked(parameter(incoming, 'uid'), parseExpiry(incoming)) }),
  [`/rte/${RTC_PATH}`]: (incoming) => parseRtePath(incoming, parameter(incoming, 'uid')),
  [`/rte/${RTC_PATH}/:rtmUid`]: (incoming) => parseRtePath(incoming, parameter(incoming, 'rtmUid')),
  '/chat/app': (incoming) => ({ chatToken: chatGrant('', parseExpiry(incoming)) }),
  '/chat/account/:uid': (incoming) => ({ chatToken: chatGrant(parameter(incoming, 'uid'), parseExpiry(incoming)) }),
};

const FIELD_NAMES: FieldNames = new Map([
  ['channelName', 'channel'],
  ['userId', 'uid'],
]);

/** Creates the routes of agora-token-service, each path with and without a trailing slash. */
export function tokenServiceRoutes(issuer: Issuer, answers: Answers): readonly Route[] {
  return [
    routeOf('/getToken', 'POST', async (incoming) => ({ token: parseBody(await readFields(incoming)) })),
    ...Object.entries(PATHS).flatMap(([path, parse]) =>
      [path, `${path}/`].map((either) => routeOf(either, 'GET', parse)),
    ),
  ];

  function routeOf(path: string, method: string, parse: Parse): Route {
    return routeFor(answers, path, [method], async (incoming) => {
      const { raw } = incoming;
      try {
        const tokens: Record<string, string> = {};
        for (const [name, asked] of Object.entries(await parse(incoming))) {
          tokens[name] = (await issuer.issue(raw, asked)).token;
        }
        return answers.json(raw, 200, tokens);
      } catch (error) {
        const { status, message } = withFieldName(issuer.toRequestError(error), FIELD_NAMES);
        return answers.json(raw, status, { status, error: message, message });
      }
    });
  }
}

/** Parses the body of `/getToken`. A null or empty field counts as absent, as in the original Go code. */
function parseBody(fields: Fields): TokenGrant {
  const expire = parseExpire(fieldOf(fields, 'expire'));
  const user = stringField(fields, 'uid', 'ERR_UID');
  const channel = stringField(fields, 'channel', 'ERR_CHANNEL_NAME');
  switch (fieldOf(fields, 'tokenType')) {
    case 'rtc':
      if (channel === '') throwField('ERR_CHANNEL_NAME', 'channel', 'expected the name of a channel');
      if (user === '') throwField('ERR_UID', 'uid', 'expected a uid or an account');
      return rtcGrant(channel, parseUidOrAccount(user), parseRoleField(fields), expire);
    case 'rtm':
      return rtmAsked(user, expire, channel);
    case 'chat':
      return chatGrant(user, expire);
    default:
      throwField('ERR_SERVICE', 'tokenType', "expected 'rtc', 'rtm' or 'chat'");
  }
}

function parseRtcPath(incoming: Incoming): TokenGrant {
  const user = parameter(incoming, 'uid');
  const role = parseRole(parameter(incoming, 'role'));
  const expire = parseExpiry(incoming);
  switch (parameter(incoming, 'tokenType')) {
    case 'uid':
      return rtcGrant(parameter(incoming, 'channel'), parseUid(user), role, expire);
    case 'userAccount':
      return rtcGrant(parameter(incoming, 'channel'), user, role, expire);
    default:
      throwField('ERR_SERVICE', 'tokenType', "expected 'uid' or 'userAccount'");
  }
}

function parseRtePath(incoming: Incoming, rtmUser: string): AskedByName {
  const rtcToken = parseRtcPath(incoming);
  return { rtcToken, rtmToken: rtmAsked(rtmUser, rtcToken.expire, parameter(incoming, 'channel')) };
}

function rtmAsked(user: string, expire: number, channel?: string): TokenGrant {
  if (user === '' || user === '0') throwField('ERR_USER_ID', 'uid', 'expected the id of an RTM user');
  return rtmGrant(user, expire, channel);
}

/** Returns a path parameter. Rejects invalid percent-encoding, which the framework would return unchanged. */
function parameter(incoming: Incoming, name: string): string {
  try {
    decodeURI(incoming.raw.url);
  } catch {
    throwField('ERR_STRING', name, 'expected UTF-8 in percent-encoding');
  }
  return incoming.param(name) ?? '';
}

function stringField(fields: Fields, name: string, code: 'ERR_UID' | 'ERR_CHANNEL_NAME' | 'ERR_ROLE'): string {
  const value = fieldOf(fields, name) ?? '';
  if (typeof value !== 'string') throwField(code, name, 'expected a text');
  return value;
}

/** Parses the role of `/getToken`. Default: subscriber. */
function parseRoleField(fields: Fields): Role {
  const role = stringField(fields, 'role', 'ERR_ROLE');
  return role === '' ? Role.Subscriber : parseRole(role);
}

function parseRole(role: string): Role {
  if (role === 'publisher') return Role.Publisher;
  if (role === 'subscriber') return Role.Subscriber;
  throwField('ERR_ROLE', 'role', "expected 'publisher' or 'subscriber'");
}

/** Parses anything that looks like a number as a uid. Returns any other account unchanged. */
function parseUidOrAccount(user: string): string {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/u.test(user) ? parseUid(user) : user;
}

function parseUid(user: string): string {
  const uid = /^(?:0|[1-9]\d{0,9})$/u.test(user) ? Number(user) : undefined;
  if (!isUint32(uid)) throwField('ERR_UID', 'uid', `expected an integer from 0 to ${UINT32_MAX} in decimal`);
  return formatUid(uid);
}

/** Parses the lifetime in the body. The upper limit is checked later, with the token. */
function parseExpire(value: unknown): number {
  if (value === undefined || value === null || value === 0) return DEFAULT_LIFETIME;
  if (typeof value === 'number') return value;
  throwField('ERR_EXPIRE', 'expire', 'expected whole seconds from now');
}

/** Parses the lifetime in the query. */
function parseExpiry(incoming: Incoming): number {
  const expiry = incoming.query('expiry');
  if (expiry === undefined) return DEFAULT_LIFETIME;
  if (/^[1-9]\d{0,9}$/u.test(expiry)) return Number(expiry);
  throwField('ERR_EXPIRE', 'expiry', 'expected whole seconds from now, at least 1');
}
