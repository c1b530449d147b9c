/** Many users send requests at once: each must get a token for their own channel, uid and role. */
import { openMany } from './clients.mjs';
import { requestOf, verifyAnswer } from './requests.mjs';
import { startTokenServer } from './server-process.mjs';

const CONNECTIONS = 100;
/** The number of pipelined requests on a connection. */
const PIPELINE_DEPTH = 4;

export async function checkInterleavedUsers({ isQuick, expect }) {
  const count = isQuick ? 2000 : 10_000;
  const server = await startTokenServer();
  const connections = await openMany(server.port, CONNECTIONS);
  const answers = new Map();
  let next = 1;
  const sendRequests = async (connection) => {
    while (next <= count) {
      const uid = next++;
      answers.set(uid, await connection.ask(requestOf(uid)));
    }
  };
  await Promise.all(
    connections.flatMap((connection) => Array.from({ length: PIPELINE_DEPTH }, () => sendRequests(connection))),
  );
  for (const [uid, answer] of answers) {
    try {
      verifyAnswer(answer, uid);
    } catch (error) {
      expect(false, `user ${uid}: ${error.message}`);
    }
  }
  expect(answers.size === count, `${answers.size} responses for ${count} users`);
  for (const connection of connections) connection.close();
  expect((await server.stop()) === 0, 'the exit code is not 0');
  return `${answers.size} users, each token verified for its own channel, uid and role`;
}
