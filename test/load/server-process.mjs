/** The servers under test: each a process of its own, on a core of its own where that can be had. */
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

/** What the token server signs and asks for; nothing of it may be in a log. */
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

/** Whether the servers have one core, and this process another. */
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

/** Starts `accesstoken2 serve` as it was built, with its secret and its certificate in files, and its log in one. */
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

/** Starts what the token server is measured against; it answers with as many bytes as are given. */
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

/** A server that was started. */
class ServerProcess {
  #child;
  #stderr = '';
  logPath;
  /** Settles when it has said where it listens; `port` is known from then on. */
  started;
  port;
  /** Settles with its exit code, null if it was killed. */
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
        reject(new Error(`the server ended before it listened: ${this.#stderr}`));
      });
    });
  }

  /** All that it has said on standard error. */
  get stderr() {
    return this.#stderr;
  }

  /** How much memory is resident, in MiB. */
  get memory() {
    return Number(/^VmRSS:\s+(\d+) kB/mu.exec(this.#read('status'))[1]) / 1024;
  }

  /** How long it has computed, user and system, in seconds. */
  get cpuTime() {
    const fields = this.#read('stat').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** How many files and sockets it has open. */
  get openFiles() {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Stops it, and returns its exit code. */
  stop() {
    this.signal('SIGTERM');
    return this.ended;
  }

  #read(name) {
    return readFileSync(`/proc/${this.#child.pid}/${name}`, 'utf8');
  }
}
