/** SIGTERM under load: whatever was asked is answered in full, and the server ends in time, with 0. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openMany } from './clients.mjs';
import { checkLog } from './log-check.mjs';
import { hasToken, requestOf } from './requests.mjs';
import { startTokenServer } from './server-process.mjs';

const CONNECTIONS = 64;
/** What is waited for at most is 8 seconds; under load it takes no such time. */
const PATIENCE_MS = 8000;

export async function checkStopUnderLoad({ isQuick, expect }) {
  const rounds = isQuick ? 2 : 10;
  let answered = 0;
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const server = await startTokenServer();
    const clients = (await openMany(server.port, CONNECTIONS)).map(askUntilTold);
    await sleep(500);
    const from = performance.now();
    server.signal('SIGTERM');
    const ends = await Promise.all(clients);
    for (const { fault } of ends) expect(fault === undefined, fault);
    expect((await server.ended) === 0, 'it did not end with 0');
    longest = Math.max(longest, performance.now() - from);
    const sum = ends.reduce((total, end) => total + end.answered, 0);
    const lines = await checkLog(server, expect);
    expect(lines.total === sum && lines.of(200) === sum, `${lines.total} lines for ${sum} answers`);
    answered += sum;
  }
  expect(longest < PATIENCE_MS, `it took ${longest} ms`);
  return `${rounds} times with ${CONNECTIONS} connections, ${answered} answers; at an end after ${Math.round(longest)} ms at most`;
}

/** Asks again and again, until an answer says that it is the last. */
async function askUntilTold(connection, index) {
  const request = requestOf(index + 1);
  for (let answered = 0; ; answered++) {
    try {
      const answer = await connection.ask(request);
      if (!hasToken(answer)) return { answered, fault: `an answer without a token: ${answer.status}` };
      if (/^connection: close$/im.test(answer.head)) return { answered: answered + 1 };
    } catch (error) {
      return { answered, fault: `a request was lost: ${error.message}` };
    }
  }
}
