/**
 * Fastify: `POST /token?channel=lobby` answers `{ token, uid, channel }`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE, SESSION_SECRET and PORT come from the environment.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2';
import Fastify from 'fastify';
import { sessionOf } from './session.mjs'; // replace with yours

const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = process.env;
const app = Fastify();

app.post('/token', async (request, reply) => {
  reply.header('Cache-Control', 'no-store');
  const session = await sessionOf(request.headers.authorization, secret);
  if (!session) return reply.code(401).send({ error: 'sign in first' });

  const { channel } = request.query;
  if (!session.channels.includes(channel)) return reply.code(403).send({ error: 'not your channel' });

  const token = buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
  return { token, uid: session.uid, channel };
});

app.setErrorHandler((error, _request, reply) => {
  const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
  if (badName) return reply.code(400).send({ error: 'bad channel name' });
  console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
  return reply.code(error.statusCode ?? 500).send({ error: 'no token' });
});

const address = await app.listen({ port: process.env.PORT ?? 3000 });
console.log(`${address}/token`);
