/**
 * What the server answers: the routes of `accesstoken2/server`, and what the command adds to them.
 */
import { type HttpBindings, getRequestListener } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { createTokenApp, hasBearerSecret } from '../../server/app.js';
import type { Answer } from './listener.js';
import { refusalOf } from './open-guard.js';
import type { PageFile } from './page-files.js';
import type { Entry } from './request-log.js';
import type { Settings } from './settings.js';

interface Env {
  readonly Bindings: HttpBindings & { readonly entry: Entry | undefined };
}

/** What the answers are made of, besides the settings. */
export interface Parts {
  readonly appId: string;
  readonly appCertificate: string;
  /** Served by a server for development. */
  readonly page: readonly PageFile[];
  /** Is told of an error that nobody expected. */
  readonly onError: (error: Error) => void;
}

/** Puts together what answers requests; throws what `createTokenApp` does. */
export function createAnswer(settings: Settings, parts: Parts): Answer {
  const app = new Hono<Env>();
  app.use(noteRoute);
  if (settings.access.mode === 'open') {
    app.use(admitThisMachine);
    for (const { path, body, headers } of parts.page) app.get(path, (c) => c.body(body, 200, headers));
  }
  app.route('/', tokenAppOf(settings, parts));
  app.notFound((c) =>
    problem(c, 404, 'There is nothing under this path; see the documentation of the routes.'),
  );
  app.onError((error, c) => {
    parts.onError(error);
    return problem(c, 500, 'Something failed that should not; the log of the server names its kind.');
  });
  return answerOf(app);
}

/** Whoever has the secret is trusted with what is asked; so is, for development, whoever is on this machine. */
function tokenAppOf(settings: Settings, { appId, appCertificate }: Parts): Hono {
  const { access, inspect, allowOrigins, maxLifetime, ...allowed } = settings;
  const mayAsk = (request: Request): boolean =>
    access.mode === 'open' || hasBearerSecret(request, access.secret.value);
  return createTokenApp({
    appId,
    appCertificate,
    authorize: (request, asked) => (mayAsk(request) ? asked : null),
    ...(inspect ? { inspect: mayAsk } : {}),
    allowOrigins,
    ...(maxLifetime === undefined ? {} : { maxLifetime }),
    allowAnyUser: allowed.allowAnyUser,
    allowWildcards: allowed.allowWildcards,
    allowChatAppTokens: allowed.allowChatAppTokens,
  });
}

function answerOf(app: Hono<Env>): Answer {
  const entries = new WeakMap<object, Entry>();
  const listener = getRequestListener(
    (request, { incoming, outgoing }) =>
      app.fetch(request, { incoming, outgoing, entry: entries.get(outgoing) }),
    // Stands for the name that a request of HTTP/1.0 may leave out.
    { hostname: 'localhost' },
  );
  return (incoming, outgoing, entry) => {
    entries.set(outgoing, entry);
    void listener(incoming, outgoing);
  };
}

/** Notes for the log which route it is: the last that matches, unless that is for any path. */
const noteRoute: MiddlewareHandler<Env> = (c, next) => {
  const route = matchedRoutes(c).at(-1)?.path;
  if (c.env.entry !== undefined && route?.includes('*') === false) c.env.entry.route = route;
  return next();
};

/** Refuses who is not of this machine, and lets its pages read the answers, whatever their port. */
const admitThisMachine: MiddlewareHandler<Env> = async (c, next) => {
  const { incoming, outgoing } = c.env;
  const refusal = refusalOf(incoming.rawHeaders, incoming.socket.localPort ?? 0);
  if (refusal !== undefined) return problem(c, 403, refusal);
  const origin = c.req.header('Origin');
  outgoing.setHeader('Vary', 'Origin');
  if (origin !== undefined) outgoing.setHeader('Access-Control-Allow-Origin', origin);
  if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
    return c.body(null, 200, {
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': '*, Authorization',
      'Access-Control-Max-Age': '600',
    });
  }
  return next();
};

/** Answers with a problem document, as RFC 9457 has it. */
function problem(c: Context<Env>, status: 403 | 404 | 500, detail: string): Response {
  const title = { 403: 'Forbidden', 404: 'Not Found', 500: 'Internal Server Error' }[status];
  return c.body(JSON.stringify({ type: 'about:blank', title, status, detail }), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  });
}
