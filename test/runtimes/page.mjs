/** Runs the suite in a browser page and in a dedicated Worker, and posts the results to `/report`. */
import * as api from 'accesstoken2/web';
import { runSuite } from './suite.mjs';

/** Runs the suite in a Worker. */
function runInWorker() {
  return new Promise((resolve) => {
    const fail = (event) => {
      resolve({ passed: 0, failed: [event.message ?? 'the Worker did not start'] });
    };
    const worker = new Worker('/page-worker.js', { type: 'module' });
    worker.addEventListener('message', ({ data }) => {
      resolve(data);
    });
    worker.addEventListener('error', fail);
    worker.addEventListener('messageerror', fail);
  });
}

/** Returns the full version, which the user agent string leaves out. */
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
