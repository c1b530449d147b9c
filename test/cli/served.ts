/** Runs the command `serve` as a process, and connects to it with plain sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { join } from 'node:path';
import { ROOT, SAMPLE } from '../packed.js';

const BIN = join(ROOT, 'dist/cli/bin.js');

/** The secret of the servers in these tests. */
export const SECRET = '0123456789abcdef-of-these-tests';

/** A running server. */
export interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** Its output so far. */
  stdout(): string;
  stderr(): string;
  /** Its log lines so far. */
  lines(): readonly Record<string, unknown>[];
  /** Settles with its exit code, null if it was killed. */
  readonly ended: Promise<number | null>;
}

/** The outcome of a command line that does not start a server. */
export interface Refused {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/** Kills the servers that are still running. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

interface Started {
  readonly child: ChildProcess;
  readonly written: Record<'stdout' | 'stderr', string>;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [BIN, 'serve', ...args], {
    env: { PATH: process.env['PATH'], ...SAMPLE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, written, ended };
}

/** Starts a server on a free port, unless the arguments name one. */
export async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const { child, written, ended } = start([...args, ...port], env);
  const url = await until(() => {
    if (child.exitCode !== null) throw new Error(`it ended: ${written.stderr}`);
    return /http:\/\/\S+:\d+/u.exec(written.stderr)?.[0];
  });
  return {
    child,
    url,
    port: Number(new URL(url).port),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    lines: () =>
      written.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    ended,
  };
}

/** Runs a command line that is rejected. */
export async function runRefused(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Refused> {
  const { written, ended } = start(args, env);
  return { code: await ended, ...written };
}

/** Waits until a function returns a value. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let round = 0; round < 1000; round++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come');
}

/** A connection, with everything received on it. */
export interface Connection {
  readonly socket: Socket;
  readonly received: () => string;
  readonly closed: Promise<unknown>;
}

/** Connects, and sends a string. */
export async function open(port: number, text = ''): Promise<Connection> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => {
    // The received data counts.
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (text !== '') socket.write(text);
  return { socket, received: () => received, closed };
}

/** Sends a string on a new connection, and returns everything received until it is closed. */
export async function exchange(port: number, text: string): Promise<string> {
  const { received, closed } = await open(port, text);
  await closed;
  return received();
}

/** Writes a request with a body of JSON. */
export function post(path: string, body: unknown, headers: readonly string[]): string {
  const text = JSON.stringify(body);
  const head = [`POST ${path} HTTP/1.1`, ...headers, `Content-Length: ${Buffer.byteLength(text)}`];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
