/**
 * The answers, with the headers that each of them has: never stored, never taken for another type of content, and
 * readable by pages of the listed origins alone.
 */
type Headers = Readonly<Record<string, string>>;

/** Answers to requests. */
export interface Answers {
  /** Answers with JSON. */
  json(request: Request, status: number, value: unknown): Response;
  /** Answers with a text that is JSON. */
  written(request: Request, status: number, json: string): Response;
  /** Answers with a problem document. */
  problem(request: Request, status: number, value: unknown, further?: Headers): Response;
  /** Answers with a text. */
  text(request: Request, status: number, text: string): Response;
  /** Answers to OPTIONS, and so to a browser that asks whether a page may send a request. */
  preflight(request: Request, status: 200 | 204, methods: string): Response;
}

/** Prepares the headers of all answers once, for each listed origin and for all others. */
export function answersFor(allowOrigins: readonly string[]): Answers {
  const bare = headersFor(allowOrigins, {});
  const json = headersFor(allowOrigins, { 'Content-Type': 'application/json' });
  const problem = headersFor(allowOrigins, { 'Content-Type': 'application/problem+json' });
  const text = headersFor(allowOrigins, { 'Content-Type': 'text/plain; charset=UTF-8' });
  return {
    json: (request, status, value) => new Response(JSON.stringify(value), { status, headers: json(request) }),
    written: (request, status, value) => new Response(value, { status, headers: json(request) }),
    problem: (request, status, value, further) =>
      new Response(JSON.stringify(value), { status, headers: { ...problem(request), ...further } }),
    text: (request, status, value) => new Response(value, { status, headers: text(request) }),
    preflight: (request, status, methods) =>
      new Response(null, { status, headers: { ...bare(request), ...preflightHeaders(methods) } }),
  };
}

function preflightHeaders(methods: string): Headers {
  return {
    Allow: methods,
    'Access-Control-Allow-Methods': methods,
    // A wildcard does not cover Authorization.
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, *',
    'Access-Control-Max-Age': '600',
  };
}

/** Finds the headers that go with the origin of a request. */
function headersFor(allowOrigins: readonly string[], own: Headers): (request: Request) => Headers {
  const alone = { ...own, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  if (allowOrigins.length === 0) return () => alone;
  const others = { ...alone, Vary: 'Origin' };
  const listed = new Map(
    allowOrigins.map((origin) => [origin, { ...others, 'Access-Control-Allow-Origin': origin }]),
  );
  return (request) => listed.get(request.headers.get('Origin') ?? '') ?? others;
}
