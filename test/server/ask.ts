/** A token server of the sample project, and functions to send requests to it. */
import type { Hono } from 'hono';
import { type TokenAppOptions, createTokenApp } from '../../src/server/app.js';
import { SAMPLE } from '../packed.js';

/** The sample project. */
export const PROJECT: Readonly<Record<'appId' | 'appCertificate', string>> = {
  appId: SAMPLE.AGORA_APP_ID,
  appCertificate: SAMPLE.AGORA_APP_CERTIFICATE,
};

/** Creates a server that grants everything that is asked for, unless the options say otherwise. */
export function server(options: Partial<TokenAppOptions> = {}): Hono {
  return createTokenApp({ ...PROJECT, authorize: (_, asked) => asked, ...options });
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request to a server. */
export async function ask(app: Hono, path: string, init?: RequestInit): Promise<Answer> {
  const { status, headers, text } = await read(await app.request(path, init));
  const isJson = headers.get('Content-Type')?.includes('json') ?? false;
  return { status, headers, text, body: (isJson && text !== '' ? JSON.parse(text) : {}) as Answer['body'] };
}

async function read(response: Response): Promise<Omit<Answer, 'body'>> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Posts a value as JSON, or a string as it is. */
export function post(
  app: Hono,
  path: string,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(app, path, { method: 'POST', body: text, ...(headers !== undefined && { headers }) });
}

/** Returns the token with a name in an answer. */
export function tokenIn({ body }: Answer, name = 'token'): string {
  const token = body[name];
  if (typeof token === 'string') return token;
  throw new Error(`no ${name} in ${JSON.stringify(body)}`);
}
