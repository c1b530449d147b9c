/** Runs the suite on Node, Bun and Deno. */
import { readFileSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { runSuite } from './suite.mjs';

/** Runs the suite with the vectors of the installed package; prints the results as a line of JSON. */
export async function report(api, options) {
  const folder = new URL('./node_modules/accesstoken2/vectors/', import.meta.url);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, ...JSON.parse(readFileSync(new URL(file, folder), 'utf8')) }));
  const { Bun, Deno } = globalThis;
  const version = Deno?.version.deno ?? Bun?.version ?? process.versions.node;
  console.log(JSON.stringify({ version, ...(await runSuite(api, files, options)) }));
}
