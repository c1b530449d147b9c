/** A headless Chromium, spoken to by the DevTools protocol over a pipe. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../packed.js';

const { FLAGS, findChromium } = (await import(pathToFileURL(join(ROOT, 'test/runtimes/chromium.mjs')).href)) as {
  readonly FLAGS: readonly string[];
  readonly findChromium: () => Promise<string>;
};

/** What a command takes, returns, or an event tells. */
export type Fields = Readonly<Record<string, unknown>>;

/** An event of a tab. */
interface Told {
  readonly method: string;
  readonly params: Fields;
}

/** A tab of the browser. */
export interface Tab {
  /** All that it has told, in order. */
  readonly told: readonly Told[];
  readonly send: (method: string, params?: Fields) => Promise<Fields>;
}

/** A running browser. */
export interface Browser {
  readonly openTab: () => Promise<Tab>;
  readonly close: () => Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

/** Starts a browser with a profile of its own. */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'accesstoken2-chromium-'));
  const flags = [...FLAGS, '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const child = spawn(await findChromium(), flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const { send, listen } = speakTo(child);
  return {
    openTab: async () => {
      const { browserContextId } = await send('Target.createBrowserContext');
      const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const told: Told[] = [];
      listen(String(sessionId), (event) => told.push(event));
      return { told, send: (method, params) => send(method, params, String(sessionId)) };
    },
    close: async () => {
      const ended = once(child, 'exit');
      // Asked to end, it first collects the processes that it has started.
      await send('Browser.close');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

interface Line {
  readonly send: (method: string, params?: Fields, sessionId?: string) => Promise<Fields>;
  /** Hands over what a session tells from now on. */
  readonly listen: (sessionId: string, take: (event: Told) => void) => void;
}

/** Exchanges messages with a browser: JSON, each with a zero byte after it. */
function speakTo(child: ChildProcess): Line {
  const [toBrowser, fromBrowser] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, (event: Told) => void>();
  let lastId = 0;
  let received = '';
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const messages = (received + text).split('\0');
    received = messages.pop() ?? '';
    for (const message of messages) take(JSON.parse(message) as Message);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('Chromium has ended'));
  });

  function take({ id, sessionId, method, params = {}, result = {}, error }: Message): void {
    if (id === undefined) {
      listeners.get(sessionId ?? '')?.({ method: method ?? '', params });
      return;
    }
    const answered = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answered?.resolve(result);
    else answered?.reject(new Error(error.message));
  }

  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject });
        toBrowser.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      }),
    listen: (sessionId, hear) => void listeners.set(sessionId, hear),
  };
}

interface Waiting {
  readonly resolve: (result: Fields) => void;
  readonly reject: (reason: Error) => void;
}
