/** Bodies sent over a socket. */
import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, server } from './ask.js';

const LIMIT = 8192;
const GOOD = { uid: 1, ChannelName: 'test', role: 1 };

let listening: Server;
let calls = 0;

beforeAll(async () => {
  const app = server({ authorize: (_, asked) => (calls++, asked) });
  const options = { fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false };
  listening = serve(options) as Server;
  if (!listening.listening) await once(listening, 'listening');
});

afterAll(() => {
  listening.closeAllConnections();
  listening.close();
});

/** Returns JSON of a length in bytes. */
function jsonOf(length: number): string {
  const bare = JSON.stringify({ ...GOOD, pad: '' });
  return JSON.stringify({ ...GOOD, pad: 'x'.repeat(length - bare.length) });
}

/** Sends the parts one after another, and reads until the server closes the connection. */
async function send(...parts: readonly string[]): Promise<string> {
  const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
  const answer = text(socket);
  for (const part of parts) {
    if (!socket.writable) break;
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return answer.catch(() => '');
}

const HEAD = 'POST /fetch_rtc_token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';

function chunk(part: string): string {
  return `${part.length.toString(16)}\r\n${part}\r\n`;
}

test.each([
  [LIMIT, 200],
  [LIMIT + 1, 413],
])('%i bytes with Content-Length: %i', async (length, status) => {
  const answer = await send(`${HEAD}Content-Length: ${length}\r\n\r\n`, jsonOf(length));
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
});

test.each([
  [LIMIT, 200],
  [LIMIT + 1, 413],
])('%i bytes in chunks: %i', async (length, status) => {
  const json = jsonOf(length);
  const chunks = [json.slice(0, 5000), json.slice(5000)].map(chunk);
  const answer = await send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n');
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
});

test('rejects a body that is too long before it has arrived', async () => {
  const before = calls;
  const announced = await send(`${HEAD}Content-Length: 1000000000\r\n\r\n`, '{');
  expect(announced).toMatch(/^HTTP\/1.1 413 [^]*"code":"413"/u);
  const endless = Array.from({ length: 20 }, () => chunk('x'.repeat(1000)));
  expect(await send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...endless)).toMatch(/^HTTP\/1.1 413 /u);
  expect(calls).toBe(before);
});

test('accepts a body that arrives character by character', async () => {
  const json = JSON.stringify(GOOD);
  const answer = await send(`${HEAD}Content-Length: ${json.length}\r\n\r\n`, ...Array.from(json));
  expect(answer).toMatch(/^HTTP\/1.1 200 /u);
});

test('rejects two lengths, and a length with chunks', async () => {
  const json = JSON.stringify(GOOD);
  const length = `Content-Length: ${json.length}\r\n`;
  expect(await send(`${HEAD}${length}Content-Length: 5\r\n\r\n${json}`)).toMatch(/^HTTP\/1.1 400 /u);
  const both = `${HEAD}${length}Transfer-Encoding: chunked\r\n\r\n${chunk(json)}0\r\n\r\n`;
  expect(await send(both)).toMatch(/^HTTP\/1.1 400 /u);
});

describe('without an HTTP server', () => {
  test.each([undefined, '1', '0', 'many', '-1', '1e1'])(
    'limits the body regardless of a Content-Length of %j',
    async (contentLength) => {
      const headers = contentLength === undefined ? {} : { 'Content-Length': contentLength };
      const tooLong = { method: 'POST', headers, body: jsonOf(LIMIT + 1) };
      expect((await ask(server(), '/fetch_rtc_token', tooLong)).status).toBe(413);
      const longest = { method: 'POST', headers, body: jsonOf(LIMIT) };
      expect((await ask(server(), '/fetch_rtc_token', longest)).status).toBe(200);
    },
  );

  test('cancels an endless stream', async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024));
      },
      cancel() {
        cancelled = true;
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    expect((await ask(server(), '/fetch_rtc_token', init)).status).toBe(413);
    expect(pulled).toBeLessThan(12);
    expect(cancelled).toBe(true);
  });

  test('answers 400 to a stream that fails', async () => {
    const errors: unknown[] = [];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('gone'));
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    const app = server({ onError: (error) => errors.push(error) });
    expect((await ask(app, '/fetch_rtc_token', init)).status).toBe(400);
    expect(errors).toEqual([]);
  });
});
