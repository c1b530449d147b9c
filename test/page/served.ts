/** The page as it is served, with the token server behind it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { readPage } from '../../src/cli/serve/page-files.js';
import { createTokenApp } from '../../src/server/app.js';
import { ROOT, SAMPLE } from '../packed.js';

/** A running server. */
export interface Served {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Serves the page as built, and a token server that grants everything. */
export async function servePage({ inspects }: { readonly inspects: boolean }): Promise<Served> {
  const app = new Hono();
  const io = { packageFolder: ROOT, readFile: (path: string) => readFileSync(path, 'utf8') };
  for (const { path, body, headers } of readPage(io)) app.get(path, (c) => c.body(body, 200, headers));
  const tokens = createTokenApp({
    appId: SAMPLE.AGORA_APP_ID,
    appCertificate: SAMPLE.AGORA_APP_CERTIFICATE,
    authorize: (_, asked) => asked,
    ...(inspects ? { inspect: () => true } : {}),
  });
  app.route('/', tokens);
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  if (!server.listening) await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
