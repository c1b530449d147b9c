/**
 * Compares the throughput of the token server with a bare `node:http` handler that parses the same JSON and sends as
 * many bytes. Both run on the same core in alternating rounds, so that other load on the machine affects both.
 */
import { askFor, openMany } from './clients.mjs';
import { Connection } from './connection.mjs';
import { requestOf } from './requests.mjs';
import { isPinned, startBareServer, startTokenServer } from './server-process.mjs';
import { median } from './statistics.mjs';

/** The minimum share of the bare handler's requests per second. */
const MIN_SHARE = 0.4;
const CONNECTIONS = 32;

export async function checkThroughput({ isQuick, expect }) {
  const [rounds, seconds] = isQuick ? [12, 0.25] : [30, 0.5];
  const tokens = await startTokenServer();
  const one = await Connection.open(tokens.port);
  const { body } = await one.ask(requestOf(1));
  one.close();
  const bare = await startBareServer(body.length);
  const sides = [];
  for (const server of [tokens, bare]) {
    const connections = await openMany(server.port, CONNECTIONS);
    await askFor(connections, isQuick ? 2.5 : 5);
    sides.push({ server, connections, rates: [], answered: 0, bad: 0, cpuTime: 0 });
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await measure(side, seconds);
  }
  const [ours, theirs] = sides;
  const byRate = median(ours.rates.map((rate, round) => rate / theirs.rates[round]));
  const byCpuTime = theirs.cpuTime / theirs.answered / (ours.cpuTime / ours.answered);
  expect(byRate >= MIN_SHARE, `${percent(byRate)} of the requests per second, expected at least ${percent(MIN_SHARE)}`);
  expect(byCpuTime >= MIN_SHARE, `${percent(byCpuTime)} by CPU time, expected at least ${percent(MIN_SHARE)}`);
  for (const { server, connections, bad } of sides) {
    expect(bad === 0, `${bad} responses without a token`);
    for (const connection of connections) connection.close();
    expect((await server.stop()) === 0, 'the exit code of a server is not 0');
  }
  const figures = sides.map(
    ({ rates, answered, cpuTime }) =>
      `${Math.round(median(rates))} requests/s and ${((cpuTime / answered) * 1e6).toFixed(0)} µs of CPU per request`,
  );
  return `${percent(byRate)} of the bare handler's requests/s, ${percent(byCpuTime)} by CPU time (${figures.join(' against ')}, ${isPinned ? 'one core' : 'not pinned to a core, taskset is missing'}, medians of ${rounds} rounds)`;
}

async function measure(side, seconds) {
  const before = side.server.cpuTime;
  const { answered, bad, rate } = await askFor(side.connections, seconds);
  side.cpuTime += side.server.cpuTime - before;
  side.answered += answered;
  side.bad += bad;
  side.rates.push(rate);
}

function percent(part) {
  return `${(part * 100).toFixed(1)} %`;
}
