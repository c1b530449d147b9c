/** Headless Chromium from the system's packages. */
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { end, run, start } from './processes.mjs';

const isRoot = process.getuid?.() === 0;

/** Returns the path of Chromium; installs it with apt-get if it is missing and this process is root. */
export async function findChromium() {
  const found = inPath('chromium') ?? inPath('chromium-browser') ?? inPath('google-chrome');
  if (found !== undefined) return found;
  if (!isRoot || inPath('apt-get') === undefined) {
    throw new Error('Chromium is missing; install it (Debian: apt-get install chromium)');
  }
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, seconds: 300 };
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], options);
  return inPath('chromium') ?? 'chromium';
}

function inPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Command-line flags, without the page and the debugging port. */
export const FLAGS = [
  '--headless=new',
  // The sandbox does not run as root.
  ...(isRoot ? ['--no-sandbox'] : []),
  ...['--disable-background-networking', '--disable-component-update', '--disable-default-apps'],
  ...['--disable-breakpad', '--disable-crash-reporter'],
  ...['--disable-dev-shm-usage', '--disable-extensions', '--disable-gpu', '--disable-sync'],
  ...['--no-default-browser-check', '--no-first-run', '--password-store=basic', '--use-mock-keychain'],
];

/** Keeps Chromium running after the page has loaded. */
const STAY_OPEN = '--remote-debugging-port=0';

/**
 * Opens a page in Chromium and returns the JSON that the page posts to `/report`.
 *
 * @param files - The files that a loopback server serves, by path; the page is `/`.
 */
export async function openPage(path, files, { profile, env, seconds = 60 }) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const { child, ended } = start(path, [...FLAGS, STAY_OPEN, `--user-data-dir=${profile}`, url], { env });
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', (request, response) => {
        if (request.url === '/report') {
          response.end();
          text(request).then((body) => {
            resolve(JSON.parse(body));
          }, reject);
          return;
        }
        const { type = 'text/plain', body } = files[request.url] ?? {};
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` });
        response.end(body);
      });
      ended.then(({ code, stderr }) => {
        reject(new Error(`Chromium exited with code ${code}\n${stderr}`));
      }, reject);
      timer = setTimeout(() => {
        reject(new Error(`timed out after ${seconds} s`));
      }, seconds * 1000);
    });
  } finally {
    clearTimeout(timer);
    // Give Chromium time to stop its child processes.
    child.kill();
    const killTimer = setTimeout(end, 5000, child);
    await Promise.allSettled([ended]);
    clearTimeout(killTimer);
    server.closeAllConnections();
    server.close();
  }
}
