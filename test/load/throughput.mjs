/**
 * How fast the token server is beside a bare `node:http` handler that parses the same JSON and answers as many bytes:
 * both on the same core, in rounds that alternate, so that what else the machine does strikes both.
 */
import { askFor, openMany } from './clients.mjs';
import { Connection } from './connection.mjs';
import { requestOf } from './requests.mjs';
import { isPinned, startBareServer, startTokenServer } from './server-process.mjs';
import { median } from './statistics.mjs';

/** What part of the bare handler's requests a second there has to be. */
const BOUND = 0.4;
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
  expect(byRate >= BOUND, `${percent(byRate)} of the requests a second, expected ${percent(BOUND)} or more`);
  expect(byCpuTime >= BOUND, `${percent(byCpuTime)} by CPU time, expected ${percent(BOUND)} or more`);
  for (const { server, connections, bad } of sides) {
    expect(bad === 0, `${bad} answers without a token`);
    for (const connection of connections) connection.close();
    expect((await server.stop()) === 0, 'a server did not end with 0');
  }
  const figures = sides.map(
    ({ rates, answered, cpuTime }) =>
      `${Math.round(median(rates))} requests/s and ${((cpuTime / answered) * 1e6).toFixed(0)} µs of CPU each`,
  );
  return `${percent(byRate)} of the bare handler's requests/s, ${percent(byCpuTime)} by CPU time (${figures.join(' against ')}, ${isPinned ? 'one core' : 'not pinned to a core: no taskset'}, medians of ${rounds} rounds)`;
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
