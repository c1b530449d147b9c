/** Clients with keep-alive connections. */
import { Connection } from './connection.mjs';
import { hasToken, requestOf } from './requests.mjs';

/** The number of simultaneous connection attempts, below the backlog of a listening socket. */
const BATCH_SIZE = 200;

/** Opens `count` connections. */
export async function openMany(port, count) {
  const connections = [];
  while (connections.length < count) {
    const length = Math.min(BATCH_SIZE, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length }, () => Connection.open(port)))));
  }
  return connections;
}

/**
 * Sends requests on each connection for a number of seconds. Returns the number of responses, the number of those
 * without a token, and the responses per second.
 */
export async function askFor(connections, seconds) {
  const from = performance.now();
  const until = from + seconds * 1000;
  let answered = 0;
  let bad = 0;
  await Promise.all(
    connections.map(async (connection, index) => {
      const request = requestOf(index + 1);
      while (performance.now() < until) {
        if (!hasToken(await connection.ask(request))) bad++;
        answered++;
      }
    }),
  );
  return { answered, bad, rate: (answered * 1000) / (performance.now() - from) };
}
