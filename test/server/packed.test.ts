import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Project, createProject, removeProject } from '../installed.js';
import { ROOT, SAMPLE } from '../packed.js';

const run = promisify(execFile);

let packed: Project;
let project: string;

beforeAll(async () => {
  packed = await createProject();
  project = packed.folder;
}, 60_000);

afterAll(() => {
  removeProject(packed);
});

/** Runs a program in the project, without `require` of ES modules. */
async function outputOf(kind: 'module' | 'commonjs', code: string): Promise<unknown> {
  const flags = ['--no-experimental-require-module', `--input-type=${kind}`, '--eval'];
  const env = { PATH: process.env['PATH'], ...SAMPLE };
  const { stdout } = await run(process.execPath, [...flags, code], { cwd: project, env });
  return JSON.parse(stdout);
}

test('only accesstoken2/server needs Hono, which is not installed with the package', async () => {
  const code = `import { Role } from 'accesstoken2'; console.log(JSON.stringify(Role.Publisher));`;
  expect(await outputOf('module', code)).toBe(1);
  await expect(outputOf('module', `import 'accesstoken2/server';`)).rejects.toThrow(/ERR_MODULE_NOT_FOUND/u);
});

describe('with Hono', () => {
  beforeAll(() => {
    symlinkSync(join(ROOT, 'node_modules/hono'), join(project, 'node_modules/hono'), 'junction');
  });

  const program = `
    const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: appCertificate } = process.env;
    const app = server.createTokenApp({ appId, appCertificate, authorize: (_, asked) => asked });
    const body = JSON.stringify({ uid: 42, ChannelName: 'lobby', role: 1 });
    app.request('/fetch_rtc_token', { method: 'POST', body }).then(async (response) => {
      const { token } = await response.json();
      const { services } = core.verifyToken(token, appCertificate, { channelName: 'lobby', uid: 42 });
      let caught;
      try { server.createTokenApp({}); } catch (error) { caught = error; }
      console.log(JSON.stringify([Object.keys(server).sort(), services[0].uid, caught instanceof core.AccessTokenError]));
    });
  `;

  test.each([
    ['module', `import * as server from 'accesstoken2/server'; import * as core from 'accesstoken2';`],
    ['commonjs', `const server = require('accesstoken2/server'), core = require('accesstoken2');`],
  ] as const)('%s: every export exists and works', async (kind, load) => {
    expect(await outputOf(kind, load + program)).toEqual([['createTokenApp', 'hasBearerSecret'], '42', true]);
  });
});

test.each(['js', 'cjs'])('app.%s imports no built-in modules of Node.js', (extension) => {
  const code = readFileSync(join(project, `node_modules/accesstoken2/dist/server/app.${extension}`), 'utf8');
  expect(code).not.toMatch(/["']node:/u);
});
