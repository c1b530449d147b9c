/**
 * AWS Lambda behind an HTTP API with the route `POST /token`: `POST /token?channel=lobby` answers
 * `{ token, uid, channel }`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET come from the environment of the function.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2';
import { sessionOf } from './session.mjs'; // replace with yours

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = process.env;

export async function handler(event) {
  try {
    const session = await sessionOf(event.headers.authorization, secret);
    if (!session) return answer(401, { error: 'sign in first' });

    const channel = event.queryStringParameters?.channel;
    if (!session.channels.includes(channel)) return answer(403, { error: 'not your channel' });

    const token = buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
    return answer(200, { token, uid: session.uid, channel });
  } catch (error) {
    const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
    if (badName) return answer(400, { error: 'bad channel name' });
    console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
    return answer(500, { error: 'no token' });
  }
}

function answer(statusCode, body) {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  return { statusCode, headers, body: JSON.stringify(body) };
}
