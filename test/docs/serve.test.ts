/** Runs the lines of the documentation that start a token server and call it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COMMAND,
  ENV,
  SERVE_PAGE,
  blocksOf,
  createProject,
  isOfServer,
  outputStatedBy,
  patternOf,
  read,
  shellLinesOf,
} from './pages.js';

const run = promisify(execFile);

const page = blocksOf(SERVE_PAGE);

/** The port in the documentation, which may be in use here. */
const DOCUMENTED_PORT = /(?<=localhost:)8082/gu;

/** Languages of blocks that need systemd or a proxy. */
const NOT_RUN = ['ini', 'nginx'];
const needsDocker = (line: string): boolean => line.startsWith('docker ');

let project: string;

beforeAll(() => {
  project = createProject();
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

interface Server {
  readonly port: string;
  readonly nextLogLine: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts the server of a line on a free port. */
async function start(line: string): Promise<Server> {
  const script = `exec ${line.replace('npx accesstoken2', COMMAND)} --port 0`;
  const child = spawn('sh', ['-c', script], { cwd: project, env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit');
  const [output] = (await Promise.race([once(child.stderr, 'data'), exit])) as [unknown];
  const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/u.exec(String(output)) ?? [];
  if (port === undefined) throw new Error(`the server did not start: ${String(output)}`);
  const logged = once(child.stdout, 'data');
  return {
    port,
    nextLogLine: async () => String((await logged)[0]),
    stop: async () => {
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
    },
  };
}

/** Runs lines in order. Calls go to the server that was started last. */
async function runInOrder(lines: readonly string[]): Promise<void> {
  let server: Server | undefined;
  try {
    for (const line of lines) {
      if (line.startsWith('npx accesstoken2 serve ')) {
        await server?.stop();
        server = await start(line);
        continue;
      }
      const script = line.replace(DOCUMENTED_PORT, server?.port ?? '');
      const { stdout } = await run('sh', ['-c', script], { cwd: project, env: ENV });
      if (line.startsWith('curl ')) {
        const token = expect.stringMatching(/^007/u) as string;
        expect(JSON.parse(stdout), line).toEqual({ token, code: '200' });
      }
    }
  } finally {
    await server?.stop();
  }
}

test('the README starts a server and gets a token from it', async () => {
  const lines = shellLinesOf(blocksOf('README.md')).filter(isOfServer);
  expect(lines).toHaveLength(2);
  await runInOrder(lines);
});

test('the lines of the page start servers and get tokens from them', async () => {
  const lines = shellLinesOf(page).filter((line) => !needsDocker(line));
  expect(lines.filter(isOfServer)).toHaveLength(4);
  await runInOrder(lines);
});

test('a web page can fetch a token, and the log line has the documented fields', async () => {
  const [program] = page.filter(({ language }) => language === 'js');
  const [logLine] = page.filter(({ language }) => language === 'json');
  const server = await start('npx accesstoken2 serve --open --demo');
  try {
    await fetch(`http://127.0.0.1:${server.port}/rtm/alice/`);
    const documented = JSON.parse(logLine?.code ?? '') as Readonly<Record<string, unknown>>;
    const logged = JSON.parse(await server.nextLogLine()) as Readonly<Record<string, unknown>>;
    expect(Object.keys(logged)).toEqual(Object.keys(documented));
    for (const name of ['method', 'route', 'status']) expect(logged[name]).toBe(documented[name]);

    const path = join(project, 'fetch.mjs');
    writeFileSync(path, (program?.code ?? '').replace(DOCUMENTED_PORT, server.port));
    const { stdout } = await run(process.execPath, [path], { cwd: project, env: ENV });
    expect(stdout).toMatch(patternOf(outputStatedBy(program?.code ?? '')));
  } finally {
    await server.stop();
  }
});

test('only blocks that need systemd, a proxy or docker are not run', () => {
  const languages = new Set(page.map(({ language }) => language));
  expect([...languages].sort()).toEqual(['sh', 'js', 'json', ...NOT_RUN].sort());
  const docker = shellLinesOf(page).filter(needsDocker).join('\n');
  for (const path of ['/run/secrets/app-certificate', '/run/secrets/auth-token']) {
    expect(read('examples/Dockerfile')).toContain(path);
    expect(docker).toContain(path);
  }
});
