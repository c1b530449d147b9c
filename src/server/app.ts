/**
 * A token server, as a Hono app to serve by itself or to mount into a larger one.
 *
 * It mints what `authorize` grants, and nothing else. It keeps no state, and writes no log.
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
import { issuerFor } from './issuing.js';
import { type TokenAppOptions, takeSettings } from './options.js';
import { ownRoutes } from './own-routes.js';
import { answerProblem } from './problem.js';
import { Refusal } from './refusal.js';
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
 * @param options - The project, who may have which token, and what is allowed beyond the defaults.
 * @returns The app.
 * @throws `AccessTokenError` `ERR_OPTIONS`, `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_EXPIRE`.
 */
export function createTokenApp(options: TokenAppOptions): Hono {
  const settings = takeSettings(options);
  const answers = answersFor(settings.allowOrigins);
  const issuer = issuerFor(settings);
  const app = new Hono();
  const routes = [
    ...guideRoutes(issuer, answers),
    ...tokenServiceRoutes(issuer, answers),
    ...ownRoutes(issuer, answers, settings),
  ];
  for (const route of routes) app.all(route.path, ({ req }) => route.respond(req));
  app.notFound(({ req }) =>
    answerProblem(answers, req.raw, new Refusal(404, 'ERR_NOT_FOUND', 'nothing is at this path')),
  );
  return app;
}
