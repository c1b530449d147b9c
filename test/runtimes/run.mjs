/**
 * Packs the package, installs the tarball into an empty project, and runs the suite there in each runtime, and the
 * recipes for two of them. Requires `dist` and the packages of this folder.
 *
 * Prints a line for each run and a summary; the exit code is 0 only if all passed.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findChromium, openPage } from './chromium.mjs';
import { end, run, start } from './processes.mjs';
import { checkRecipe, checkTokenServerRecipe } from './recipes.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const ROOT = join(HERE, '../..');
const PACKAGES = join(HERE, 'node_modules');
const { arch, platform } = process;

const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-runtimes-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
/** None of the caller's settings, and no files outside of the temporary folder. */
const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, NO_COLOR: '1' };

const project = await install();
const files = vectorFiles();
const vectorCount = files.reduce((count, { vectors }) => count + vectors.length, 0);

const MAIN = 'accesstoken2';
const WEB = 'accesstoken2/web';
const SERVER = 'accesstoken2/server';
/** Imports of a program that checks the token server. */
const SERVER_IMPORTS = `import * as server from '${SERVER}';
import * as api from '${MAIN}';
import { checkTokenServer } from './token-server.mjs';
`;
const counts = { passed: 0, failed: 0 };

for (const major of [20, 22, 24, 26]) {
  const name = `Node ${major}`;
  const node = nodeProgram(major);
  for (const entry of [MAIN, WEB]) {
    await report(name, 'import', entry, () => runFile(node, [], entry));
    await report(name, 'require', entry, () => runFile(node, ['--no-experimental-require-module'], entry, 'require'));
  }
  await reportServer(name, () => runServer(node, []));
}

const bun = platformProgram('@oven', 'bin/bun');
for (const entry of [MAIN, WEB]) {
  await report('Bun', 'import', entry, () => runFile(bun, ['run', '--no-install'], entry));
  await report('Bun', 'require', entry, () => runFile(bun, ['run', '--no-install'], entry, 'require'));
}
await reportServer('Bun', () => runServer(bun, ['run', '--no-install']));

const DENO_RUN = ['run', '--quiet', '--no-prompt', '--no-remote', '--no-lock', '--node-modules-dir=manual'];
const deno = platformProgram('@deno', 'deno');
for (const entry of [MAIN, WEB]) {
  await report('Deno', 'import', entry, () => runFile(deno, [...DENO_RUN, `--allow-read=${project}`], entry));
}
await reportServer('Deno', () => runServer(deno, [...DENO_RUN, `--allow-read=${project}`]));
await reportRecipe('Deno', 'supabase-function.mjs', denoVersion, askDeno);

await report('workerd', 'nodejs_compat', MAIN, () => runWorker(['nodejs_compat'], MAIN));
await report('workerd', 'no flag', WEB, () => runWorker([], WEB));
await reportServer('workerd', runServerWorker);
await reportRecipe('workerd', 'cloudflare-worker.mjs', workerdVersion, askWorker);
await reportRecipe(
  'workerd',
  'token-server-worker.mjs',
  workerdVersion,
  (...given) => askWorker(...given, ['nodejs_compat']),
  checkTokenServerRecipe,
);

const opened = openSuite();
for (const [place, key] of [
  ['page', 'page'],
  ['Worker', 'worker'],
]) {
  await report('Chromium', place, WEB, async () => {
    const results = await opened;
    return { version: results.version, ...results[key] };
  });
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
// Ends processes that still run.
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

/** Packs the package, installs it with its dependencies and Hono, and copies the suite beside it. */
async function install() {
  const npm = { env: { ...process.env, npm_config_loglevel: 'error' }, seconds: 120 };
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await run('npm', packing, { ...npm, cwd: ROOT }));
  const target = mkdtempSync(join(folder, 'project-'));
  writeFileSync(join(target, 'package.json'), '{ "private": true }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const packages = [join(folder, filename), `hono@${devDependencies.hono}`];
  await run('npm', ['install', ...packages, ...flags], { ...npm, cwd: target });
  for (const file of ['suite.mjs', 'report.mjs', 'page.mjs', 'page-worker.mjs', 'token-server.mjs']) {
    copyFileSync(join(HERE, file), join(target, file));
  }
  return target;
}

/** Reads the vectors of the package. */
function vectorFiles() {
  const vectors = join(project, 'node_modules', 'accesstoken2', 'vectors');
  return readdirSync(vectors)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, ...JSON.parse(readFileSync(join(vectors, file), 'utf8')) }));
}

function nodeProgram(major) {
  return join(PACKAGES, `node${major}-${platform}-${arch}`, 'bin', 'node');
}

/** Finds a program in the package of a scope that npm installed for this platform. */
function platformProgram(scope, program) {
  const names = existsSync(join(PACKAGES, scope)) ? readdirSync(join(PACKAGES, scope)) : [];
  return join(PACKAGES, scope, names[0] ?? `none for ${platform} ${arch}`, program);
}

/** Reports a run of the suite; fails it if checks were left out. */
async function resultOf(execute, minCount) {
  try {
    const { version, passed, failed } = await execute();
    const count = passed + failed.length;
    const missing = `${count} checks ran, expected at least ${minCount}`;
    return { version, passed, failed: count < minCount ? [...failed, missing] : failed };
  } catch (error) {
    return { version: '', passed: 0, failed: [error.message] };
  }
}

/** Runs an action and prints its results. */
async function report(name, how, entry, execute, minCount = vectorCount) {
  const { version, passed, failed } = await resultOf(execute, minCount);
  counts[failed.length === 0 ? 'passed' : 'failed'] += 1;
  const runtime = version === '' ? name : `${name.split(' ')[0]} ${version}`;
  const result = `${passed} passed, ${failed.length} failed`;
  console.log(`${runtime.padEnd(28)}${how.padEnd(15)}${entry.padEnd(34)}${result}`);
  for (const message of failed.slice(0, 10)) console.log(`  ${message.trim().replace(/\n/gu, '\n  ')}`);
  if (failed.length > 10) console.log(`  and ${failed.length - 10} more`);
}

/** Runs the suite in a program that imports or requires an entry. */
async function runFile(program, args, entry, format = 'import') {
  const options = JSON.stringify({ promises: entry === WEB });
  const file = join(project, format === 'import' ? 'program.mjs' : 'program.cjs');
  writeFileSync(
    file,
    format === 'import'
      ? `import * as api from '${entry}';\nimport { report } from './report.mjs';\nawait report(api, ${options});\n`
      : `const api = require('${entry}');\nimport('./report.mjs').then(({ report }) => report(api, ${options}));\n`,
  );
  return JSON.parse(await run(program, [...args, file], { cwd: project, env }));
}

/** Reports the checks of the token server within a runtime. */
function reportServer(name, execute) {
  return report(name, 'requests', SERVER, execute, 7);
}

async function runServer(program, args) {
  const file = join(project, 'program.mjs');
  writeFileSync(
    file,
    `${SERVER_IMPORTS}import process from 'node:process';
const version = globalThis.Deno?.version.deno ?? globalThis.Bun?.version ?? process.versions.node;
console.log(JSON.stringify({ version, ...(await checkTokenServer(server, api)) }));
`,
  );
  return JSON.parse(await run(program, [...args, file], { cwd: project, env }));
}

async function runServerWorker() {
  const program = `${SERVER_IMPORTS}export default {
  async fetch() {
    return Response.json(await checkTokenServer(server, api));
  },
};
`;
  const script = await bundle(program, 'worker.mjs', ['workerd', 'worker']);
  const job = { script, compatibilityFlags: ['nodejs_compat'], requests: [{ path: '/' }] };
  const [{ status, body }] = await askWorkerd(job);
  if (status !== 200) throw new Error(`status ${status}\n${body}`);
  return { version: await workerdVersion(), ...JSON.parse(body) };
}

/** Bundles a program, as tools for Workers and browsers do. */
async function bundle(contents, name, conditions = []) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project, sourcefile: name },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: [...conditions, 'browser'],
    external: ['node:*'],
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

async function runWorker(compatibilityFlags, entry) {
  const program = `import * as api from '${entry}';
import { runSuite } from './suite.mjs';
const face = ${JSON.stringify({ promises: entry === WEB })};
export default {
  async fetch(request) {
    return Response.json(await runSuite(api, await request.json(), face));
  },
};
`;
  const script = await bundle(program, 'worker.mjs', ['workerd', 'worker']);
  const requests = [{ path: '/', method: 'POST', body: JSON.stringify(files) }];
  const [{ status, body }] = await askWorkerd({ script, compatibilityFlags, requests });
  if (status !== 200) throw new Error(`status ${status}\n${body}`);
  return { version: await workerdVersion(), ...JSON.parse(body) };
}

/** Sends requests to a Worker; runs miniflare on a newer Node than this one may be. */
async function askWorkerd(job) {
  const options = { cwd: HERE, env, input: JSON.stringify(job) };
  return JSON.parse(await run(nodeProgram(24), [join(HERE, 'workerd.mjs')], options));
}

async function workerdVersion() {
  const program = platformProgram('@cloudflare', 'bin/workerd');
  return (await run(program, ['--version'], { env })).trim().split(' ')[1];
}

async function denoVersion() {
  return (await run(deno, ['--version'], { env })).split(' ')[1];
}

/** Runs the suite in a Chromium page and its Worker. */
async function openSuite() {
  const script = async (file) => ({
    type: 'text/javascript',
    body: await bundle(readFileSync(join(project, file), 'utf8'), file),
  });
  const served = {
    '/': { type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' },
    '/vectors.json': { type: 'application/json', body: JSON.stringify(files) },
    '/page.js': await script('page.mjs'),
    '/page-worker.js': await script('page-worker.mjs'),
  };
  return openPage(await findChromium(), served, { profile: join(folder, 'chromium'), env });
}

/** Runs a recipe of `examples/` and checks its responses. */
async function reportRecipe(name, file, versionOf, ask, check = checkRecipe) {
  const examples = join(ROOT, 'examples');
  await report(
    name,
    'recipe',
    `examples/${file}`,
    async () => {
      for (const copied of [file, 'session.mjs']) copyFileSync(join(examples, copied), join(project, copied));
      const { verifyToken } = await import(join(project, 'node_modules', 'accesstoken2', 'dist', 'index.js'));
      const { bearerOf } = await import(join(project, 'session.mjs'));
      const results = await check({ verifyToken, bearerOf, ask: (...given) => ask(file, ...given) });
      return { version: await versionOf(), ...results };
    },
    1,
  );
}

async function askWorker(file, bindings, requests, compatibilityFlags = []) {
  const script = await bundle(readFileSync(join(project, file), 'utf8'), file, ['workerd', 'worker']);
  return askWorkerd({ script, compatibilityFlags, bindings, requests });
}

/** Sends requests to a server on Deno, with permission to listen and to read its files and settings. */
async function askDeno(file, settings, requests) {
  const names = [...Object.keys(settings), 'DENO_SERVE_ADDRESS'].join(',');
  const permissions = [`--allow-read=${project}`, '--allow-net=127.0.0.1', `--allow-env=${names}`];
  const flags = DENO_RUN.filter((flag) => flag !== '--quiet');
  const { child, ended } = start(deno, [...flags, ...permissions, join(project, file)], {
    cwd: project,
    env: { ...env, ...settings, DENO_SERVE_ADDRESS: 'tcp:127.0.0.1:0' },
  });
  try {
    const url = await addressIn(child, ended);
    const responses = [];
    for (const { path, ...init } of requests) {
      const response = await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(10_000) });
      responses.push({ status: response.status, body: await response.text() });
    }
    return responses;
  } finally {
    end(child);
    await ended;
  }
}

/** Waits for the address that a server prints when it listens. */
function addressIn(child, ended) {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
        const [address] = /http:\/\/127\.0\.0\.1:\d+/u.exec(output) ?? [];
        if (address !== undefined) resolve(address);
      });
    }
    ended.then(({ stderr }) => {
      reject(new Error(`the server exited\n${stderr}`));
    }, reject);
    setTimeout(() => {
      reject(new Error(`the server did not listen within 30 s\n${output}`));
    }, 30_000).unref();
  });
}
