/**
 * What the server answers: the routes of `accesstoken2/server`, and what the command adds to them.
 */
import { createTokenApp, hasBearerSecret } from '../../server/app.js';
import type { Answer, Exchange } from './listener.js';
import { refusalOf } from './open-guard.js';
import type { PageFile } from './page-files.js';
import type { Settings } from './settings.js';
import { type Context, Hono, type HttpBindings, type Next, getRequestListener } from './third-party.js';

interface Env {
  readonly Bindings: HttpBindings & { readonly outgoing: Exchange };
}

/** What a route does with a request. */
type Respond = (c: Context<Env>, next: Next) => Response | Promise<Response>;

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
  const refuse = access.mode === 'open' ? refuseOtherMachines : refuseWithout(access.secret.value);
  /** Notes the route for the log, and answers whoever is admitted. */
  const at =
    (route: string, answer: Respond): Respond =>
    (c, next) => {
      c.env.outgoing.entry.route = route;
      return refuse(c) ?? answer(c, next);
    };
  const app = new Hono<Env>();
  for (const { path, body, headers } of parts.page) {
    app.get(
      path,
      at(path, (c) => c.body(body, 200, headers)),
    );
  }
  for (const { method, path, handler } of tokenAppOf(settings, parts).routes) {
    app.on(method, path, at(path, handler));
  }
  app.notFound((c) => refuse(c) ?? problem(c, 404, 'nothing is at this path'));
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

/** A request whose body is at hand, if it has one, as Hono takes it. */
type Whole = Exchange['req'] & { rawBody?: unknown };

function answerOf(app: Hono<Env>): Answer {
  const listener = getRequestListener(
    (request, bindings) => app.fetch(request, bindings),
    // Stands for the name that a request of HTTP/1.0 may leave out.
    { hostname: 'localhost' },
  );
  return (incoming, outgoing) => {
    // To read what has come whole as a stream would cost much more.
    if (incoming.complete && incoming.readableLength > 0) (incoming as Whole).rawBody = incoming.read();
    void listener(incoming, outgoing);
  };
}

/** Answers who may have nothing; undefined for all others. */
type Refuse = (c: Context<Env>) => Response | undefined;

/**
 * Refuses who does not send the secret, whatever the request is about. Only the health of the server may be asked
 * without it, and, by a browser, which requests a page may send.
 */
function refuseWithout(secret: string): Refuse {
  return (c) => {
    const { method, path, raw } = c.req;
    if (path === '/healthz' || method === 'OPTIONS' || hasBearerSecret(raw, secret)) return undefined;
    c.header('WWW-Authenticate', 'Bearer');
    return problem(c, 401, 'Authorization: expected Bearer and the secret that this server was started with');
  };
}

/** Refuses who is not of this machine, and lets its pages read the answers, whatever their port. */
const refuseOtherMachines: Refuse = (c) => {
  const { incoming, outgoing } = c.env;
  const refusal = refusalOf(incoming.rawHeaders, incoming.socket.localPort ?? 0);
  if (refusal !== undefined) return problem(c, 403, refusal);
  const origin = c.req.header('Origin');
  outgoing.setHeader('Vary', 'Origin');
  if (origin !== undefined) outgoing.setHeader('Access-Control-Allow-Origin', origin);
  return undefined;
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
