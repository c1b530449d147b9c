#!/usr/bin/env node
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentTime } from '../clock.js';
import { main } from './main.js';
import { Exit } from './usage.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // The reader may close the pipe early; that is not an error.
    if (code === 'EPIPE') process.exit();
    if (stream === process.stdout)
      process.stderr.write(`accesstoken2: cannot write the output (${code ?? 'unknown'})\n`);
    process.exit(Exit.WrongUsage);
  });
}

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  packageFolder: fileURLToPath(new URL('../../', import.meta.url)),
  now: currentTime,
  readFile: (path) => readFileSync(path, 'utf8'),
  listFolder: (path) => readdirSync(path),
  onStop: (stop) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
  },
});
