/**
 * Tests the built `accesstoken2 serve` over real sockets: many users at once, misbehaving clients, a stop under load,
 * full load, and throughput compared with a minimal server. The exit code is 1 if a check fails.
 *
 *     npm run test:server                   runs everything
 *     npm run test:server -- --seconds 10   with a shorter full load
 *     npm run test:server -- --quick        runs a short version of each check
 */
import { parseArgs } from 'node:util';
import { checkFaults } from './faults.mjs';
import { checkFullLoad } from './full-load.mjs';
import { checkInterleavedUsers } from './interleaved-users.mjs';
import { checkStopUnderLoad } from './stop-under-load.mjs';
import { checkThroughput } from './throughput.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seconds: { type: 'string' } },
});
const isQuick = values.quick;
const seconds = Number(values.seconds ?? (isQuick ? 3 : 60));
if (!(seconds > 0)) throw new RangeError('--seconds: expected a number greater than 0');

const CHECKS = [
  ['interleaved users', checkInterleavedUsers],
  ['faults', checkFaults],
  ['stop under load', checkStopUnderLoad],
  ['full load', checkFullLoad],
  ['throughput', checkThroughput],
];

let failed = 0;
for (const [name, check] of CHECKS) {
  /** The number of occurrences of each problem. */
  const problems = new Map();
  const expect = (condition, problem) => {
    if (!condition) problems.set(problem, (problems.get(problem) ?? 0) + 1);
  };
  let report = 'aborted';
  try {
    report = await check({ isQuick, seconds, expect });
  } catch (error) {
    expect(false, error.stack);
  }
  console.log(`${problems.size === 0 ? 'ok    ' : 'FAILED'} ${name}: ${report}`);
  for (const [problem, times] of problems) console.log(`       ${problem}${times > 1 ? ` (${times} times)` : ''}`);
  if (problems.size > 0) failed++;
}
console.log(failed === 0 ? `all ${CHECKS.length} checks passed` : `${failed} of ${CHECKS.length} checks failed`);
process.exit(failed === 0 ? 0 : 1);
