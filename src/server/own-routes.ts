/**
 * The server's own routes: `POST /tokens`, `POST /inspect`, `GET /healthz`.
 */
import { type Service, inspectToken } from '../index.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuing.js';
import type { Settings, TokenGrant } from './options.js';
import { answerProblem, answerWrongMethod } from './problem.js';
import { Refusal, notGranted, refuseField } from './refusal.js';
import type { Incoming, Route } from './route.js';

/** What a route does with a request, and the JSON that it answers. */
type Action = (incoming: Incoming) => Promise<unknown>;

/** Makes the routes that are this server's own; `/inspect` only where somebody may use it. */
export function ownRoutes(issuer: Issuer, answers: Answers, settings: Settings): readonly Route[] {
  const { appId, appCertificate, inspect, report } = settings;
  const tokens: Route = { path: '/tokens', respond: (incoming) => respond(incoming, issueToken) };
  const inspection: Route = { path: '/inspect', respond: (incoming) => respond(incoming, inspectGiven) };
  const health: Route = { path: '/healthz', respond: ({ raw }) => tellHealth(answers, raw) };
  return inspect === undefined ? [tokens, health] : [tokens, inspection, health];

  function respond(incoming: Incoming, action: Action): Response | Promise<Response> {
    const { raw } = incoming;
    const methods = 'POST, OPTIONS';
    if (raw.method === 'POST') return answer(incoming, action);
    if (raw.method === 'OPTIONS') return answers.preflight(raw, 204, methods);
    return answerWrongMethod(answers, raw, methods);
  }

  async function answer(incoming: Incoming, action: Action): Promise<Response> {
    try {
      return answers.json(incoming.raw, 200, await action(incoming));
    } catch (error) {
      return answerProblem(answers, incoming.raw, issuer.refusalOf(error));
    }
  }

  async function issueToken(incoming: Incoming): Promise<unknown> {
    const asked = askedIn(await readFields(incoming));
    issuer.assertMintable(asked);
    const { token, issueTs, grant } = await issuer.issue(incoming.raw, asked);
    return { token, expiresAt: issueTs + grant.expire, renewAt: issueTs + renewalOf(grant) };
  }

  async function inspectGiven(incoming: Incoming): Promise<unknown> {
    const token = tokenIn(await readFields(incoming));
    if ((await whetherMayInspect(incoming.raw)) !== true) throw notGranted();
    const expected = { appCertificate, appId, maxContentLength: MAX_INSPECTED };
    return withoutBytes(inspectToken(token, expected));
  }

  async function whetherMayInspect(request: Request): Promise<unknown> {
    try {
      return await inspect?.(request);
    } catch (error) {
      report(error);
      return false;
    }
  }
}

function tellHealth(answers: Answers, request: Request): Response {
  const methods = 'GET, HEAD, OPTIONS';
  if (request.method === 'OPTIONS') return answers.preflight(request, 204, methods);
  if (!['GET', 'HEAD'].includes(request.method)) return answerWrongMethod(answers, request, methods);
  return answers.json(request, 200, { status: 'ok' });
}

/** How many bytes of content are read of a token that is inspected: many times what services need. */
const MAX_INSPECTED = 65_536;

/** How many seconds before an end SDKs ask for a new token. */
const RENEWAL = 30;

/** When to fetch the next token: before this one or one of its privileges ends, in seconds after it was issued. */
function renewalOf({ services, expire }: TokenGrant): number {
  const lifetimes = services.flatMap((service) =>
    service.type === 'unknown' ? [] : Object.values(service.privileges),
  );
  // A privilege of 0 lasts as long as the token.
  const earliest = Math.min(expire, ...lifetimes.filter((seconds) => seconds > 0));
  return Math.max(0, earliest - RENEWAL);
}

/** Lets the library say what is wrong with the services. */
function askedIn(fields: Fields): TokenGrant {
  refuseUnknown(fields, ['services', 'expire']);
  const services = fieldOf(fields, 'services') as readonly Service[];
  const expire = Object.hasOwn(fields, 'expire') ? fields['expire'] : DEFAULT_LIFETIME;
  return { services, expire: expire as number };
}

function tokenIn(fields: Fields): string {
  refuseUnknown(fields, ['token']);
  const token = fieldOf(fields, 'token');
  if (typeof token === 'string') return token;
  refuseField('ERR_TOKEN_TYPE', 'token', 'expected a text');
}

/** A name as long as a certificate may be one, or a token, that came in the place of a field. */
const SECRET_LENGTH = 32;

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const fault = `unknown field; known are ${known.join(', ')}`;
    throw new Refusal(400, 'ERR_OPTIONS', fault, name.length < SECRET_LENGTH ? name : undefined);
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
