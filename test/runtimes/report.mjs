/** Runs the suite where there are files and a standard output: on Node, Bun and Deno. */
import { readFileSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { runSuite } from './suite.mjs';

/** Runs the suite with the vectors of the package beside this file, and writes what came of it as a line of JSON. */
export async function report(api, face) {
  const folder = new URL('./node_modules/accesstoken2/vectors/', import.meta.url);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, ...JSON.parse(readFileSync(new URL(file, folder), 'utf8')) }));
  const { Bun, Deno } = globalThis;
  const version = Deno?.version.deno ?? Bun?.version ?? process.versions.node;
  console.log(JSON.stringify({ version, ...(await runSuite(api, files, face)) }));
}
