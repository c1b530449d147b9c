/**
 * The routes of Agora's guide: `/fetch_rtc_token` takes `{ uid, ChannelName, role }`, and `/fetch_rtm_token` `{ uid }`.
 * The response is `{ token, code }`. If `code` is not `"200"`, `token` is the error message.
 */
import { Role } from '../index.js';
import { formatUid } from '../services.js';
import { UINT32_MAX, isUint32 } from '../validate.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { rtcGrant, rtmGrant } from './grants.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuer.js';
import type { TokenGrant } from './options.js';
import { type FieldNames, throwField, withFieldName } from './request-error.js';
import type { Incoming, Route } from './route.js';

const FIELD_NAMES: FieldNames = new Map([
  ['channelName', 'ChannelName'],
  ['userId', 'uid'],
]);

/** Creates the routes of the guide. */
export function guideRoutes(issuer: Issuer, answers: Answers): readonly Route[] {
  return [routeOf('/fetch_rtc_token', parseRtc), routeOf('/fetch_rtm_token', parseRtm)];

  /** Creates a route that responds to OPTIONS and unsupported methods like the server in the guide. */
  function routeOf(path: string, parse: (fields: Fields) => TokenGrant): Route {
    return {
      path,
      respond(incoming) {
        const { raw } = incoming;
        if (raw.method === 'POST') return issue(incoming, parse);
        if (raw.method === 'OPTIONS') return answers.preflight(raw, 200, 'POST, OPTIONS');
        return answers.text(raw, 404, 'Unsupported method. Please check.');
      },
    };
  }

  async function issue(incoming: Incoming, parse: (fields: Fields) => TokenGrant): Promise<Response> {
    const { raw } = incoming;
    try {
      const { token } = await issuer.issue(raw, parse(await readFields(incoming)));
      // A token contains no characters that JSON escapes.
      return answers.jsonString(raw, `{"token":"${token}","code":"200"}`);
    } catch (error) {
      const { status, message } = withFieldName(issuer.toRequestError(error), FIELD_NAMES);
      return answers.json(raw, status, { token: message, code: String(status) });
    }
  }
}

function parseRtc(fields: Fields): TokenGrant {
  const uid = fieldOf(fields, 'uid');
  if (!isUint32(uid)) throwField('ERR_UID', 'uid', `expected an integer from 0 to ${UINT32_MAX}`);
  const channelName = fieldOf(fields, 'ChannelName');
  if (typeof channelName !== 'string') throwField('ERR_CHANNEL_NAME', 'ChannelName', 'expected a text');
  const role = fieldOf(fields, 'role');
  if (role !== Role.Publisher && role !== Role.Subscriber) {
    throwField('ERR_ROLE', 'role', 'expected 1 to publish or 2 to listen');
  }
  return rtcGrant(channelName, formatUid(uid), role, DEFAULT_LIFETIME);
}

function parseRtm(fields: Fields): TokenGrant {
  const userId = fieldOf(fields, 'uid');
  if (typeof userId !== 'string') throwField('ERR_USER_ID', 'uid', 'expected a text');
  return rtmGrant(userId, DEFAULT_LIFETIME);
}
