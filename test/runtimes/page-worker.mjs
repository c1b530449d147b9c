/** Runs the suite in a dedicated Worker and posts the results to the page. */
import * as api from 'accesstoken2/web';
import { runSuite } from './suite.mjs';

const files = await (await fetch('/vectors.json')).json();
self.postMessage(await runSuite(api, files, { promises: true, browser: true }));
