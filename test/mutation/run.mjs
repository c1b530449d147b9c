/** Runs mutation testing for each part of the library, and prints the scores. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const parts = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8'));

/** The minimum share of mutants that the tests must kill, in percent. */
const MIN_SCORE = 95;

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const name of names) {
  const { status } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_PART: name },
  });
  if (status !== 0) process.exit(1);
}

const rows = names.flatMap(rowsOf);
console.table(Object.fromEntries([...rows, ['total', sumOf(rows)]].map(([file, counts]) => [file, withScore(counts)])));
const { score } = withScore(sumOf(rows));
if (score < MIN_SCORE) {
  console.error(`expected a score of at least ${MIN_SCORE}`);
  process.exitCode = 1;
}

/** Counts the mutants of each file by status. */
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
  const killed = counts.killed + counts.timeout;
  const all = killed + counts.survived + counts['no coverage'];
  return { ...counts, score: all === 0 ? 100 : Math.round((10_000 * killed) / all) / 100 };
}
