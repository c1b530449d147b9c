/** SIGTERM under load: each request gets a complete response, and the server exits in time with 0. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openMany } from './clients.mjs';
import { checkLog } from './log-check.mjs';
import { hasToken, requestOf } from './requests.mjs';
import { startTokenServer } from './server-process.mjs';

const CONNECTIONS = 64;
/** The grace period of the server; a stop under load takes much less. */
const MAX_STOP_MS = 8000;

export async function checkStopUnderLoad({ isQuick, expect }) {
  const rounds = isQuick ? 2 : 10;
  let answered = 0;
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const server = await startTokenServer();
    const clients = (await openMany(server.port, CONNECTIONS)).map(sendUntilClosed);
    await sleep(500);
    const from = performance.now();
    server.signal('SIGTERM');
    const ends = await Promise.all(clients);
    for (const { fault } of ends) expect(fault === undefined, fault);
    expect((await server.ended) === 0, 'the exit code is not 0');
    longest = Math.max(longest, performance.now() - from);
    const sum = ends.reduce((total, end) => total + end.answered, 0);
    const lines = await checkLog(server, expect);
    expect(lines.total === sum && lines.of(200) === sum, `${lines.total} log lines for ${sum} responses`);
    answered += sum;
  }
  expect(longest < MAX_STOP_MS, `the stop took ${longest} ms`);
  return `${rounds} rounds with ${CONNECTIONS} connections, ${answered} responses; stopped within ${Math.round(longest)} ms`;
}

/** Sends requests until a response has `Connection: close`. */
async function sendUntilClosed(connection, index) {
  const request = requestOf(index + 1);
  for (let answered = 0; ; answered++) {
    try {
      const answer = await connection.ask(request);
      if (!hasToken(answer)) return { answered, fault: `a response without a token: ${answer.status}` };
      if (/^connection: close$/im.test(answer.head)) return { answered: answered + 1 };
    } catch (error) {
      return { answered, fault: `a request was lost: ${error.message}` };
    }
  }
}
