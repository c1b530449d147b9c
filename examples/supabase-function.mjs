/**
 * A Supabase Edge Function, or any server on Deno: `POST /?channel=lobby` answers `{ token, uid, channel }`.
 *
 * Install with `deno add npm:accesstoken2`. AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET come from
 * the environment, on Supabase from `supabase secrets set`.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2/web';
import { sessionOf } from './session.mjs'; // replace with yours, for example supabase.auth.getUser

const appId = Deno.env.get('AGORA_APP_ID');
const appCertificate = Deno.env.get('AGORA_APP_CERTIFICATE');
const secret = Deno.env.get('SESSION_SECRET');

Deno.serve(async (request) => {
  if (request.method !== 'POST') return answer(405, { error: 'use POST' });
  try {
    const session = await sessionOf(request.headers.get('Authorization'), secret);
    if (!session) return answer(401, { error: 'sign in first' });

    const channel = new URL(request.url).searchParams.get('channel');
    if (!session.channels.includes(channel)) return answer(403, { error: 'not your channel' });

    const token = await buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
    return answer(200, { token, uid: session.uid, channel });
  } catch (error) {
    const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
    if (badName) return answer(400, { error: 'bad channel name' });
    console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
    return answer(500, { error: 'no token' });
  }
});

function answer(status, body) {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}
