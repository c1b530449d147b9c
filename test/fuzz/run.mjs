/** Bundles the fuzz targets with the library in src/ and runs them. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

// Written to test/, since test/vectors.ts finds the vectors relative to the module that runs.
const bundle = fileURLToPath(new URL(`../.fuzz-${process.pid}.mjs`, import.meta.url));
let main;
try {
  buildSync({
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  ({ main } = await import(bundle));
} finally {
  rmSync(bundle, { force: true });
}
process.exitCode = await main(process.argv.slice(2), (text) => process.stdout.write(text));
