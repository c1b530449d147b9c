/**
 * Sends requests to a Worker in workerd, offline. Standard input is JSON with `script`, `compatibilityFlags`, `bindings`
 * and `requests` (`{ path, method?, headers?, body? }`); standard output is JSON with the responses (`{ status, body }`).
 */
import { text } from 'node:stream/consumers';
import { Miniflare } from 'miniflare';

const { requests, ...worker } = JSON.parse(await text(process.stdin));
const miniflare = new Miniflare({ ...worker, modules: true, compatibilityDate: '2026-07-01', cf: false });
try {
  const responses = [];
  for (const { path, ...init } of requests) {
    const response = await miniflare.dispatchFetch(`http://localhost${path}`, init);
    responses.push({ status: response.status, body: await response.text() });
  }
  process.stdout.write(JSON.stringify(responses));
} finally {
  await miniflare.dispose();
}
