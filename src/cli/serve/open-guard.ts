/**
 * The guard for `--open`, which accepts only programs and pages on this machine. It recognizes foreign pages by their
 * origin, DNS rebinding by the `Host` header, and proxied requests by the headers that proxies add.
 */

/** Headers that proxies add, besides `x-forwarded-…`. */
const PROXY_HEADERS: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'cdn-loop',
  'cf-connecting-ip',
  'cf-ray',
  'fastly-client-ip',
  'fly-client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-original-forwarded-for',
  'x-original-host',
  'x-proxyuser-ip',
  'x-real-ip',
]);

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

const LOOPBACK_ORIGIN = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/u;

/** Tells whether an origin is on this machine, with any port. */
export function isLoopbackOrigin(origin: string): boolean {
  return LOOPBACK_ORIGIN.test(origin);
}

/**
 * Explains why a request is rejected, naming the header; returns undefined if the request is accepted.
 *
 * @param rawHeaders - Alternating names and values, as received.
 * @param port - The port of this server.
 */
export function openModeProblem(rawHeaders: readonly string[], port: number): string | undefined {
  const headers = valuesOf(rawHeaders);
  return (
    hostProblem(headers.get('host'), port) ??
    proxyProblem(headers.keys()) ??
    originProblem(headers.get('origin')) ??
    siteProblem(headers.get('sec-fetch-site'), headers.has('origin'))
  );
}

/** Returns headers by lower-case name. Joins duplicates with a comma, which makes the value invalid. */
function valuesOf(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const key = name.toLowerCase();
    const earlier = values.get(key);
    values.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return values;
}

function hostProblem(host: string | undefined, port: number): string | undefined {
  if (host !== undefined && isOwnHost(host.toLowerCase(), port)) return undefined;
  return `Host: expected localhost, 127.0.0.1 or [::1] with port ${port}. A server started with --open answers on its own machine and under these names alone; ask for http://localhost:${port}.`;
}

/** Tells whether a `Host` header names this server. Clients omit port 80. */
function isOwnHost(host: string, port: number): boolean {
  return LOOPBACK_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

function proxyProblem(names: Iterable<string>): string | undefined {
  for (const name of names) {
    if (!PROXY_HEADERS.has(name) && !name.startsWith('x-forwarded')) continue;
    return `${titleCase(name)}: a proxy added this header, so the client may be anywhere. A server started with --open answers its own machine alone; ask it without the proxy, or start it with a secret.`;
  }
  return undefined;
}

function originProblem(origin: string | undefined): string | undefined {
  if (origin === undefined || isLoopbackOrigin(origin)) return undefined;
  return 'Origin: expected a page of this machine, http://localhost, http://127.0.0.1 or http://[::1] with any port. A server started with --open answers no other page; serve the page from one of these, and not from a file.';
}

/**
 * Rejects cross-site requests without an origin, such as links and embedded resources. If there is an origin, it has
 * been checked; the site does not matter then, because a page on 127.0.0.1 is cross-site to localhost.
 */
function siteProblem(site: string | undefined, hasOrigin: boolean): string | undefined {
  if (site === undefined || hasOrigin || ['none', 'same-origin', 'same-site'].includes(site)) return undefined;
  return 'Sec-Fetch-Site: a page of another site asked, without telling its origin. A server started with --open answers no such page; open the address itself, or fetch it from a page of this machine.';
}

/** Formats the name of a header in title case: `X-Real-Ip`. */
function titleCase(name: string): string {
  return name.replace(/(?<=^|-)[a-z]/gu, (letter) => letter.toUpperCase());
}
