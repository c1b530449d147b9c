/**
 * The app that `serve` runs: the `accesstoken2/server` routes behind a guard and a log, and the development page.
 */
import { type HttpBindings, getRequestListener } from '@hono/node-server';
import { type Context, Hono, type Next } from 'hono';
import { answersFor } from '../../server/answers.js';
import { createTokenApp, hasBearerSecret } from '../../server/app.js';
import { RequestError } from '../../server/request-error.js';
import type { Answer } from './answer-batch.js';
import type { Exchange } from './exchange.js';
import { openModeProblem } from './open-guard.js';
import type { PageFile } from './page-files.js';
import type { Settings } from './settings.js';

interface Env {
  readonly Bindings: HttpBindings & { readonly outgoing: Exchange };
}

type Handler = (c: Context<Env>, next: Next) => Response | Promise<Response>;

/** Returns the error response if the request is not allowed; otherwise undefined. */
type Guard = (c: Context<Env>) => Response | undefined;

/** The parts of the app that are not settings. */
export interface Parts {
  readonly appId: string;
  readonly appCertificate: string;
  /** The files of the development page; empty without `--open`. */
  readonly page: readonly PageFile[];
  /** Called with unexpected errors. */
  readonly onError: (error: unknown) => void;
}

/** Creates the function that answers requests. Throws the same errors as `createTokenApp`. */
export function createAnswer(settings: Settings, parts: Parts): Answer {
  const { access } = settings;
  const guard = access.mode === 'open' ? rejectOtherMachines : rejectWithout(access.secret.value);
  const guarded =
    (route: string, handler: Handler): Handler =>
    (c, next) => {
      c.env.outgoing.entry.route = route;
      return guard(c) ?? handler(c, next);
    };
  const app = new Hono<Env>();
  for (const { path, body, headers } of parts.page) {
    app.get(
      path,
      guarded(path, (c) => c.body(body, 200, headers)),
    );
  }
  for (const { method, path, handler } of tokenAppOf(settings, parts).routes) {
    app.on(method, path, guarded(path, handler));
  }
  app.notFound((c) => guard(c) ?? problem(c, new RequestError(404, 'ERR_NOT_FOUND', 'nothing is at this path')));
  app.onError((error, c) => {
    parts.onError(error);
    return problem(c, new RequestError(500, 'ERR_INTERNAL', 'the server could not answer'));
  });
  return answerWith(app);
}

/** Creates a token app that grants every request, since the guard has already rejected the others. */
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

/** A request whose body has already been read, in the form that @hono/node-server accepts. */
type BufferedRequest = Exchange['req'] & { rawBody?: unknown };

function answerWith(app: Hono<Env>): Answer {
  const listener = getRequestListener(
    (request, bindings) => app.fetch(request, bindings),
    // The host for HTTP/1.0 requests without a Host header.
    { hostname: 'localhost' },
  );
  return (incoming, outgoing) => {
    // If the body has already arrived, reading it directly is much cheaper than reading a stream.
    if (incoming.complete && incoming.readableLength > 0) {
      (incoming as BufferedRequest).rawBody = incoming.read();
    }
    void listener(incoming, outgoing);
  };
}

/** Requires the bearer secret, except for /healthz and CORS preflights. */
function rejectWithout(secret: string): Guard {
  return (c) => {
    const { method, path, raw } = c.req;
    if (path === '/healthz' || method === 'OPTIONS' || hasBearerSecret(raw, secret)) return undefined;
    const detail = 'Authorization: expected Bearer and the secret that this server was started with';
    return problem(c, new RequestError(401, 'ERR_REFUSED', detail), { 'WWW-Authenticate': 'Bearer' });
  };
}

/** Requires a request from this machine, and allows pages on any of its ports to read the response. */
const rejectOtherMachines: Guard = (c) => {
  const { incoming, outgoing } = c.env;
  const detail = openModeProblem(incoming.rawHeaders, incoming.socket.localPort ?? 0);
  if (detail !== undefined) return problem(c, new RequestError(403, 'ERR_REFUSED', detail));
  const origin = c.req.header('Origin');
  outgoing.setHeader('Vary', 'Origin');
  if (origin !== undefined) outgoing.setHeader('Access-Control-Allow-Origin', origin);
  return undefined;
};

const answers = answersFor([]);

/** Creates a response with a problem document, as the routes do. */
function problem(c: Context<Env>, error: RequestError, headers?: Readonly<Record<string, string>>): Response {
  return answers.problem(c.req.raw, error, headers);
}
