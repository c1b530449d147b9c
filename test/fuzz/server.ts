import { createTokenApp } from '../../src/server/app.js';
import { decodeToken, verifyToken } from '../../src/index.js';
import { mutatedText, oddText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, assert, outcomeOf, resultOf, target } from './target.js';
import { APP_ID, CERTIFICATE, type Token, nameOf, secondsOf, tokenOf } from './tokens.js';

interface Input {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Answers any request without an internal error, and mints no token for any user or any channel. */
export const serverTarget: Target = target<Token, Input>({ name: 'server', draw: tokenOf, vary, check });

/** The number of internal errors that the server reported. */
let errorCount = 0;
const app = createTokenApp({
  appId: APP_ID,
  appCertificate: CERTIFICATE,
  authorize: (_, asked) => asked,
  inspect: () => true,
  onError: () => {
    errorCount++;
  },
});

const PATHS = ['/fetch_rtc_token', '/fetch_rtm_token', '/getToken', '/tokens', '/inspect', '/healthz', '/'] as const;

function vary(token: Token, random: Random): Input {
  const path = random.once(4) ? pathOf(random) : random.pick(PATHS);
  const body = JSON.stringify(bodyOf(path, token, random));
  const headers = random.list(2, () =>
    random.pick<Input['headers'][number]>([
      ['Origin', 'https://app.example'],
      ['Origin', 'null'],
      ['Content-Type', 'application/json'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', random.pick(['0', '5', '8192', '8193', '-1', 'x', '9'.repeat(40)])],
      ['Access-Control-Request-Method', 'POST'],
    ]),
  );
  return {
    method: path.includes('/', 1)
      ? 'GET'
      : random.pick(['POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD']),
    path: random.once(10) ? mutatedText(path, random) : path,
    headers,
    body: random.once(3) ? mutatedText(body, random) : random.once(100) ? body.padEnd(8190 + random.below(5)) : body,
  };
}

/** Draws the path of a route that takes its arguments there. */
function pathOf(random: Random): string {
  const text = (): string => encodeURIComponent(random.once(3) ? oddText(random).toWellFormed() : nameOf(random));
  const kind = random.pick(['rtc', 'rte', 'rtm', 'chat']);
  const words = ['rtc', 'rte'].includes(kind)
    ? [
        text(),
        random.pick(['publisher', 'subscriber', 'Publisher', text()]),
        random.pick(['uid', 'userAccount', text()]),
        text(),
      ]
    : [text()];
  const query = random.once(2) ? '' : `?expiry=${random.pick(['60', '-1', '1e9', '4294967296', '', text()])}`;
  return `/${kind}/${words.join('/')}/${query}`;
}

function bodyOf(path: string, { text }: Token, random: Random): unknown {
  const any = (): unknown =>
    random.pick([42, -1, 1.5, null, '', '42', nameOf(random), [], {}, secondsOf(random), true]);
  const mostly = (value: unknown): unknown => (random.once(8) ? any() : value);
  switch (path) {
    case '/fetch_rtc_token':
      return { uid: mostly(42), ChannelName: mostly(nameOf(random)), role: mostly(1 + random.below(2)) };
    case '/fetch_rtm_token':
      return { uid: mostly(nameOf(random)) };
    case '/getToken':
      return {
        tokenType: mostly(random.pick(['rtc', 'rtm', 'chat'])),
        channel: mostly(nameOf(random)),
        role: mostly('publisher'),
        uid: mostly(nameOf(random)),
        expire: mostly(secondsOf(random)),
      };
    case '/tokens': {
      const rtc = {
        type: 'rtc',
        channelName: mostly(nameOf(random)),
        uid: mostly(nameOf(random)),
        privileges: mostly({ 1: 60 }),
      };
      const chat = {
        type: mostly('chat'),
        userId: mostly(nameOf(random)),
        privileges: { 1: secondsOf(random) },
      };
      return {
        services: mostly(random.pick([[rtc], [chat], [rtc, chat]])),
        expire: mostly(secondsOf(random)),
      };
    }
    default:
      return { token: mostly(text), channelName: 'lobby', uid: mostly(42) };
  }
}

async function check({ method, path, headers, body }: Input): Promise<void> {
  const request = requestOf(method, path, headers, body);
  if (request === undefined) return;
  const before = errorCount;
  const response = await app.fetch(request);
  const answer = await response.text();
  assert(response.status < 500 && errorCount === before, `no internal error, got ${response.status}`);
  assert(response.headers.get('Cache-Control')?.includes('no-store') ?? false, 'responses are not stored');
  assert(!answer.includes(CERTIFICATE), 'the response contains no certificate');
  assert(answer.length < 20_000, 'the response is short');
  assert(!response.headers.has('Access-Control-Allow-Origin'), 'pages of other origins cannot read the response');
  if (response.status !== 200 || new URL(request.url).pathname === '/inspect') return;
  for (const [token] of answer.matchAll(/007[\w+/]{40,}={0,2}/gu)) checkMinted(token);
}

/** Creates a request; undefined if it is invalid. */
function requestOf(method: string, path: string, headers: Input['headers'], body: string): Request | undefined {
  return resultOf(() => {
    const url = new URL(path, 'http://localhost');
    return new Request(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    });
  });
}

/** Checks a token against the default policy of the server. */
function checkMinted(token: string): void {
  const { issueTs, expire, services } = decodeToken(token);
  const verifying = outcomeOf(() => verifyToken(token, CERTIFICATE, { now: issueTs }));
  assert('result' in verifying, 'a minted token verifies');
  assert(expire >= 1 && expire <= 86_400, 'a minted token lasts at most a day');
  for (const service of services) {
    assert(service.type !== 'unknown', 'the services are known');
    for (const seconds of Object.values(service.privileges))
      assert(seconds <= 86_400, 'a privilege lasts at most a day');
    if (service.type !== 'rtc') continue;
    assert(!['', '0'].includes(service.uid) && !service.uid.includes('*'), 'a minted token is for one user');
    assert(service.channelName !== '' && !service.channelName.includes('*'), 'a minted token is for one channel');
  }
}
