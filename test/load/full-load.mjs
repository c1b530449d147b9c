/** Sends requests as fast as responses arrive: each must have a token, and the memory must not grow. */
import { clearInterval, setInterval } from 'node:timers';
import { askFor, openMany } from './clients.mjs';
import { checkLog } from './log-check.mjs';
import { startTokenServer } from './server-process.mjs';
import { median } from './statistics.mjs';

const CONNECTIONS = 64;
const SAMPLE_MS = 250;

export async function checkFullLoad({ isQuick, seconds, expect }) {
  const server = await startTokenServer();
  const connections = await openMany(server.port, CONNECTIONS);
  const warmUp = await askFor(connections, isQuick ? 3 : 10);
  const samples = [];
  const sampling = setInterval(() => samples.push(server.memory), SAMPLE_MS);
  const load = await askFor(connections, seconds);
  clearInterval(sampling);
  const [answered, bad] = [warmUp.answered + load.answered, warmUp.bad + load.bad];
  expect(bad === 0, `${bad} responses without a token`);
  const [first, last] = thirdsOf(samples);
  // Normal variation of a heap; a leak of 1 KiB per request would be many times as much.
  const bound = first * 1.1 + 16;
  expect(last <= bound, `memory grew from ${first} to ${last} MiB`);
  for (const connection of connections) connection.close();
  expect((await server.stop()) === 0, 'the exit code is not 0');
  const lines = await checkLog(server, expect);
  expect(lines.total === answered && lines.of(200) === answered, `${lines.total} log lines for ${answered} responses`);
  return `${answered} responses, for ${seconds} s ${Math.round(load.rate)}/s, ${bad} without a token; memory ${first.toFixed(1)} MiB, then ${last.toFixed(1)} MiB (bound ${bound.toFixed(1)})`;
}

/** Returns the medians of the first and the last third. */
function thirdsOf(samples) {
  const third = Math.ceil(samples.length / 3);
  return [median(samples.slice(0, third)), median(samples.slice(-third))];
}
