/**
 * A Cloudflare Worker: `POST /?channel=lobby` answers `{ token, uid, channel }`. It needs no compatibility flag.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET are secrets, set with `wrangler secret put`.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2/web';
import { sessionOf } from './session.mjs'; // replace with yours

export default {
  async fetch(request, env) {
    if (request.method !== 'POST') return answer(405, { error: 'use POST' });
    try {
      const session = await sessionOf(request.headers.get('Authorization'), env.SESSION_SECRET);
      if (!session) return answer(401, { error: 'sign in first' });

      const channel = new URL(request.url).searchParams.get('channel');
      if (!session.channels.includes(channel)) return answer(403, { error: 'not your channel' });

      const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate } = env;
      const token = await buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
      return answer(200, { token, uid: session.uid, channel });
    } catch (error) {
      const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
      if (badName) return answer(400, { error: 'bad channel name' });
      console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
      return answer(500, { error: 'no token' });
    }
  },
};

function answer(status, body) {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}
