/** Clients that ask over connections which they keep. */
import { Connection } from './connection.mjs';
import { hasToken, requestOf } from './requests.mjs';

/** Connects as often as is said. */
export function openMany(port, count) {
  return Promise.all(Array.from({ length: count }, () => Connection.open(port)));
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
