/**
 * The token server on AWS Lambda, behind an HTTP API with the route `$default` or a function URL. A session can get RTC
 * tokens for its own user and its own channels, for one hour at most.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET come from the environment of the function.
 */
import { createTokenApp } from 'accesstoken2/server';
import { handle } from 'hono/aws-lambda';
import { sessionOf } from './session.mjs'; // replace with yours

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = process.env;

const app = createTokenApp({
  appId,
  appCertificate,
  maxLifetime: 3600,
  authorize: grantFor,
  onError: (error) => console.error(error),
});

export const handler = handle(app);

/** Grants a request if it is only for the user and the channels of the session. */
async function grantFor(request, asked) {
  const session = await sessionOf(request.headers.get('Authorization'), secret);
  const isTheirs = ({ type, channelName, uid }) =>
    type === 'rtc' && session.channels.includes(channelName) && uid === String(session.uid);
  return session && asked.services.every(isTheirs) ? asked : null;
}
