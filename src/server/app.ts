/**
 * A token server as a Hono app. Serve it on its own, or mount it into another app.
 *
 * The app mints only what `authorize` grants. It keeps no state and writes no log.
 *
 * @example
 * ```ts
 * import { createTokenApp } from 'accesstoken2/server';
 *
 * const app = createTokenApp({
 *   appId,
 *   appCertificate,
 *   authorize: (request, asked) => (request.headers.get('Cookie') === 'session=alice' ? asked : null),
 * });
 * const response = await app.request('/fetch_rtc_token', {
 *   method: 'POST',
 *   headers: { Cookie: 'session=alice' },
 *   body: JSON.stringify({ uid: 42, ChannelName: 'lobby', role: 1 }),
 * });
 * console.log(response.status); // 200
 * ```
 *
 * @packageDocumentation
 */
import { Hono } from 'hono';
import { answersFor } from './answers.js';
import { guideRoutes } from './guide-routes.js';
import { issuerFor } from './issuer.js';
import { type TokenAppOptions, parseSettings } from './options.js';
import { ownRoutes } from './own-routes.js';
import { RequestError } from './request-error.js';
import { tokenServiceRoutes } from './token-service-routes.js';

export type { Authorize, TokenAppOptions, TokenGrant } from './options.js';
export { hasBearerSecret } from './secret.js';

/**
 * Creates a token server.
 *
 * The server has the routes of Agora's guide (`POST /fetch_rtc_token`, `/fetch_rtm_token`), the routes of
 * agora-token-service (`POST /getToken`, `GET /rtc/…`, `/rtm/…`, `/rte/…`, `/chat/…`), and routes of its own
 * (`POST /tokens`, `POST /inspect`, `GET /healthz`). The default lifetime of a token is 3600 seconds.
 *
 * @param options - The project, the function that authorizes requests, and what else is allowed.
 * @returns The app.
 * @throws `AccessTokenError` `ERR_OPTIONS`, `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_EXPIRE`.
 */
export function createTokenApp(options: TokenAppOptions): Hono {
  const settings = parseSettings(options);
  const answers = answersFor(settings.allowOrigins);
  const issuer = issuerFor(settings);
  const app = new Hono();
  const routes = [
    ...guideRoutes(issuer, answers),
    ...tokenServiceRoutes(issuer, answers),
    ...ownRoutes(issuer, answers, settings),
  ];
  for (const { path, respond } of routes) app.all(path, ({ req }) => respond(req));
  app.notFound(({ req }) =>
    answers.problem(req.raw, new RequestError(404, 'ERR_NOT_FOUND', 'nothing is at this path')),
  );
  return app;
}
