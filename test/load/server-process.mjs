/** The servers under test, each in its own process and, if `taskset` is available, on its own core. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const BARE_SERVER = fileURLToPath(new URL('bare-server.mjs', import.meta.url));

const SERVER_CORE = 0;
const OWN_CORE = 1;
const TICKS_PER_SECOND = 100;

/** The project and the bearer secret of the token server; none of them may appear in a log. */
export const project = {
  appId: randomBytes(16).toString('hex'),
  appCertificate: randomBytes(16).toString('hex'),
  secret: randomBytes(32).toString('hex'),
};

const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-load-'));
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Whether the servers run on one core and this process on another. */
export const isPinned = pinOwnProcess();

function pinOwnProcess() {
  try {
    const all = ['--all-tasks', '--cpu-list', '--pid'];
    execFileSync('taskset', [...all, String(OWN_CORE), String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts the built `accesstoken2 serve`, with secret and certificate in files, and its log in another. */
export function startTokenServer() {
  const id = randomBytes(4).toString('hex');
  const fileOf = (name, text) => {
    const path = join(folder, `${id}-${name}`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const logPath = fileOf('log', '');
  const secretPath = fileOf('secret', `${project.secret}\n`);
  const certificatePath = fileOf('certificate', `${project.appCertificate}\n`);
  const env = { AGORA_APP_ID: project.appId, AGORA_APP_CERTIFICATE_FILE: certificatePath };
  return start([COMMAND, 'serve', '--port', '0', '--auth-token-file', secretPath], env, logPath);
}

/** Starts the minimal server for comparison, with responses of a given length. */
export function startBareServer(bodyLength) {
  return start([BARE_SERVER, String(bodyLength)], {}, join(folder, 'bare-log'));
}

async function start(args, env, logPath) {
  const command = isPinned ? ['taskset', '--cpu-list', String(SERVER_CORE)] : [];
  const [file, ...rest] = [...command, process.execPath, ...args];
  const child = spawn(file, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', openSync(logPath, 'a'), 'pipe'],
  });
  running.add(child);
  const server = new ServerProcess(child, logPath);
  await server.started;
  return server;
}

/** A running server. */
class ServerProcess {
  #child;
  #stderr = '';
  logPath;
  /** Resolves when the server listens; then `port` is set. */
  started;
  port;
  /** Resolves with the exit code, null if killed. */
  ended;

  constructor(child, logPath) {
    this.#child = child;
    this.logPath = logPath;
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        running.delete(child);
        resolve(code);
      });
    });
    this.started = new Promise((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text) => {
        this.#stderr += text;
        this.port = Number(/http:\/\/\S+:(\d+)/u.exec(this.#stderr)?.[1]);
        if (this.port > 0) resolve();
      });
      void this.ended.then(() => {
        reject(new Error(`the server exited before it listened: ${this.#stderr}`));
      });
    });
  }

  /** The output on standard error. */
  get stderr() {
    return this.#stderr;
  }

  /** The resident memory in MiB. */
  get memory() {
    return Number(/^VmRSS:\s+(\d+) kB/mu.exec(this.#read('status'))[1]) / 1024;
  }

  /** The CPU time, user and system, in seconds. */
  get cpuTime() {
    const fields = this.#read('stat').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** The number of open files and sockets. */
  get openFiles() {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Stops the server; returns the exit code. */
  stop() {
    this.signal('SIGTERM');
    return this.ended;
  }

  #read(name) {
    return readFileSync(`/proc/${this.#child.pid}/${name}`, 'utf8');
  }
}
