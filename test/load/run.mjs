/**
 * Drives the command `serve` as it was built, over real sockets, from a process of its own: under load, by many users
 * at once, with faults, to its end, and beside a server that does nothing. Ends with 1 if something is not as it should
 * be.
 *
 *     npm run test:server                   the whole of it
 *     npm run test:server -- --seconds 10   with a shorter load
 *     npm run test:server -- --quick        a little of each
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
if (!(seconds > 0)) throw new RangeError('--seconds: expected a number above 0');

const CHECKS = [
  ['interleaved users', checkInterleavedUsers],
  ['faults', checkFaults],
  ['stop under load', checkStopUnderLoad],
  ['full load', checkFullLoad],
  ['throughput', checkThroughput],
];

let failed = 0;
for (const [name, check] of CHECKS) {
  /** What is wrong, and how often. */
  const faults = new Map();
  const expect = (isSo, fault) => {
    if (!isSo) faults.set(fault, (faults.get(fault) ?? 0) + 1);
  };
  let report = 'broke off';
  try {
    report = await check({ isQuick, seconds, expect });
  } catch (error) {
    expect(false, error.stack);
  }
  console.log(`${faults.size === 0 ? 'ok    ' : 'FAILED'} ${name}: ${report}`);
  for (const [fault, times] of faults) console.log(`       ${fault}${times > 1 ? ` (${times} times)` : ''}`);
  if (faults.size > 0) failed++;
}
console.log(
  failed === 0 ? `all ${CHECKS.length} checks passed` : `${failed} of ${CHECKS.length} checks failed`,
);
process.exit(failed === 0 ? 0 : 1);
