/**
 * The command `serve`, which runs a token server until a signal stops it.
 */
import { AccessTokenError } from '../../index.js';
import { quote } from '../../redact.js';
import type { Io } from '../io.js';
import type { CommandLine } from '../options.js';
import { type Project, type Sourced, projectOf, required, usageErrorFor } from '../project.js';
import { Exit, UsageError } from '../usage.js';
import type { Answer } from './answer-batch.js';
import { createAnswer } from './app.js';
import { type Address, Listener } from './listener.js';
import { readPage } from './page-files.js';
import { RequestLog } from './request-log.js';
import { type Settings, parseSettings } from './settings.js';

/** Runs `serve` until it is stopped. */
export async function runServe(line: CommandLine, io: Io): Promise<Exit> {
  const settings = parseSettings(line, io);
  const project = projectOf(line.values, io);
  const [appId, appCertificate] = [required(project, 'appId'), required(project, 'appCertificate')];
  assertDistinct(settings, appCertificate);
  const log = new RequestLog(io.stdout);
  const listener = new Listener(answerFor(settings, { appId, appCertificate }, io), log);
  const address = await listen(listener, settings);
  io.onStop(() => {
    const { pending } = listener;
    if (pending > 0) {
      io.stderr.write(`accesstoken2: stopping once requests under way are answered: ${pending}\n`);
    }
    listener.stop();
  });
  io.stderr.write(announcement(address, settings, appId.value));
  await listener.closed;
  log.flush();
  return Exit.Good;
}

/** Rejects a secret that equals the certificate, because the secret is sent with each request. */
function assertDistinct({ access }: Settings, { value }: Sourced): void {
  if (access.secret?.value.toLowerCase() !== value.toLowerCase()) return;
  throw new UsageError(
    `${access.secret.source}: expected a secret of its own, got the App certificate; make one with openssl rand -hex 32`,
  );
}

/** The option for each argument of the app, where the names differ. */
const OPTION_OF_ARGUMENT: Readonly<Record<string, string>> = {
  maxLifetime: 'max-lifetime',
  allowOrigins: 'allow-origin',
};

/** Creates the function that answers requests. Invalid arguments become usage errors about an option or variable. */
function answerFor(settings: Settings, project: Readonly<Record<keyof Project, Sourced>>, io: Io): Answer {
  const page = settings.access.mode === 'open' ? readPage(io) : [];
  const onError = (error: unknown): void => {
    const kind = error instanceof Error ? error.name : typeof error;
    io.stderr.write(`accesstoken2: a request failed unexpectedly (${kind}); please report it\n`);
  };
  const { appId, appCertificate } = project;
  try {
    return createAnswer(settings, { appId: appId.value, appCertificate: appCertificate.value, page, onError });
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    throw usageErrorFor(error, project, (argument) => OPTION_OF_ARGUMENT[argument] ?? argument);
  }
}

async function listen(listener: Listener, { host, port }: Settings): Promise<Address> {
  try {
    return await listener.listen(port, host);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? new UsageError(reasonOf(String(error.code), host, port)) : error;
  }
}

function reasonOf(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `--port: ${port} is in use on ${quote(host)}; stop what listens there, name another port, or let --port 0 take any that is free`;
    case 'EACCES':
      return `--port: this user may not listen on ${port}; take one from 1024 on, and let a proxy or the container map it`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `--host: ${quote(host)} is no address of this machine; name one that is, or 0.0.0.0 for all`;
    default:
      return `cannot listen on port ${port} of ${quote(host)} (${code}); name another with --port and --host`;
  }
}

function announcement({ address, port }: Address, { access }: Settings, appId: string): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const whom = {
    open: 'for development (--open): every program and page on this machine gets any token, without authentication; nothing else may reach it',
    secret: 'for backends that send the secret; never give it to an app',
  }[access.mode];
  return `accesstoken2: serving tokens of App ID ${shorten(appId)} on http://${host}:${port} ${whom}\n`;
}

/** Shortens an App ID so that it can still be recognized. */
function shorten(appId: string): string {
  return `${appId.slice(0, 4)}…${appId.slice(-4)}`;
}
