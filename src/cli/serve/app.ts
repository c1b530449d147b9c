/**
 * What the server answers: the routes of `accesstoken2/server`, and what the command adds to them.
 */
import { createTokenApp, hasBearerSecret } from '../../server/app.js';
import type { Answer } from './listener.js';
import { refusalOf } from './open-guard.js';
import type { PageFile } from './page-files.js';
import type { Entry } from './request-log.js';
import type { Settings } from './settings.js';
import {
  type Context,
  Hono,
  type HttpBindings,
  type MiddlewareHandler,
  getRequestListener,
  matchedRoutes,
} from './third-party.js';

interface Env {
  readonly Bindings: HttpBindings & { readonly entry: Entry | undefined };
}

/** What the answers are made of, besides the settings. */
export interface Parts {
  readonly appId: string;
  readonly appCertificate: string;
  /** What people see of a server for development; none otherwise. */
  readonly page: readonly PageFile[];
  /** Is told of an error that nobody expected. */
  readonly onError: (error: unknown) => void;
}

/** Puts together what answers requests; throws what `createTokenApp` does. */
export function createAnswer(settings: Settings, parts: Parts): Answer {
  const { access } = settings;
  const app = new Hono<Env>();
  app.use(noteRoute);
  app.use(access.mode === 'open' ? admitThisMachine : admitBackends(access.secret.value));
  for (const { path, body, headers } of parts.page) app.get(path, (c) => c.body(body, 200, headers));
  app.route('/', tokenAppOf(settings, parts));
  app.notFound((c) => problem(c, 404, 'nothing is at this path'));
  app.onError((error, c) => {
    parts.onError(error);
    return problem(c, 500, 'the server could not answer');
  });
  return answerOf(app);
}

/** Whoever was admitted is trusted with what is asked. */
function tokenAppOf(settings: Settings, { appId, appCertificate, onError }: Parts): Hono {
  const { allowOrigins, maxLifetime, allowAnyUser, allowWildcards, allowChatAppTokens } = settings;
  return createTokenApp({
    appId,
    appCertificate,
    authorize: (_, asked) => asked,
    inspect: settings.inspect ? () => true : undefined,
    allowOrigins,
    maxLifetime,
    allowAnyUser,
    allowWildcards,
    allowChatAppTokens,
    onError,
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

/**
 * Refuses who does not send the secret, whatever the request is about. Only the health of the server may be asked
 * without it, and, by a browser, which requests a page may send.
 */
function admitBackends(secret: string): MiddlewareHandler<Env> {
  return (c, next) => {
    const { method, path, raw } = c.req;
    if (path === '/healthz' || method === 'OPTIONS' || hasBearerSecret(raw, secret)) return next();
    c.header('WWW-Authenticate', 'Bearer');
    const detail = 'Authorization: expected Bearer and the secret that this server was started with';
    return Promise.resolve(problem(c, 401, detail));
  };
}

/** Refuses who is not of this machine, and lets its pages read the answers, whatever their port. */
const admitThisMachine: MiddlewareHandler<Env> = async (c, next) => {
  const { incoming, outgoing } = c.env;
  const refusal = refusalOf(incoming.rawHeaders, incoming.socket.localPort ?? 0);
  if (refusal !== undefined) return problem(c, 403, refusal);
  const origin = c.req.header('Origin');
  outgoing.setHeader('Vary', 'Origin');
  if (origin !== undefined) outgoing.setHeader('Access-Control-Allow-Origin', origin);
  return next();
};

const PROBLEMS = {
  401: { title: 'Unauthorized', code: 'ERR_REFUSED' },
  403: { title: 'Forbidden', code: 'ERR_REFUSED' },
  404: { title: 'Not Found', code: 'ERR_NOT_FOUND' },
  500: { title: 'Internal Server Error', code: 'ERR_INTERNAL' },
} as const;

/** Answers with a problem document, as the routes do. */
function problem(c: Context<Env>, status: keyof typeof PROBLEMS, detail: string): Response {
  const { title, code } = PROBLEMS[status];
  return c.body(JSON.stringify({ type: 'about:blank', title, status, detail, code }), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
}
