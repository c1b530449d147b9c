/**
 * The contract of the token server in Agora's guide: `{ uid, ChannelName, role }` to `/fetch_rtc_token`, `{ uid }` to
 * `/fetch_rtm_token`, and `{ token, code }` back, where `token` is what is wrong unless `code` is `"200"`.
 */
import { Role } from '../index.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuing.js';
import type { TokenGrant } from './options.js';
import { refuseField } from './refusal.js';
import type { Incoming, Route } from './route.js';
import { isUid, rtcService, rtmService, uidTextOf } from './services.js';

/** The fields of the guide that the library calls otherwise. */
const NAMES = { channelName: 'ChannelName', userId: 'uid' };

/** Makes the routes of the guide. */
export function guideRoutes(issuer: Issuer, answers: Answers): readonly Route[] {
  return [
    { path: '/fetch_rtc_token', respond: (incoming) => respond(incoming, rtcAsked) },
    { path: '/fetch_rtm_token', respond: (incoming) => respond(incoming, rtmAsked) },
  ];

  function respond(
    incoming: Incoming,
    askedIn: (fields: Fields) => TokenGrant,
  ): Response | Promise<Response> {
    const { raw } = incoming;
    if (raw.method === 'POST') return fetchToken(incoming, askedIn);
    if (raw.method === 'OPTIONS') return answers.preflight(raw, 200, 'POST, OPTIONS');
    return answers.text(raw, 404, 'Unsupported method. Please check.');
  }

  async function fetchToken(incoming: Incoming, askedIn: (fields: Fields) => TokenGrant): Promise<Response> {
    const { raw } = incoming;
    try {
      const { token } = await issuer.issue(raw, askedIn(await readFields(incoming)));
      // Base64 needs no escapes, so that nobody has to look for them in each token.
      return answers.written(raw, 200, `{"token":"${token}","code":"200"}`);
    } catch (error) {
      const { status, message } = issuer.refusalOf(error, NAMES);
      return answers.json(raw, status, { token: message, code: String(status) });
    }
  }
}

function rtcAsked(fields: Fields): TokenGrant {
  const uid = fieldOf(fields, 'uid');
  if (!isUid(uid)) refuseField('ERR_UID', 'uid', 'expected an integer from 0 to 4294967295');
  const channelName = fieldOf(fields, 'ChannelName');
  if (typeof channelName !== 'string') refuseField('ERR_CHANNEL_NAME', 'ChannelName', 'expected a text');
  const role = fieldOf(fields, 'role');
  if (role !== Role.Publisher && role !== Role.Subscriber) {
    refuseField('ERR_ROLE', 'role', 'expected 1 to publish or 2 to listen');
  }
  const expire = DEFAULT_LIFETIME;
  return { services: [rtcService(channelName, uidTextOf(uid), role, expire)], expire };
}

function rtmAsked(fields: Fields): TokenGrant {
  const userId = fieldOf(fields, 'uid');
  if (typeof userId !== 'string') refuseField('ERR_USER_ID', 'uid', 'expected a text');
  return { services: [rtmService(userId, DEFAULT_LIFETIME)], expire: DEFAULT_LIFETIME };
}
