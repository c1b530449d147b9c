// Runs every part of the core against its mutants, and says how many were noticed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const parts = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8'));

/** The least share of mutants that the tests have to notice, in percent. */
const LEAST = 95;

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const name of names) {
  const { status } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_PART: name },
  });
  if (status !== 0) process.exit(1);
}

const rows = names.flatMap(rowsOf);
console.table(
  Object.fromEntries([...rows, ['in all', sumOf(rows)]].map(([file, counts]) => [file, withScore(counts)])),
);
const { score } = withScore(sumOf(rows));
if (score < LEAST) {
  console.error(`expected a score of at least ${LEAST}`);
  process.exitCode = 1;
}

/** How many mutants of each file ended how. */
function rowsOf(name) {
  const { files } = JSON.parse(readFileSync(new URL(`reports/${name}.json`, import.meta.url), 'utf8'));
  return Object.entries(files).map(([file, { mutants }]) => {
    const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
    return [
      file,
      {
        killed: count('Killed'),
        timeout: count('Timeout'),
        survived: count('Survived'),
        'no coverage': count('NoCoverage'),
        static: count('Ignored'),
        errors: count('RuntimeError') + count('CompileError'),
      },
    ];
  });
}

function sumOf(rows) {
  const sum = {};
  for (const [, counts] of rows) {
    for (const [key, count] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + count;
  }
  return sum;
}

function withScore(counts) {
  const noticed = counts.killed + counts.timeout;
  const all = noticed + counts.survived + counts['no coverage'];
  return { ...counts, score: all === 0 ? 100 : Math.round((10_000 * noticed) / all) / 100 };
}
