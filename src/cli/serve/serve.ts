/**
 * The command `serve`: a token server, from its start to its stop.
 */
import { AccessTokenError } from '../../index.js';
import type { Io } from '../io.js';
import type { CommandLine } from '../options.js';
import { type Sourced, projectOf, required } from '../project.js';
import { shown } from '../terminal-text.js';
import { Exit, UsageError } from '../usage.js';
import { createAnswer } from './app.js';
import { type Address, type Answer, Listener } from './listener.js';
import { readPage } from './page-files.js';
import { RequestLog } from './request-log.js';
import { type Settings, settingsOf } from './settings.js';

/** Serves tokens until it is told to stop. */
export async function runServe(line: CommandLine, io: Io): Promise<Exit> {
  const settings = settingsOf(line, io);
  const project = projectOf(line.given, io);
  const [appId, appCertificate] = [required(project, 'appId'), required(project, 'appCertificate')];
  checkDistinct(settings, appCertificate);
  const log = new RequestLog(io.stdout);
  const listener = new Listener(answerOf(settings, appId, appCertificate, io), log);
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

/** The secret goes over the network with each request, which the certificate never may. */
function checkDistinct({ access }: Settings, { value }: Sourced): void {
  if (access.secret?.value.toLowerCase() !== value.toLowerCase()) return;
  throw new UsageError(
    `${access.secret.source}: expected a secret of its own, got the App certificate; make one with openssl rand -hex 32`,
  );
}

/** Turns a refusal of an option into one of the option, or the variable, of the command line. */
function answerOf(settings: Settings, appId: Sourced, appCertificate: Sourced, io: Io): Answer {
  const sources: Readonly<Record<string, string>> = {
    appId: appId.source,
    appCertificate: appCertificate.source,
    maxLifetime: '--max-lifetime',
    allowOrigins: '--allow-origin',
  };
  const page = settings.access.mode === 'open' ? readPage(io) : [];
  const onError = (error: unknown): void => {
    const kind = error instanceof Error ? error.name : typeof error;
    io.stderr.write(`accesstoken2: a request failed unexpectedly (${kind}); please report it\n`);
  };
  try {
    const parts = { appId: appId.value, appCertificate: appCertificate.value, page, onError };
    return createAnswer(settings, parts);
  } catch (error) {
    if (!(error instanceof AccessTokenError) || error.argument === undefined) throw error;
    const path = error.argument;
    const source = sources[/^\w+/u.exec(path)?.[0] ?? ''];
    throw source === undefined ? error : new UsageError(source + error.message.slice(path.length));
  }
}

async function listen(listener: Listener, { host, port }: Settings): Promise<Address> {
  try {
    return await listener.listen(port, host);
  } catch (error) {
    throw error instanceof Error && 'code' in error
      ? new UsageError(reasonOf(String(error.code), host, port))
      : error;
  }
}

function reasonOf(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `--port: ${port} is in use on ${shown(host)}; stop what listens there, name another port, or let --port 0 take any that is free`;
    case 'EACCES':
      return `--port: this user may not listen on ${port}; take one from 1024 on, and let a proxy or the container map it`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `--host: ${shown(host)} is no address of this machine; name one that is, or 0.0.0.0 for all`;
    default:
      return `cannot listen on port ${port} of ${shown(host)} (${code}); name another with --port and --host`;
  }
}

function announcement({ address, port }: Address, { access }: Settings, appId: string): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const whom = {
    open: 'for development (--open): whoever is on this machine gets any token, nobody is asked who they are, and nothing else may reach it',
    secret: 'for backends that send the secret; never give it to an app',
  }[access.mode];
  return `accesstoken2: serving tokens of App ID ${shortened(appId)} on http://${host}:${port} ${whom}\n`;
}

/** Tells one App ID from another, and no more. */
function shortened(appId: string): string {
  return `${appId.slice(0, 4)}…${appId.slice(-4)}`;
}
