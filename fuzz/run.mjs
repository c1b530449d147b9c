/** Bundles the targets with the library as it is in src/, and runs them. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

// It lies beside its source, so that what is read from a path relative to that is found.
const bundle = fileURLToPath(new URL(`.bundle-${process.pid}.mjs`, import.meta.url));
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
