/**
 * Responses and their headers. Responses are never cached or sniffed for another content type. Only pages of allowed
 * origins can read them.
 */
import { type ErrorStatus, RequestError } from './request-error.js';

type Headers = Readonly<Record<string, string>>;

/** Creates responses to requests. */
export interface Answers {
  /** Creates a response with a value as JSON. */
  json(request: Request, status: number, value: unknown): Response;
  /** Creates a 200 response with a string that is already JSON. */
  jsonString(request: Request, json: string): Response;
  /** Creates a response with an error as a problem document (RFC 9457). */
  problem(request: Request, error: RequestError, headers?: Headers): Response;
  /** Creates a response with plain text. */
  text(request: Request, status: number, text: string): Response;
  /** Creates the response to an OPTIONS request, such as a browser's CORS preflight. */
  preflight(request: Request, status: 200 | 204, methods: string): Response;
  /** Creates the response to a method that the path does not support. */
  wrongMethod(request: Request, methods: string): Response;
}

/** The titles of problem documents: HTTP reason phrases. */
const TITLES: Readonly<Record<ErrorStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
};

/** Prepares the response headers once: for each allowed origin, and for all other origins. */
export function answersFor(allowOrigins: readonly string[]): Answers {
  const bare = headersFor(allowOrigins, {});
  const json = headersFor(allowOrigins, { 'Content-Type': 'application/json' });
  const problem = headersFor(allowOrigins, { 'Content-Type': 'application/problem+json' });
  const text = headersFor(allowOrigins, { 'Content-Type': 'text/plain; charset=UTF-8' });

  function answerProblem(request: Request, error: RequestError, headers?: Headers): Response {
    const { status, code, message: detail, argument } = error;
    const body = { type: 'about:blank', title: TITLES[status], status, detail, code, argument };
    return new Response(JSON.stringify(body), { status, headers: { ...problem(request), ...headers } });
  }

  return {
    json: (request, status, value) => new Response(JSON.stringify(value), { status, headers: json(request) }),
    jsonString: (request, value) => new Response(value, { status: 200, headers: json(request) }),
    problem: answerProblem,
    text: (request, status, value) => new Response(value, { status, headers: text(request) }),
    preflight: (request, status, methods) =>
      new Response(null, { status, headers: { ...bare(request), ...preflightHeaders(methods) } }),
    wrongMethod: (request, methods) => {
      const error = new RequestError(405, 'ERR_METHOD', `use one of ${methods}`);
      return answerProblem(request, error, { Allow: methods });
    },
  };
}

function preflightHeaders(methods: string): Headers {
  return {
    Allow: methods,
    'Access-Control-Allow-Methods': methods,
    // `*` does not include Authorization.
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, *',
    'Access-Control-Max-Age': '600',
  };
}

/** Returns a function that selects the headers by the origin of a request. */
function headersFor(allowOrigins: readonly string[], own: Headers): (request: Request) => Headers {
  const always = { ...own, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  if (allowOrigins.length === 0) return () => always;
  const others = { ...always, Vary: 'Origin' };
  const allowed = new Map(allowOrigins.map((origin) => [origin, { ...others, 'Access-Control-Allow-Origin': origin }]));
  return (request) => allowed.get(request.headers.get('Origin') ?? '') ?? others;
}
