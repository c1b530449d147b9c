/**
 * A token server: a Hono app, to serve on its own or to mount into another app.
 *
 * It mints what `authorize` grants, and nothing else. It keeps no state and writes no log.
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
 * Its routes are those of Agora's guide (`POST /fetch_rtc_token`, `/fetch_rtm_token`), those of agora-token-service
 * (`POST /getToken`, `GET /rtc/…`, `/rtm/…`, `/rte/…`, `/chat/…`), and its own: `POST /tokens`, `POST /inspect`, and
 * `GET /healthz`. A token lasts 3600 seconds unless another lifetime is asked for and granted.
 *
 * @param options - The project, who gets which token, and what is allowed beyond the defaults.
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
