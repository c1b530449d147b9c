/** Clients that ask over connections which they keep. */
import { Connection } from './connection.mjs';
import { hasToken, requestOf } from './requests.mjs';

/** How many connections are made at once: fewer than the queue of a server that listens can have. */
const AT_ONCE = 200;

/** Connects as often as is said. */
export async function openMany(port, count) {
  const connections = [];
  while (connections.length < count) {
    const length = Math.min(AT_ONCE, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length }, () => Connection.open(port)))));
  }
  return connections;
}

/**
 * Asks on each connection again and again for so many seconds. Returns how many answers came, how many of them had
 * no token, and how many a second.
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
