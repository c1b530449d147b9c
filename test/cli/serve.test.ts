/** The command `serve` as a process, over real sockets. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as requestOf } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyToken } from '../../src/index.js';
import { SAMPLE } from '../packed.js';
import { runMain } from './fake-io.js';
import {
  type Connection,
  SECRET,
  type Served,
  exchange,
  killServers,
  open,
  post,
  runRefused,
  serve,
  until,
} from './served.js';

const run = promisify(execFile);

const ASKED = { uid: 1, ChannelName: 'test', role: 1 };
const AUTHORIZED = { Authorization: `Bearer ${SECRET}` };

let folder: string;
let slowClients: Promise<SlowClients>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));
  // The other tests run until the time of these clients is up.
  slowClients = serveSlowClients();
});

afterAll(() => {
  killServers();
  rmSync(folder, { recursive: true, force: true });
});

interface SlowClients {
  readonly served: Served;
  /** What each has received when its connection was closed, and after how many milliseconds that was. */
  readonly received: readonly string[];
  readonly durations: readonly number[];
}

/** Starts a server for clients that stop within the headers, within the body, and before the first byte. */
async function serveSlowClients(): Promise<SlowClients> {
  const served = await serve(['--open']);
  const host = `Host: localhost:${served.port}`;
  const requests = [
    `GET /healthz HTTP/1.1\r\n${host}\r\n`,
    `POST /fetch_rtc_token HTTP/1.1\r\n${host}\r\nContent-Length: 50\r\n\r\n{`,
    '',
  ];
  const startedAt = performance.now();
  const exchanges = requests.map(async (request) => {
    const received = await exchange(served.port, request);
    return { received, duration: performance.now() - startedAt };
  });
  const ended = await Promise.all(exchanges);
  return {
    served,
    received: ended.map(({ received }) => received),
    durations: ended.map(({ duration }) => duration),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request with any headers, also those that `fetch` does not allow. */
async function ask(
  served: Served,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<Answer> {
  const request = requestOf(`${served.url}${path}`, { method, headers, agent: false });
  request.end(method === 'POST' ? JSON.stringify(ASKED) : undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  const body = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {};
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Verifies a token for the request. */
function checkToken({ token }: Answer['body']): void {
  verifyToken(String(token), SAMPLE.AGORA_APP_CERTIFICATE, {
    appId: SAMPLE.AGORA_APP_ID,
    channelName: ASKED.ChannelName,
    uid: ASKED.uid,
    privileges: [1, 2, 3, 4],
  });
}

describe('does not start', () => {
  const secret = { ACCESSTOKEN2_AUTH_TOKEN: SECRET };
  const cases: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    ['without a secret', [], {}, /openssl rand -hex 32 .+--auth-token-file.+--open/u],
    ['with a secret and --open', ['--open'], secret, /contradict each other/u],
    ['with a short secret', [], { ACCESSTOKEN2_AUTH_TOKEN: 'fifteen-letters' }, /got 15; .+openssl rand/u],
    ['with a blank in it', [], { ACCESSTOKEN2_AUTH_TOKEN: `${SECRET} x` }, /without blanks/u],
    ['with the certificate as secret', [], { ACCESSTOKEN2_AUTH_TOKEN: SAMPLE.AGORA_APP_CERTIFICATE }, /of its own/u],
    ['with a file that is not there', ['--auth-token-file', '/nowhere'], {}, /cannot read "\/nowhere"/u],
    ['--open to other machines', ['--open', '--host', '0.0.0.0'], {}, /--host: .+127\.0\.0\.1/u],
    ['--open with --allow-origin', ['--open', '--allow-origin', 'https://a.example'], {}, /--allow-origin/u],
    ['with any origin', ['--allow-origin', '*'], secret, /^accesstoken2: --allow-origin/u],
    ['with a lifetime beyond', ['--max-lifetime', '86401'], secret, /^accesstoken2: --max-lifetime: .+86400/u],
    ['with no such port', ['--port', '65536'], secret, /--port: .+65535/u],
    ['on an address of elsewhere', ['--host', '192.0.2.1'], secret, /--host: .+no address of this machine/u],
    ['without an App ID', [], { ...secret, AGORA_APP_ID: '' }, /AGORA_APP_ID is not set/u],
    ['with half a certificate', [], { ...secret, AGORA_APP_CERTIFICATE: '5CFd' }, /AGORA_APP_CERTIFICATE: /u],
    ['with a word too many', ['now'], secret, /options only/u],
  ];

  test.each(cases)('%s', async (_, args, env, reason) => {
    const port = args.includes('--port') ? [] : ['--port', '0'];
    const { status, stdout, stderr } = await runMain(['serve', ...args, ...port], { env: { ...SAMPLE, ...env } });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^accesstoken2: [^\n]+\n$/u);
    expect(stderr).toMatch(reason);
    for (const hidden of [SECRET, SAMPLE.AGORA_APP_CERTIFICATE]) expect(stderr).not.toContain(hidden);
  });

  test('on a port that is in use', async () => {
    const { port } = await serve(['--open']);
    const { code, stderr } = await runRefused(['--open', '--port', String(port)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^accesstoken2: --port: ${port} is in use .+--port 0.+\\n$`, 'u'));
  });
});

describe('with a secret', () => {
  let served: Served;

  beforeAll(async () => {
    const file = join(folder, 'auth-token');
    writeFileSync(file, `${SECRET}\n`);
    const page = 'https://app.example';
    served = await serve(['--auth-token-file', file, '--allow-origin', page, '--max-lifetime', '600']);
  });

  test('announces address and mode without secrets', () => {
    const whom = 'for backends that send the secret; never give it to an app';
    expect(served.stderr()).toBe(
      `accesstoken2: serving tokens of App ID 970C…1b33 on http://127.0.0.1:${served.port} ${whom}\n`,
    );
  });

  test('mints for clients that send it', async () => {
    const long = await ask(served, '/fetch_rtc_token', AUTHORIZED);
    expect(long.status).toBe(403); // an hour is beyond --max-lifetime
    const body = JSON.stringify({ tokenType: 'rtm', uid: 'alice', expire: 600 });
    const response = await fetch(`${served.url}/getToken`, { method: 'POST', headers: AUTHORIZED, body });
    const { token } = (await response.json()) as { readonly token: string };
    expect(verifyToken(token, SAMPLE.AGORA_APP_CERTIFICATE, { userId: 'alice' }).expire).toBe(600);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['none', {}],
    ['another', { Authorization: `Bearer ${SECRET}x` }],
    ['its beginning', { Authorization: `Bearer ${SECRET.slice(0, -1)}` }],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['it in another scheme', { Authorization: `Basic ${SECRET}` }],
    ['it in another header', { 'X-Auth-Token': SECRET }],
  ])('rejects clients that send %s, on every route', async (_, headers) => {
    const answers = [
      await ask(served, '/fetch_rtc_token', headers),
      await ask(served, '/getToken', headers),
      await ask(served, '/tokens', headers),
      await ask(served, '/inspect', headers),
      await ask(served, '/rtm/alice/', headers, 'GET'),
      await ask(served, '/rtm/alice/', headers, 'HEAD'),
      await ask(served, '/', headers, 'GET'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401, 401]);
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer');
    expect(answers[0]?.body['detail']).toMatch(/^Authorization: expected Bearer/u);
  });

  test('serves /healthz without the secret, and neither a page nor /inspect', async () => {
    expect((await ask(served, '/healthz', {}, 'GET')).status).toBe(200);
    expect((await ask(served, '/', AUTHORIZED, 'GET')).status).toBe(404);
    expect((await ask(served, '/inspect', AUTHORIZED)).status).toBe(404);
  });

  test('allows only the listed origin', async () => {
    const preflight = { 'Access-Control-Request-Method': 'POST' };
    const listed = await ask(served, '/fetch_rtc_token', { ...preflight, Origin: 'https://app.example' }, 'OPTIONS');
    expect([listed.status, listed.headers['access-control-allow-origin']]).toEqual([200, 'https://app.example']);
    const other = await ask(served, '/fetch_rtc_token', { ...preflight, Origin: 'http://localhost:3000' }, 'OPTIONS');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('inspects with --inspect, takes its secret from the environment, and works behind a proxy', async () => {
    const other = await serve(['--inspect'], { ACCESSTOKEN2_AUTH_TOKEN: SECRET });
    const { status, body } = await ask(other, '/fetch_rtc_token', {
      ...AUTHORIZED,
      Host: 'tokens.example',
      'X-Forwarded-For': '192.0.2.1',
    });
    expect(status).toBe(200);
    checkToken(body);
    const response = await fetch(`${other.url}/inspect`, {
      method: 'POST',
      headers: AUTHORIZED,
      body: JSON.stringify({ token: body['token'] }),
    });
    expect(await response.json()).toMatchObject({ signature: 'valid' });
  });
});

describe('--open', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve(['--open', '--demo'], { AGORA_APP_ID: '', AGORA_APP_CERTIFICATE: '' });
  });

  test('announces that it is for development on this machine', () => {
    expect(served.stderr()).toMatch(/^accesstoken2: [^\n]+ for development \(--open\): [^\n]+this machine[^\n]+\n$/u);
  });

  test("answers the curl line of Agora's guide", async () => {
    const line = `curl -s -X POST -d '{"uid":1,"ChannelName":"test","role":1}' localhost:${served.port}/fetch_rtc_token`;
    const { stdout } = await run('sh', ['-c', line], { env: { PATH: process.env['PATH'] } });
    const body = JSON.parse(stdout) as Answer['body'];
    expect(body['code']).toBe('200');
    checkToken(body);
  });

  test('listens only on the loopback interface', () => {
    const sockets = readFileSync('/proc/net/tcp', 'utf8');
    const port = served.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = sockets.split('\n').filter((line) => /^ *\d+: \S+ 00000000:0000 0A /u.test(line));
    const ours = listening.filter((line) => line.includes(`:${port} `)).map((line) => line.trim().split(' ')[1]);
    expect(ours).toEqual([`0100007F:${port}`]);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['Host', { Host: 'evil.example' }],
    ['Host', { Host: 'localhost' }],
    ['Host', { Host: 'localhost:1' }],
    ['Forwarded', { Forwarded: 'for=192.0.2.1' }],
    ['X-Forwarded-For', { 'X-Forwarded-For': '127.0.0.1' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['Via', { Via: '1.1 proxy' }],
    ['X-Real-Ip', { 'X-Real-IP': '127.0.0.1' }],
    ['Origin', { Origin: 'https://evil.example' }],
    ['Origin', { Origin: 'null' }],
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('rejects by %s: %j', async (name, headers) => {
    for (const [path, method] of [
      ['/fetch_rtc_token', 'POST'],
      ['/rtm/alice/', 'GET'],
      ['/fetch_rtc_token', 'OPTIONS'],
      ['/healthz', 'GET'],
      ['/', 'GET'],
    ] as const) {
      const { status, headers: answered, body } = await ask(served, path, headers, method);
      expect([status, answered['access-control-allow-origin']]).toEqual([403, undefined]);
      expect(body['detail']).toMatch(new RegExp(`^${name}: `, 'u'));
    }
  });

  test.each([
    ['/', 'text/html'],
    ['/page.css', 'text/css'],
    ['/page.js', 'text/javascript'],
  ])('serves %s of its page with a strict policy', async (path, type) => {
    const response = await fetch(`http://localhost:${served.port}${path}`);
    await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  test('rejects a request without Host', async () => {
    const body = JSON.stringify(ASKED);
    const head = `POST /fetch_rtc_token HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await exchange(served.port, head + body)).toMatch(/^HTTP\/1\.1 403 /u);
    expect(await exchange(served.port, 'GET /healthz HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /u);
  });

  test('rejects a proxy header after two thousand headers', async () => {
    const many = Array.from({ length: 1950 }, () => 'a:\r\n').join('');
    const request = `GET /healthz HTTP/1.1\r\nHost: localhost:${served.port}\r\nConnection: close\r\n${many}Via: 1\r\n\r\n`;
    expect(await exchange(served.port, request)).toMatch(/^HTTP\/1\.1 403 /u);
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:5500', 'http://[::1]:8080'])(
    'lets pages of %s read its answers',
    async (origin) => {
      const preflight = {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Sec-Fetch-Site': 'cross-site',
      };
      const allowed = await ask(served, '/fetch_rtc_token', preflight, 'OPTIONS');
      expect(allowed.status).toBe(200);
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': expect.stringContaining('POST') as string,
        'access-control-allow-headers': expect.stringContaining('Content-Type') as string,
        vary: 'Origin',
      });
      const minted = await ask(served, '/fetch_rtc_token', { Origin: origin });
      expect(minted.headers['access-control-allow-origin']).toBe(origin);
      checkToken(minted.body);
      // A page can read errors, too.
      const refused = await ask(served, '/tokens', { Origin: origin });
      expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([400, origin]);
    },
  );

  test('mints tokens for any user, wildcards and Chat apps only if enabled', async () => {
    const anyUser = JSON.stringify({ ...ASKED, uid: 0 });
    const anyChannel = JSON.stringify({ ...ASKED, ChannelName: '*' });
    const statusesOf = async ({ url }: Served): Promise<readonly number[]> => [
      (await fetch(`${url}/fetch_rtc_token`, { method: 'POST', body: anyUser })).status,
      (await fetch(`${url}/fetch_rtc_token`, { method: 'POST', body: anyChannel })).status,
      (await fetch(`${url}/chat/app/`)).status,
    ];
    expect(await statusesOf(served)).toEqual([403, 403, 403]);
    const switches = ['--allow-any-user', '--allow-wildcards', '--allow-chat-app-tokens'];
    expect(await statusesOf(await serve(['--open', ...switches]))).toEqual([200, 200, 200]);
  });
});

describe('the log', () => {
  test('has one line of JSON per request, without secrets', async () => {
    const served = await serve([], { ACCESSTOKEN2_AUTH_TOKEN: SECRET });
    const minted = await ask(served, '/fetch_rtc_token', {
      ...AUTHORIZED,
      'X-Request-Id': 'from.elsewhere-1',
    });
    const listed = await ask(served, '/rtc/lobby/publisher/uid/42/?expiry=60', AUTHORIZED, 'GET');
    const odd = await ask(served, '/fetch_rtc_token', { 'X-Request-Id': '"}\\ {"' });
    await ask(served, `/nowhere/${String(minted.body['token'])}`, AUTHORIZED, 'GET');
    const lines = await until(() => served.lines().length >= 4 && served.lines());
    expect(lines.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['POST', '/fetch_rtc_token', 200],
      ['GET', '/rtc/:channel/:role/:tokenType/:uid/', 200],
      ['POST', '/fetch_rtc_token', 401],
      ['GET', null, 404],
    ]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['time', 'method', 'route', 'status', 'durationMs', 'requestId']);
      expect(Math.abs(Date.parse(String(line['time'])) - Date.now())).toBeLessThan(10_000);
      expect(line['durationMs']).toBeGreaterThan(0);
    }
    expect(minted.headers['x-request-id']).toBe('from.elsewhere-1');
    expect(lines[0]?.['requestId']).toBe('from.elsewhere-1');
    expect(lines[1]?.['requestId']).toBe(listed.headers['x-request-id']);
    expect(odd.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/u);
    // With what each token begins with; a time or an id may have 007 as well, but no J.
    const tokens = [minted.body['token'], listed.body['rtcToken']].map(String);
    for (const token of tokens) expect(token).toMatch(/^007eJ/u);
    const secrets = [SECRET, ...Object.values(SAMPLE), ...tokens, '007eJ', 'lobby', 'Bearer', 'expiry'];
    expect(secrets.filter((secret) => served.stdout().includes(secret))).toEqual([]);
  });

  test('logs invalid requests and clients that disconnect', async () => {
    const served = await serve(['--open']);
    const { port } = served;
    const host = `Host: localhost:${port}`;
    const answers = [
      await exchange(port, 'GARBAGE\r\n\r\n'),
      await exchange(port, `GET /healthz HTTP/1.1\r\n${host}\r\nX: ${'x'.repeat(9000)}\r\n\r\n`),
      await exchange(port, 'GET /healthz HTTP/1.1\r\n\r\n'),
      await exchange(port, `GET /healthz HTTP/1.1\r\n${host}\r\nExpect: tea\r\n\r\n`),
      await exchange(port, `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n\r\n`),
    ];
    const statuses = answers.map((answer) => Number(/^HTTP\/1\.1 (\d{3}) /u.exec(answer)?.[1]));
    expect(statuses).toEqual([400, 431, 400, 417, 405]);
    const asking = await open(
      port,
      `POST /fetch_rtc_token HTTP/1.1\r\n${host}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n{`,
    );
    await until(() => asking.received().includes('100 Continue'));
    await until(() => served.lines().length === 5);
    asking.socket.resetAndDestroy();
    const lines = await until(() => served.lines().length === 6 && served.lines());
    expect(lines.map(({ method, route, status }) => [method, route, status])).toEqual([
      [null, null, 400],
      [null, null, 431],
      ['GET', null, 400],
      ['GET', null, 417],
      ['CONNECT', null, 405],
      ['POST', '/fetch_rtc_token', lines[5]?.['status']],
    ]);
    // As the system tells it: the connection broke, or the body ended before its length.
    expect([499, 400]).toContain(lines[5]?.['status']);
  });
});

describe('limits', () => {
  test('answers while more silent connections are open than it allows', async () => {
    const served = await serve(['--open']);
    const asking = await open(served.port, `GET /healthz HTTP/1.1\r\nHost: localhost:${served.port}\r\n\r\n`);
    const silent: Connection[] = [];
    for (let round = 0; round < 22; round++)
      silent.push(...(await Promise.all(Array.from({ length: 200 }, () => open(served.port)))));
    checkToken((await ask(served, '/fetch_rtc_token')).body);
    // The oldest silent connections were closed instead.
    await silent[0]?.closed;
    await until(() => silent.filter(({ socket }) => socket.destroyed).length > 300);
    expect(asking.socket.destroyed).toBe(false);
    for (const { socket } of silent) socket.destroy();
  });

  test('answers pipelined requests in order', async () => {
    const served = await serve(['--open']);
    const headers = [`Host: localhost:${served.port}`];
    const requests = [1, 2, 3].map((uid) => post('/fetch_rtc_token', { ...ASKED, uid }, headers));
    const last = `GET /healthz HTTP/1.1\r\n${headers.join('')}\r\nConnection: close\r\n\r\n`;
    const received = await exchange(served.port, requests.join('') + last);
    const tokens = Array.from(received.matchAll(/"token":"([^"]+)"/gu), ([, token = '']) => token);
    const { AGORA_APP_CERTIFICATE: certificate } = SAMPLE;
    for (const [index, token] of tokens.entries())
      verifyToken(token, certificate, { uid: index + 1, channelName: 'test' });
    expect(tokens).toHaveLength(3);
    expect(received).toMatch(/\{"status":"ok"\}$/u);
  });
});

describe('when stopped', () => {
  test.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: closes idle connections and exits with 0',
    async (signal) => {
      const served = await serve(['--open']);
      const silent = await open(served.port);
      const idle = await open(served.port, `GET /healthz HTTP/1.1\r\nHost: localhost:${served.port}\r\n\r\n`);
      await until(() => idle.received().includes('ok'));
      const from = performance.now();
      served.child.kill(signal);
      expect(await served.ended).toBe(0);
      expect(performance.now() - from).toBeLessThan(2000);
      await Promise.all([silent.closed, idle.closed]);
    },
  );

  test('answers pending requests, and accepts no connection', async () => {
    const served = await serve(['--open']);
    const headers = [`Host: localhost:${served.port}`, 'Expect: 100-continue'];
    const request = post('/fetch_rtc_token', ASKED, headers);
    const { socket, received, closed } = await open(served.port, request.slice(0, -5));
    await until(() => received().includes('100 Continue'));
    served.child.kill('SIGTERM');
    await until(() => served.stderr().includes('stopping once requests under way are answered: 1\n'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(open(served.port)).rejects.toThrow('ECONNREFUSED');
    socket.write(request.slice(-5));
    await closed;
    expect(received()).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n/u);
    checkToken(JSON.parse(received().slice(received().indexOf('{'))) as Answer['body']);
    expect(await served.ended).toBe(0);
    expect(served.lines().map(({ status }) => status)).toEqual([200]);
  });

  test('a second time, exits at once', async () => {
    const served = await serve(['--open']);
    const head = `POST /fetch_rtc_token HTTP/1.1\r\nHost: localhost:${served.port}\r\nContent-Length: 9\r\n`;
    const { received, closed } = await open(served.port, `${head}Expect: 100-continue\r\n\r\n`);
    await until(() => received().includes('100 Continue'));
    served.child.kill('SIGTERM');
    await until(() => served.stderr().includes('stopping'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const from = performance.now();
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
    expect(performance.now() - from).toBeLessThan(1000);
    await closed;
    expect(served.lines().map(({ status }) => status)).toEqual([499]);
  });

  test('answers connections that were not yet accepted', async () => {
    const served = await serve(['--open']);
    served.child.kill('SIGSTOP');
    const request = post('/fetch_rtc_token', ASKED, [`Host: localhost:${served.port}`]);
    const clients = await Promise.all(Array.from({ length: 100 }, () => open(served.port, request)));
    served.child.kill('SIGTERM');
    served.child.kill('SIGCONT');
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.filter(({ received }) => received().startsWith('HTTP/1.1 200 '))).toHaveLength(100);
    expect(await served.ended).toBe(0);
  });

  test('answers every request under load', async () => {
    const served = await serve(['--open']);
    const request = post('/fetch_rtc_token', ASKED, [`Host: localhost:${served.port}`]);
    let answered = 0;
    /** Asks again and again on one connection, and returns the last that came before it was closed. */
    const askUntilClosed = async (): Promise<string> => {
      const socket = connect(served.port, '127.0.0.1', () => socket.write(request));
      let last = '';
      for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) {
        last += chunk;
        if (!last.endsWith('"code":"200"}')) continue;
        answered++;
        if (last.includes('\r\nConnection: close\r\n')) return 'told, and answered';
        last = '';
        socket.write(request);
      }
      return `closed after ${JSON.stringify(last)}`;
    };
    const clients = Array.from({ length: 30 }, askUntilClosed);
    await until(() => answered > 1000);
    served.child.kill('SIGTERM');
    expect(await Promise.all(clients)).toEqual(clients.map(() => 'told, and answered'));
    expect(await served.ended).toBe(0);
    expect(served.lines()).toHaveLength(answered);
  });
});

test('lists its options in the help', async () => {
  const { status, stdout } = await runMain(['serve', '--help']);
  expect(status).toBe(0);
  for (const option of ['--auth-token-file FILE', '--open', '--port PORT']) expect(stdout).toContain(option);
});

test('answers slow headers and bodies with 408, and closes silent connections', async () => {
  const { served, received, durations } = await slowClients;
  expect(received.map((text) => text.split('\r\n')[0])).toEqual([
    'HTTP/1.1 408 Request Timeout',
    'HTTP/1.1 408 Request Timeout',
    '',
  ]);
  // 5 seconds for the headers, 10 for all; the limits are checked twice a second.
  for (const [index, limit] of [5000, 10_000, 5000].entries()) expect(durations[index]).toBeGreaterThan(limit - 100);
  const lines = await until(() => served.lines().length === 2 && served.lines());
  expect(lines.map(({ route, status }) => [route, status])).toEqual([
    [null, 408],
    ['/fetch_rtc_token', 408],
  ]);
});
