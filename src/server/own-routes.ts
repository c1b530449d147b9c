/**
 * The server's own routes: `POST /tokens`, `POST /inspect`, `GET /healthz`.
 */
import type { Context, Hono } from 'hono';
import { type Service, inspectToken } from '../index.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuing.js';
import type { Settings, TokenGrant } from './options.js';
import { answerProblem } from './problem.js';
import { Refusal, notGranted, refuseField } from './refusal.js';

/** What a route does for the method that it is for, with the JSON that it answers. */
type Action = (c: Context) => Promise<unknown>;

/** Adds the routes that are this server's own; `/inspect` only where somebody may use it. */
export function addOwnRoutes(app: Hono, issuer: Issuer, answers: Answers, settings: Settings): void {
  const { appId, appCertificate, inspect } = settings;
  app.all('/tokens', (c) => respond(c, issueTokens));
  if (inspect !== undefined) app.all('/inspect', (c) => respond(c, (c) => inspectGiven(c, inspect)));
  app.all('/healthz', (c) => tellHealth(c.req.raw));

  function respond(c: Context, action: Action): Response | Promise<Response> {
    const request = c.req.raw;
    const methods = 'POST, OPTIONS';
    if (request.method === 'POST') return answer(c, action);
    if (request.method === 'OPTIONS') return answers.preflight(request, 204, methods);
    return answerWrongMethod(answers, request, methods);
  }

  async function answer(c: Context, action: Action): Promise<Response> {
    try {
      return answers.json(c.req.raw, 200, await action(c));
    } catch (error) {
      return answerProblem(answers, c.req.raw, issuer.refusalOf(error));
    }
  }

  function tellHealth(request: Request): Response {
    const methods = 'GET, HEAD, OPTIONS';
    if (request.method === 'OPTIONS') return answers.preflight(request, 204, methods);
    if (!['GET', 'HEAD'].includes(request.method)) return answerWrongMethod(answers, request, methods);
    return answers.json(request, 200, { status: 'ok' });
  }

  async function issueTokens(c: Context): Promise<unknown> {
    const fields = await readFields(c.req);
    refuseUnknown(fields, ['services', 'expire']);
    return issuer.issue(c.req.raw, askedIn(fields));
  }

  async function inspectGiven(c: Context, mayInspect: (request: Request) => unknown): Promise<unknown> {
    const fields = await readFields(c.req);
    refuseUnknown(fields, ['token']);
    const token = fieldOf(fields, 'token');
    if (typeof token !== 'string') refuseField('ERR_TOKEN_TYPE', 'token', 'expected a text');
    if ((await allowedBy(mayInspect, c.req.raw)) !== true) throw notGranted();
    const inspection = inspectToken(token, { appCertificate, appId, maxContentLength: MAX_INSPECTED });
    return withoutBytes(inspection);
  }

  async function allowedBy(mayInspect: (request: Request) => unknown, request: Request): Promise<unknown> {
    try {
      return await mayInspect(request);
    } catch (error) {
      settings.report(error);
      return false;
    }
  }
}

/** Answers to a method that a path does not have. */
export function answerWrongMethod(answers: Answers, request: Request, methods: string): Response {
  const refusal = new Refusal(405, 'ERR_METHOD', `use one of ${methods}`);
  return answerProblem(answers, request, refusal, { Allow: methods });
}

/** How many bytes of content are read of a token that is inspected: many times what services need. */
const MAX_INSPECTED = 65_536;

/** Lets the library say what is wrong with the services. */
function askedIn(fields: Fields): TokenGrant {
  const services = fieldOf(fields, 'services') as readonly Service[];
  const expire = fieldOf(fields, 'expire') as number | undefined;
  return { services, expire: expire === undefined ? DEFAULT_LIFETIME : expire };
}

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) {
      throw new Refusal(400, 'ERR_OPTIONS', `unknown field; known are ${known.join(', ')}`, name);
    }
  }
}

/** Writes bytes in hex, as JSON has none. */
function withoutBytes(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? hexOf(part) : part)),
  );
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
