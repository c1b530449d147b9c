/**
 * The server's own routes: `POST /tokens`, `POST /inspect` and `GET /healthz`.
 */
import { inspectToken } from '../index.js';
import { timelineOf } from '../inspect/timeline.js';
import { MAX_LIFETIME } from '../limits.js';
import { toHex } from '../text.js';
import type { Answers } from './answers.js';
import { type Fields, fieldOf, readFields } from './body.js';
import { DEFAULT_LIFETIME, type Issuer } from './issuer.js';
import type { Settings } from './options.js';
import { RequestError, notGranted, throwField } from './request-error.js';
import { type Incoming, type Route, routeFor } from './route.js';

/** The maximum content length of an inspected token in bytes, far more than a real token needs. */
const MAX_INSPECTED_LENGTH = 65_536;

/** Creates the server's own routes. `/inspect` exists only if the option `inspect` is set. */
export function ownRoutes(issuer: Issuer, answers: Answers, settings: Settings): readonly Route[] {
  const { appId, appCertificate, inspect, report } = settings;
  const tokens = jsonRoute('/tokens', issueToken);
  const health = routeFor(answers, '/healthz', ['GET', 'HEAD'], ({ raw }) => answers.json(raw, 200, { status: 'ok' }));
  return inspect === undefined ? [tokens, health] : [tokens, jsonRoute('/inspect', inspectGiven), health];

  /** Creates a route whose response is JSON or a problem document. */
  function jsonRoute(path: string, action: (incoming: Incoming) => Promise<string>): Route {
    return routeFor(answers, path, ['POST'], async (incoming) => {
      try {
        return answers.jsonString(incoming.raw, await action(incoming));
      } catch (error) {
        return answers.problem(incoming.raw, issuer.toRequestError(error));
      }
    });
  }

  async function issueToken(incoming: Incoming): Promise<string> {
    const fields = await readFields(incoming);
    rejectUnknown(fields, ['services', 'expire']);
    const asked = { expire: DEFAULT_LIFETIME, services: undefined, ...fields };
    const { token, issueTs, grant } = await issuer.issue(incoming.raw, asked);
    const { end, renewAt } = timelineOf({ issueTs, ...grant }, MAX_LIFETIME);
    return JSON.stringify({ token, expiresAt: end, renewAt });
  }

  async function inspectGiven(incoming: Incoming): Promise<string> {
    const fields = await readFields(incoming);
    rejectUnknown(fields, ['token']);
    const token = fieldOf(fields, 'token');
    if (typeof token !== 'string') throwField('ERR_TOKEN_TYPE', 'token', 'expected a text');
    if (!(await mayInspect(incoming.raw))) throw notGranted();
    const expected = { appCertificate, appId, maxContentLength: MAX_INSPECTED_LENGTH };
    return JSON.stringify(inspectToken(token, expected), bytesToHex);
  }

  async function mayInspect(request: Request): Promise<boolean> {
    try {
      return (await inspect?.(request)) === true;
    } catch (error) {
      report(error);
      return false;
    }
  }
}

function bytesToHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value;
}

/** Unknown field names of at least this length are not echoed, because they may be misplaced secrets. */
const SECRET_LENGTH = 32;

function rejectUnknown(fields: Fields, known: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const problem = `unknown field; known are ${known.join(', ')}`;
    throw new RequestError(400, 'ERR_OPTIONS', problem, name.length < SECRET_LENGTH ? name : undefined);
  }
}
