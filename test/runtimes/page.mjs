/** Runs the suite in a page of a browser and in a dedicated Worker, and posts what came of both to `/report`. */
import * as api from 'accesstoken2/web';
import { runSuite } from './suite.mjs';

/** Settles as the suite in the Worker does. */
function runInWorker() {
  return new Promise((resolve) => {
    const fail = (event) => {
      resolve({ passed: 0, failed: [event.message ?? 'the Worker could not be started'] });
    };
    const worker = new Worker('/page-worker.js', { type: 'module' });
    worker.addEventListener('message', ({ data }) => {
      resolve(data);
    });
    worker.addEventListener('error', fail);
    worker.addEventListener('messageerror', fail);
  });
}

/** The whole version, which the text of the user agent leaves out. */
async function fullVersion() {
  const { fullVersionList } = await navigator.userAgentData.getHighEntropyValues(['fullVersionList']);
  const { version } = fullVersionList.find(({ brand }) => brand === 'Chromium') ?? fullVersionList[0];
  return version;
}

async function runInPage() {
  const files = await (await fetch('/vectors.json')).json();
  return runSuite(api, files, { promises: true, browser: true });
}

const results = { version: await fullVersion(), page: await runInPage(), worker: await runInWorker() };
await fetch('/report', { method: 'POST', body: JSON.stringify(results) });
