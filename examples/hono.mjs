/**
 * Hono: `POST /token?channel=lobby` answers `{ token, uid, channel }`.
 *
 * AGORA_APP_ID, AGORA_APP_CERTIFICATE and SESSION_SECRET come from the environment, on Workers from bindings.
 * Bun, Deno and Workers serve the default export. On Node.js, use `serve(app)` of @hono/node-server.
 */
import { AccessTokenError, buildTokenWithUid } from 'accesstoken2/web';
import { Hono } from 'hono';
import { env } from 'hono/adapter';
import { sessionOf } from './session.mjs'; // replace with yours

const app = new Hono();

app.post('/token', async (c) => {
  const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate, SESSION_SECRET: secret } = env(c);
  c.header('Cache-Control', 'no-store');
  const session = await sessionOf(c.req.header('Authorization'), secret);
  if (!session) return c.json({ error: 'sign in first' }, 401);

  const channel = c.req.query('channel');
  if (!session.channels.includes(channel)) return c.json({ error: 'not your channel' }, 403);

  const token = await buildTokenWithUid(appId, appCertificate, channel, session.uid, 'publisher', 3600);
  return c.json({ token, uid: session.uid, channel });
});

app.onError((error, c) => {
  const badName = error instanceof AccessTokenError && error.code === 'ERR_CHANNEL_NAME';
  if (badName) return c.json({ error: 'bad channel name' }, 400);
  console.error(error); // safe to log: an AccessTokenError contains no token and no certificate
  return c.json({ error: 'no token' }, 500);
});

export default app;
