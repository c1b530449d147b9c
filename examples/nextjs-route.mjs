/**
 * Next.js, as `app/token/route.js`: `POST /token?channel=lobby` answers `{ token, uid, channel }`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET come from the environment, in development from `.env.local`.
 * Never prefix these names with NEXT_PUBLIC_, which sends them to every browser.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2';
import { sessionOf } from './session.mjs'; // replace with yours

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = process.env;

export async function POST(request) {
  try {
    const session = await sessionOf(request.headers.get('Authorization'), secret);
    if (!session) return answer(401, { error: 'sign in first' });

    const channel = new URL(request.url).searchParams.get('channel');
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

function answer(status, body) {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}
