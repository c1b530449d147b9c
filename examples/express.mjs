/**
 * Express: `POST /token?channel=lobby` answers `{ token, uid, channel }`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE, SESSION_SECRET and PORT come from the environment.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2';
import express from 'express';
import { sessionOf } from './session.mjs'; // replace with yours

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = process.env;
const app = express();

app.post('/token', async (request, response) => {
  response.set('Cache-Control', 'no-store');
  const session = await sessionOf(request.headers.authorization, secret);
  if (!session) return response.status(401).json({ error: 'sign in first' });

  const { channel } = request.query;
  if (!session.channels.includes(channel)) return response.status(403).json({ error: 'not your channel' });

  const token = buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
  return response.json({ token, uid: session.uid, channel });
});

// Express recognises an error handler by its four parameters.
app.use((error, _request, response, _next) => {
  const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
  if (badName) return response.status(400).json({ error: 'bad channel name' });
  console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
  return response.status(error.statusCode ?? 500).json({ error: 'no token' });
});

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}/token`);
});
