/** Clients do all that is wrong, one after the other and at last at once, and whoever asks properly notices nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openMany } from './clients.mjs';
import { CASES } from './fault-cases.mjs';
import { checkLog } from './log-check.mjs';
import { requestOf, verifyAnswer } from './requests.mjs';
import { startTokenServer } from './server-process.mjs';

/** How much more memory may be resident afterwards, in MiB: what was needed at the height of it is not all given back. */
const MEMORY_BOUND = 64;

export async function checkFaults({ isQuick, expect }) {
  const server = await startTokenServer();
  const probe = await startProbe(server.port, expect);
  await sleep(1000);
  const [memory, openFiles] = [server.memory, server.openFiles];
  const cases = CASES.filter(({ isLong }) => !isQuick || isLong !== true);
  const run = async ({ name, run }) => {
    try {
      await run(server.port);
    } catch (error) {
      expect(false, `${name}: ${error.message}`);
    }
  };
  if (!isQuick) for (const one of cases.filter(({ isLong }) => isLong !== true)) await run(one);
  await Promise.all(cases.map(run));
  await sleep(500);
  const [memoryAfter, openFilesAfter] = [server.memory, server.openFiles];
  const answered = await probe.stop();
  expect(memoryAfter <= memory + MEMORY_BOUND, `memory grew from ${memory} to ${memoryAfter} MiB`);
  expect(openFilesAfter <= openFiles, `${openFilesAfter} open files, ${openFiles} before`);
  expect((await server.stop()) === 0, 'it did not end with 0');
  await checkLog(server, expect);
  return `${cases.length} kinds; ${answered} proper requests meanwhile, each with its token; memory ${memory.toFixed(1)} MiB before, ${memoryAfter.toFixed(1)} MiB after (bound +${MEMORY_BOUND}), ${openFilesAfter} open files (${openFiles} before)`;
}

/** Asks properly, on connections that are kept, until it is stopped. */
async function startProbe(port, expect) {
  const connections = await openMany(port, 4);
  let answered = 0;
  let isOver = false;
  const asking = connections.map(async (connection, index) => {
    try {
      for (let uid = index + 1; !isOver; uid += connections.length) {
        verifyAnswer(await connection.ask(requestOf(uid)), uid);
        answered++;
        await sleep(2);
      }
    } catch (error) {
      expect(false, `a proper request meanwhile: ${error.message}`);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(asking);
      for (const connection of connections) connection.close();
      return answered;
    },
  };
}
