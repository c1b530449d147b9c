/** The recipes: each runs in a process of its own, and is asked for tokens over HTTP. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { verifyToken } from '../src/index.js';
import { ROOT, SAMPLE } from './packed.js';

/** How each recipe is served: a function of a request, written in JavaScript; without one, it listens by itself. */
const RECIPES: Readonly<Record<string, string | undefined>> = {
  'aws-lambda.mjs': `async (request) => {
    const { searchParams } = new URL(request.url);
    const queryStringParameters = searchParams.size > 0 ? Object.fromEntries(searchParams) : undefined;
    const event = { headers: Object.fromEntries(request.headers), queryStringParameters };
    const { statusCode, headers, body } = await recipe.handler(event);
    return new Response(body, { status: statusCode, headers });
  }`,
  'cloudflare-worker.mjs': '(request) => recipe.default.fetch(request, bindings)',
  'express.mjs': undefined,
  'fastify.mjs': undefined,
  'hono.mjs': 'recipe.default.fetch',
  'nextjs-route.mjs': 'recipe.POST',
  'supabase-function.mjs': 'handler',
};

/** The recipes that check the method themselves; for the others, their platform does. */
const ROUTED_BY_METHOD: ReadonlySet<string> = new Set([
  'cloudflare-worker.mjs',
  'express.mjs',
  'fastify.mjs',
  'hono.mjs',
  'supabase-function.mjs',
]);

/** How each recipe of a whole token server is served. */
const TOKEN_SERVERS: Readonly<Record<string, string>> = {
  'token-server-lambda.mjs': `async (request) => {
    const { pathname: rawPath, searchParams } = new URL(request.url);
    const event = {
      version: '2.0',
      routeKey: '$default',
      rawPath,
      rawQueryString: searchParams.toString(),
      headers: Object.fromEntries(request.headers),
      requestContext: { domainName: 'localhost', http: { method: request.method, path: rawPath } },
      body: await request.text(),
      isBase64Encoded: false,
    };
    const { statusCode, headers, body } = await recipe.handler(event, {});
    return new Response(body, { status: statusCode, headers });
  }`,
  'token-server-worker.mjs': '(request) => recipe.default.fetch(request, bindings)',
};

/** Stands in for the platforms: a Worker gets its variables as bindings, and Deno has a global of that name. */
function harness(file: string, toFetch: string): string {
  return `
    import { serve } from '@hono/node-server';
    const bindings = { ...process.env };
    if (${file.endsWith('-worker.mjs')}) for (const name in process.env) delete process.env[name];
    let handler;
    globalThis.Deno = { env: { get: (name) => process.env[name] }, serve: (given) => void (handler = given) };
    if (${file !== 'supabase-function.mjs'}) delete globalThis.Deno;
    const recipe = await import('./examples/${file}');
    const options = { fetch: ${toFetch}, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false };
    serve(options, ({ port }) => console.log('http://127.0.0.1:' + port + '/token'));
  `;
}

/** A recipe that runs. */
interface Served {
  readonly url: string;
  /** What it has written by the time that `text` is in it. */
  readonly logged: (text: string) => Promise<string>;
  readonly stop: () => void;
}

/** What is undefined is not set. */
type Environment = Readonly<Record<string, string | undefined>>;

const ENV = { ...SAMPLE, SESSION_SECRET: 'correct horse battery staple' };

async function start(file: string, env: Environment): Promise<Served> {
  const toFetch = RECIPES[file] ?? TOKEN_SERVERS[file];
  const args = toFetch === undefined ? [`examples/${file}`] : ['--input-type=module', '--eval', harness(file, toFetch)];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PORT: '0', ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const logged = async (text: string | RegExp): Promise<string> => {
    await vi.waitFor(
      () => {
        expect(output).toMatch(text);
      },
      { timeout: 20_000, interval: 10 },
    );
    return output;
  };
  try {
    const [url = ''] = /^http:.+$/mu.exec(await logged(/^http:.+\n/mu)) ?? [];
    return { url, logged, stop: () => child.kill() };
  } catch (error) {
    child.kill();
    throw error;
  }
}

interface Session {
  readonly uid: unknown;
  readonly channels: readonly string[];
  readonly expires: number;
}

const { bearerOf } = (await import(pathToFileURL(join(ROOT, 'examples/session.mjs')).href)) as {
  readonly bearerOf: (session: Session, secret: string) => Promise<string>;
};

/** Somebody who may join a few channels, for some minutes. */
const ALICE: Session = {
  uid: 42,
  channels: ['lobby', 'room 7', 'a&b=c', '*', 'x'.repeat(65)],
  expires: Math.floor(Date.now() / 1000) + 600,
};

const bearer = await bearerOf(ALICE, ENV.SESSION_SECRET);
const forged = await bearerOf(ALICE, 'another secret');
const ended = await bearerOf({ ...ALICE, expires: 1700000000 }, ENV.SESSION_SECRET);

interface Answer {
  readonly status: number;
  readonly cacheControl: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks for a token as a client would. */
async function ask(
  { url }: Served,
  query: Readonly<Record<string, string>>,
  authorization?: string,
  body: string | null = null,
): Promise<Answer> {
  const headers = {
    ...(authorization !== undefined && { authorization }),
    ...(body !== null && { 'content-type': 'application/json' }),
  };
  const response = await fetch(`${url}?${new URLSearchParams(query).toString()}`, {
    method: 'POST',
    headers,
    body,
  });
  expect(response.headers.get('Content-Type')).toMatch(/^application\/json\b/u);
  return {
    status: response.status,
    cacheControl: response.headers.get('Cache-Control'),
    body: (await response.json()) as Answer['body'],
  };
}

function refusal(status: number, error: string): Answer {
  return { status, cacheControl: 'no-store', body: { error } };
}

/** Changes the uid of a bearer, and leaves its signature. */
function alter(authorization: string): string {
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  const altered = authorization.replace(hex('"uid":42'), hex('"uid":43'));
  expect(altered).not.toBe(authorization);
  return altered;
}

test('every example runs here and is in the documentation', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter(
    (file) => file.endsWith('.mjs') && !['first-token.mjs', 'session.mjs'].includes(file),
  );
  expect(files.sort()).toEqual([...Object.keys(RECIPES), ...Object.keys(TOKEN_SERVERS)].sort());
  const linkedIn = (page: string): readonly string[] => {
    const links = readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(\.\.\/examples\/([\w.-]+)\)/gu);
    return Array.from(links, ([, file = '']) => file).filter((file) => file !== 'session.mjs');
  };
  expect([...linkedIn('docs/frameworks.md')].sort()).toEqual(Object.keys(RECIPES).sort());
  expect([...linkedIn('docs/token-server.md')].sort()).toEqual(Object.keys(TOKEN_SERVERS).sort());
});

test.each(['cloudflare-worker.mjs', 'hono.mjs', 'session.mjs', 'supabase-function.mjs'])(
  '%s has nothing that only Node.js has',
  (file) => {
    const source = readFileSync(join(ROOT, 'examples', file), 'utf8');
    expect(source).not.toMatch(/from '(?:node:|accesstoken2')|\b(?:Buffer|process|require)\b/u);
  },
);

describe.each(Object.keys(RECIPES))('%s', (file) => {
  let served: Served;

  beforeAll(async () => {
    served = await start(file, ENV);
  });

  afterAll(() => {
    served.stop();
  });

  test.each(['lobby', 'room 7', 'a&b=c'])('signs for channel %j', async (channelName) => {
    const { status, cacheControl, body } = await ask(served, { channel: channelName }, bearer);
    expect({ status, cacheControl }).toEqual({ status: 200, cacheControl: 'no-store' });
    const { token, ...rest } = body;
    expect(rest).toEqual({ uid: 42, channel: channelName });

    const appId = SAMPLE.AGORA_APP_ID;
    const expected = { appId, channelName, uid: 42, privileges: [1, 2, 3, 4] };
    const verified = verifyToken(String(token), SAMPLE.AGORA_APP_CERTIFICATE, expected);
    expect(verified).toMatchObject({ expire: 3600, services: [{ type: 'rtc' }] });
  });

  test.each([
    ['no session', undefined],
    ['an empty one', 'Bearer '],
    ['another scheme', bearer.replace('Bearer', 'Basic')],
    ['half a signature', bearer.slice(0, -32)],
    ['a signature of zeros', bearer.replace(/\w+$/u, '0'.repeat(64))],
    ['a session that was altered', alter(bearer)],
    ['a session that somebody else signed', forged],
    ['a session that has ended', ended],
  ])('has nothing for %s', async (_, authorization) => {
    expect(await ask(served, { channel: 'lobby' }, authorization)).toEqual(refusal(401, 'sign in first'));
  });

  test.each([{}, { channel: '' }, { channel: 'elsewhere' }, { channel: 'LOBBY' }, { channel: 'lobby,room 7' }])(
    'has nothing for %j',
    async (query) => {
      expect(await ask(served, query, bearer)).toEqual(refusal(403, 'not your channel'));
    },
  );

  if (ROUTED_BY_METHOD.has(file)) {
    test('answers POST alone', async () => {
      const response = await fetch(`${served.url}?channel=lobby`, { headers: { authorization: bearer } });
      expect([404, 405]).toContain(response.status);
      expect(await response.text()).not.toContain('007');
    });
  }

  test('takes the user from nothing but the session', async () => {
    const said = { channel: 'lobby', uid: '1' };
    const { status, body } = await ask(served, said, bearer, JSON.stringify(said));
    expect(status).toBe(200);
    expect(body).toMatchObject({ uid: 42, channel: 'lobby' });
    verifyToken(String(body['token']), SAMPLE.AGORA_APP_CERTIFICATE, { channelName: 'lobby', uid: 42 });
  });

  test.each(['*', 'x'.repeat(65)])('signs for no channel %j', async (channel) => {
    expect(await ask(served, { channel }, bearer)).toEqual(refusal(400, 'bad channel name'));
  });

  test('keeps a fault of its own to its log, and tokens and secrets out of it', async () => {
    const faulty = await bearerOf({ ...ALICE, uid: '42' }, ENV.SESSION_SECRET);
    expect(await ask(served, { channel: 'lobby' }, faulty)).toEqual(refusal(500, 'no token'));
    const log = await served.logged('ERR_UID');
    for (const secret of [SAMPLE.AGORA_APP_CERTIFICATE, ENV.SESSION_SECRET, bearer.slice(-64), '007eJ']) {
      expect(log).not.toContain(secret);
    }
  });
});

describe.each(Object.keys(RECIPES))('%s, not set up', (file) => {
  test.concurrent.each([
    ['AGORA_APP_ID', undefined, 'ERR_APP_ID'],
    ['AGORA_APP_CERTIFICATE', `${SAMPLE.AGORA_APP_CERTIFICATE}\n`, 'ERR_APP_CERTIFICATE'],
    ['SESSION_SECRET', undefined, 'SESSION_SECRET is not set'],
  ])('%s is %j', async (name, value, message) => {
    const served = await start(file, { ...ENV, [name]: value });
    try {
      expect(await ask(served, { channel: 'lobby' }, bearer)).toEqual(refusal(500, 'no token'));
      expect(await served.logged(message)).not.toContain(SAMPLE.AGORA_APP_CERTIFICATE);
    } finally {
      served.stop();
    }
  });
});

describe.each(Object.keys(TOKEN_SERVERS))('%s', (file) => {
  let served: Served;

  beforeAll(async () => {
    served = await start(file, ENV);
  });

  afterAll(() => {
    served.stop();
  });

  /** Asks as the client of Agora's guide does, but with a session. */
  async function fetchToken(asked: object, authorization?: string): Promise<Answer> {
    const response = await fetch(new URL('/fetch_rtc_token', served.url), {
      method: 'POST',
      body: JSON.stringify({ uid: 42, ChannelName: 'lobby', role: 1, ...asked }),
      headers: authorization === undefined ? {} : { authorization },
    });
    return {
      status: response.status,
      cacheControl: response.headers.get('Cache-Control'),
      body: (await response.json()) as Answer['body'],
    };
  }

  test('signs for the user and a channel of the session', async () => {
    const { status, cacheControl, body } = await fetchToken({}, bearer);
    expect({ status, cacheControl, code: body['code'] }).toEqual({
      status: 200,
      cacheControl: 'no-store',
      code: '200',
    });
    const expected = { appId: SAMPLE.AGORA_APP_ID, channelName: 'lobby', uid: 42, privileges: [1, 2, 3, 4] };
    verifyToken(String(body['token']), SAMPLE.AGORA_APP_CERTIFICATE, expected);
  });

  test.each([
    ['no session', {}, undefined],
    ['a session that somebody else signed', {}, forged],
    ['a session that has ended', {}, ended],
    ['another user', { uid: 43 }, bearer],
    ['any user', { uid: 0 }, bearer],
    ['another channel', { ChannelName: 'elsewhere' }, bearer],
    ['any channel, even if the session names it', { ChannelName: '*' }, bearer],
  ])('has nothing for %s', async (_, asked, authorization) => {
    const { status, cacheControl, body } = await fetchToken(asked, authorization);
    expect({ status, cacheControl, code: body['code'] }).toEqual({
      status: 403,
      cacheControl: 'no-store',
      code: '403',
    });
  });

  test('has nothing of another kind, or for longer', async () => {
    const ask = async (path: string): Promise<number> => {
      const response = await fetch(new URL(path, served.url), { headers: { authorization: bearer } });
      return response.status;
    };
    expect(await ask('/rtc/lobby/publisher/uid/42/?expiry=60')).toBe(200);
    expect(await ask('/rtc/lobby/publisher/uid/42/?expiry=3601')).toBe(403);
    expect(await ask('/rtm/42/')).toBe(403);
    expect(await ask('/chat/app/')).toBe(403);
  });
});
