/** Asks as fast as answers come, for a while: each has a token, and the memory of the server stays flat. */
import { askFor, openMany } from './clients.mjs';
import { checkLog } from './log-check.mjs';
import { startTokenServer } from './server-process.mjs';
import { median } from './statistics.mjs';

const CONNECTIONS = 64;
const SAMPLE_MS = 250;

export async function checkFullLoad({ seconds, expect }) {
  const server = await startTokenServer();
  const connections = await openMany(server.port, CONNECTIONS);
  const samples = [];
  const sampling = setInterval(() => samples.push(server.memory), SAMPLE_MS);
  const { answered, bad, rate } = await askFor(connections, seconds);
  clearInterval(sampling);
  expect(bad === 0, `${bad} answers without a token`);
  const [first, last] = thirdsOf(samples);
  // What a heap breathes; 1 KiB kept of each request would be many times as much.
  const bound = first * 1.1 + 8;
  expect(last <= bound, `memory grew from ${first} to ${last} MiB`);
  for (const connection of connections) connection.close();
  expect((await server.stop()) === 0, 'it did not end with 0');
  const lines = await checkLog(server, expect);
  expect(
    lines.total === answered && lines.of(200) === answered,
    `${lines.total} lines for ${answered} answers`,
  );
  return `${answered} answers in ${seconds} s, ${Math.round(rate)}/s, ${bad} without a token; memory ${first.toFixed(1)} MiB, then ${last.toFixed(1)} MiB (bound ${bound.toFixed(1)})`;
}

/** The medians of the first and the last third, the first quarter left out, in which it warms up. */
function thirdsOf(samples) {
  const warm = samples.slice(Math.floor(samples.length / 4));
  const third = Math.ceil(warm.length / 3);
  return [median(warm.slice(0, third)), median(warm.slice(-third))];
}
