/**
 * The token server as a Cloudflare Worker. A session can get RTC tokens for its own user and its own channels, for one
 * hour at most. It needs the compatibility flag `nodejs_compat`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET are secrets, set with `wrangler secret put`.
 */
import { createTokenApp } from 'accesstoken2/server';
import { sessionOf } from './session.mjs'; // replace with yours

let app;

export default {
  fetch(request, env) {
    app ??= createTokenApp({
      appId: env.AGORA_APP_ID,
      appCertificate: env.AGORA_APP_CERTIFICATE,
      maxLifetime: 3600,
      authorize: (request, asked) => grantFor(request, asked, env.SESSION_SECRET),
      onError: (error) => console.error(error),
    });
    return app.fetch(request);
  },
};

/** Grants a request if it is only for the user and the channels of the session. */
async function grantFor(request, asked, secret) {
  const session = await sessionOf(request.headers.get('Authorization'), secret);
  const isTheirs = ({ type, channelName, uid }) =>
    type === 'rtc' && session.channels.includes(channelName) && uid === String(session.uid);
  return session && asked.services.every(isTheirs) ? asked : null;
}
