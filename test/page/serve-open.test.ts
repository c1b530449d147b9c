/** `accesstoken2 serve --open` in a browser: its own page, and pages on other ports. */
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyToken } from '../../src/index.js';
import { type Served, killServers, serve, until } from '../cli/served.js';
import { SAMPLE } from '../packed.js';
import { type Browser, startBrowser } from './browser.js';
import { openPage } from './open-page.js';

let browser: Browser;
let served: Served;
/** Serves an empty page on another port. */
let elsewhere: Server;

beforeAll(async () => {
  browser = await startBrowser();
  served = await serve(['--open']);
  elsewhere = createServer(({ url }, response) => {
    if (url === '/sandboxed') response.setHeader('Content-Security-Policy', 'sandbox allow-scripts');
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>an app</title>');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
});

afterAll(async () => {
  await browser.close();
  killServers();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

/** The request of the client in Agora's guide, with a content type that requires a CORS preflight. */
function fetchFrom(host: string): string {
  const options = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ uid: 1, ChannelName: 'test', role: 1 }),
  };
  const url = `http://${host}:${served.port}/fetch_rtc_token`;
  return `fetch(${JSON.stringify(url)}, ${JSON.stringify(options)}).then((response) => response.json())`;
}

test.each([
  ['localhost', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1', 'localhost'],
  ['localhost', '127.0.0.1'],
])('a page of %s on another port fetches a token from %s', async (of, from) => {
  const { port } = elsewhere.address() as AddressInfo;
  const page = await openPage(browser, `http://${of}:${port}/`);
  const { token, code } = (await page.evaluate(fetchFrom(from))) as Readonly<Record<string, string>>;
  expect(code).toBe('200');
  verifyToken(token ?? '', SAMPLE.AGORA_APP_CERTIFICATE, { channelName: 'test', uid: 1 });
});

test('a page with the origin null, such as a file, gets no token', async () => {
  const { port } = elsewhere.address() as AddressInfo;
  const page = await openPage(browser, `http://localhost:${port}/sandboxed`);
  const before = served.lines().length;
  expect(await page.evaluate(`${fetchFrom('localhost')}.catch(String)`)).toBe('TypeError: Failed to fetch');
  const [line] = await until(() => served.lines().length > before && served.lines().slice(before));
  expect(line).toMatchObject({ method: 'OPTIONS', status: 403 });
});

test('serves its own page, which fetches a token', async () => {
  const page = await openPage(browser, `http://localhost:${served.port}/`);
  expect(await page.evaluate('document.title')).toContain('accesstoken2');
  expect(await page.evaluate('getComputedStyle(document.body).fontFamily')).not.toBe('');
  expect(await page.evaluate(fetchFrom('localhost'))).toMatchObject({ code: '200' });
  const complaints = page.told.filter(({ method }) => ['Log.entryAdded', 'Runtime.exceptionThrown'].includes(method));
  expect(complaints).toEqual([]);
});
