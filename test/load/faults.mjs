/** Runs misbehaving clients one by one and then all at once; well-behaved clients must not be affected. */
import { setTimeout as sleep } from 'node:timers/promises';
import { askFor, openMany } from './clients.mjs';
import { CASES } from './fault-cases.mjs';
import { checkLog } from './log-check.mjs';
import { requestOf, verifyAnswer } from './requests.mjs';
import { startTokenServer } from './server-process.mjs';

/** Allowed growth of the resident memory in MiB; the allocator keeps some memory of thousands of connections. */
const MEMORY_BOUND = 96;
/** Allowed growth in MiB when everything runs a second time. */
const REPEAT_MEMORY_BOUND = 32;

export async function checkFaults({ isQuick, expect }) {
  const server = await startTokenServer();
  await loadFor(server.port, isQuick ? 3 : 5);
  const probe = await startProbe(server.port, expect);
  await sleep(500);
  const [before, openFiles] = [server.memory, server.openFiles];
  const cases = CASES.filter(({ isLong }) => !isQuick || isLong !== true);
  const [alone, together] = [true, false].map((is) => cases.filter(({ isAlone = false }) => isAlone === is));
  const runOne = async ({ name, run }) => {
    try {
      await run(server.port);
    } catch (error) {
      expect(false, `${name}: ${error.message}`);
    }
  };
  for (const one of isQuick ? [] : cases) await runOne(one);
  const memories = [];
  for (let time = 0; time < (isQuick ? 1 : 2); time++) {
    await Promise.all(together.map(runOne));
    for (const one of alone) await runOne(one);
    await loadFor(server.port, 2);
    memories.push(server.memory);
  }
  const openFilesAfter = server.openFiles;
  const answered = await probe.stop();
  const [once, after] = [memories[0], memories.at(-1)];
  expect(after <= before + MEMORY_BOUND, `memory grew from ${before} to ${after} MiB`);
  expect(after <= once + REPEAT_MEMORY_BOUND, `memory grew from ${once} to ${after} MiB in the second run`);
  expect(openFilesAfter <= openFiles, `${openFilesAfter} open files, ${openFiles} before`);
  expect((await server.stop()) === 0, 'the exit code is not 0');
  await checkLog(server, expect);
  const figures = [before, ...memories].map((memory) => memory.toFixed(1)).join(', then ');
  return `${cases.length} cases; ${answered} valid requests meanwhile; memory ${figures} MiB (bounds +${MEMORY_BOUND}, then +${REPEAT_MEMORY_BOUND}), ${openFilesAfter} open files (${openFiles} before)`;
}

/** Puts load on the server, so that its heap grows to its working size and garbage is collected. */
async function loadFor(port, seconds) {
  const connections = await openMany(port, 64);
  await askFor(connections, seconds);
  for (const connection of connections) connection.close();
  await sleep(500);
}

/** Sends valid requests on keep-alive connections until it is stopped. */
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
      expect(false, `a valid request meanwhile: ${error.message}`);
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
