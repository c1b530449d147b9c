/**
 * Whom a server for development answers: programs and pages of its own machine. A page from elsewhere gives itself
 * away by its origin, or by its name in `Host` where that was made to point here (DNS rebinding); somebody behind a
 * proxy by what the proxy adds.
 */

/** What proxies add to the requests that they pass on, besides whatever begins with `x-forwarded`. */
const ADDED_BY_PROXIES: ReadonlySet<string> = new Set([
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

/** Tells whether an origin is that of a page of this machine, on whatever port. */
export function isLoopbackOrigin(origin: string): boolean {
  return LOOPBACK_ORIGIN.test(origin);
}

/**
 * Returns why a request is refused, in a sentence that names the header and the way out, or undefined if it is not.
 *
 * @param rawHeaders - Names and values in turn, each header as it came.
 * @param port - The port that the request came to.
 */
export function refusalOf(rawHeaders: readonly string[], port: number): string | undefined {
  const headers = valuesOf(rawHeaders);
  return (
    hostRefusal(headers.get('host'), port) ??
    proxyRefusal(headers.keys()) ??
    originRefusal(headers.get('origin')) ??
    siteRefusal(headers.get('sec-fetch-site'), headers.has('origin'))
  );
}

/** Gathers headers under their names in lower case; one that came twice is no value that could pass. */
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

function hostRefusal(host: string | undefined, port: number): string | undefined {
  if (host !== undefined && isOwnHost(host.toLowerCase(), port)) return undefined;
  return `Host: expected localhost, 127.0.0.1 or [::1] with port ${port}. A server started with --open answers on its own machine and under these names alone; ask for http://localhost:${port}.`;
}

/** Port 80 is the one that is left out. */
function isOwnHost(host: string, port: number): boolean {
  return LOOPBACK_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

function proxyRefusal(names: Iterable<string>): string | undefined {
  for (const name of names) {
    if (!ADDED_BY_PROXIES.has(name) && !name.startsWith('x-forwarded')) continue;
    return `${written(name)}: a proxy added this header, and whoever is behind it may be anybody. A server started with --open answers its own machine alone; ask it without the proxy, or start it with a secret.`;
  }
  return undefined;
}

function originRefusal(origin: string | undefined): string | undefined {
  if (origin === undefined || isLoopbackOrigin(origin)) return undefined;
  return 'Origin: expected a page of this machine, http://localhost, http://127.0.0.1 or http://[::1] with any port. A server started with --open answers no other page; serve the page from one of these, and not from a file.';
}

/**
 * A browser calls a page on 127.0.0.1 that asks for localhost cross-site, but then also names its origin, which has
 * been checked. Without an origin it is a page from anywhere that embeds what it cannot read, or links to it.
 */
function siteRefusal(site: string | undefined, hasOrigin: boolean): string | undefined {
  if (site === undefined || hasOrigin || ['none', 'same-origin', 'same-site'].includes(site))
    return undefined;
  return 'Sec-Fetch-Site: a page of another site asked, without telling its origin. A server started with --open answers no such page; open the address itself, or fetch it from a page of this machine.';
}

/** Writes the name of a header as people do. */
function written(name: string): string {
  return name.replace(/(?<=^|-)[a-z]/gu, (letter) => letter.toUpperCase());
}
