/** The command as its users get it: from the packed tarball. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { verifyToken } from '../../src/index.js';
import { type Project, createProject, removeProject } from '../installed.js';
import { SAMPLE } from '../packed.js';
import { vectorFiles } from '../vectors.js';
import { runMain } from './fake-io.js';

let packed: Project;
let project: string;

beforeAll(async () => {
  packed = await createProject();
  project = packed.folder;
  const tokens = ['go-builders', 'node-builders'].flatMap((name) => {
    const { vectors } = vectorFiles().find(({ file }) => file === `${name}.json`) ?? { vectors: [] };
    return vectors.map((vector) => {
      const { id, token } = vector as { readonly id: number; readonly token: string };
      return `${JSON.stringify({ id: `${name}/${id}`, token })}\n`;
    });
  });
  writeFileSync(join(project, 'tokens.jsonl'), tokens.join(''));
}, 60_000);

afterAll(() => {
  removeProject(packed);
});

/** Runs a line of a shell in the project, with nothing of our environment. */
function runLine(line: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync('sh', ['-c', line], { cwd: project, encoding: 'utf8', env: { PATH: searchPath() } });
}

function searchPath(): string {
  return [join(project, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
}

test('runs with npx', () => {
  const { status, stdout, stderr } = runLine('npx accesstoken2 rtc --demo --channel lobby --uid 42');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: certificate } = SAMPLE;
  verifyToken(stdout.trim(), certificate, { appId, channelName: 'lobby', uid: 42 });
});

test('prints its version', () => {
  expect(runLine('accesstoken2 --version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

describe('every example of the help runs', () => {
  const examples = Object.entries(COMMANDS).flatMap(([name, { examples }]) => examples.map((line) => ({ name, line })));

  test('every command has one', () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(Object.keys(COMMANDS)));
  });

  test.each(examples.filter(({ name }) => name === 'serve'))('$line, until it is stopped', async ({ line }) => {
    writeFileSync(join(project, 'auth-token'), '0123456789abcdef-of-this-test\n');
    const server = spawn('sh', ['-c', `exec ${line} --port 0`], {
      cwd: project,
      env: { PATH: searchPath(), ...SAMPLE },
    });
    const output = Promise.all([server.stdout, server.stderr].map((stream) => stream.setEncoding('utf8').toArray()));
    await once(server.stderr, 'readable');
    server.kill('SIGTERM');
    const [status] = (await once(server, 'exit')) as [number | null];
    const [stdout, stderr] = (await output).map((chunks) => chunks.join(''));
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(/^accesstoken2: serving tokens of App ID [^\n]+\n$/u);
  });

  test.each(examples.filter(({ name }) => name !== 'serve'))('$line', ({ name, line }) => {
    const { status, stdout, stderr } = runLine(line);
    expect(status).toBe(0);
    // Checking vectors ends with a summary.
    expect(stderr).toMatch(/vectors(?!.*--cases)/u.test(line) ? /^\d+ cases, all good\n$/u : /^$/u);
    if (!['inspect', 'verify', 'vectors'].includes(name)) expect(stdout).toMatch(/^007\S+\n$/u);
  });

  test.each(Object.entries(COMMANDS))('the help of %s shows its examples', async (name, { examples }) => {
    const { stdout } = await runMain([name, '--help']);
    for (const line of examples) expect(stdout).toContain(`\n  ${line}\n`);
  });
});
