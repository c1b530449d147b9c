/** The page as it is served, with the token server behind it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createTokenApp } from '../../src/server/app.js';
import { ROOT, SAMPLE } from '../packed.js';

/** The security policy under which the page has to work. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const FILES = [
  ['/', 'index.html', 'text/html'],
  ['/page.css', 'page.css', 'text/css'],
  ['/page.js', 'page.js', 'text/javascript'],
] as const;

/** A running server. */
export interface Served {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Serves the page as built, and a token server that grants everything. */
export async function servePage({ inspects }: { readonly inspects: boolean }): Promise<Served> {
  const app = new Hono();
  for (const [path, file, type] of FILES) {
    app.get(path, (c) =>
      c.body(readFileSync(join(ROOT, 'dist/cli/page', file)), 200, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Security-Policy': POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
      }),
    );
  }
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
