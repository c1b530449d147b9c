/** Misbehaving clients. Each case throws if the server does not respond as it should. */
import { setImmediate } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMany } from './clients.mjs';
import { Connection } from './connection.mjs';
import { AUTHORIZATION, bodyOf, hasToken, requestOf, verifyAnswer } from './requests.mjs';

const BODY = JSON.stringify(bodyOf(1));
/** A body above the limit of the server. */
const LONG_BODY = JSON.stringify({ ...bodyOf(1), further: 'x'.repeat(8192) });
const HEAD = `POST /fetch_rtc_token HTTP/1.1\r\nHost: localhost\r\n${AUTHORIZATION}\r\n`;

const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunked = (...texts) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${texts.map(chunk).join('')}0\r\n\r\n`;
const withLength = (length, body = BODY) => `${HEAD}Content-Length: ${length}\r\n\r\n${body}`;

/** Sends each text many times, each on its own connection, and checks the status of the first response. */
function answeredWith(status, ...texts) {
  return async (port) => {
    const times = 20;
    await Promise.all(
      Array.from({ length: times * texts.length }, async (_, index) => {
        const text = texts[index % texts.length];
        const connection = await Connection.open(port);
        const answer = await connection.ask(text);
        connection.close();
        if (answer.status !== status)
          throw new Error(`${answer.status} instead of ${status} for ${JSON.stringify(text.slice(-60))}`);
        if (status === 200) verifyAnswer(answer, 1);
      }),
    );
  };
}

/**
 * The cases. `isLong`: left out of quick runs. `isAlone`: run alone, since the server closes idle connections of other
 * cases.
 */
export const CASES = [
  {
    name: 'a slow body gets 408',
    isLong: true,
    run: (port) => eachAnswered(port, 50, withLength(50, '{'), 408, dribble),
  },
  {
    name: 'a missing body gets 408',
    isLong: true,
    run: (port) => eachAnswered(port, 20, withLength(99), 408),
  },
  { name: 'unfinished headers get 408', run: (port) => eachAnswered(port, 20, HEAD, 408) },
  {
    name: 'half a request, then the end',
    run: (port) => leaveInTheMiddle(port, (connection) => connection.end()),
  },
  {
    name: 'half a request, then a reset',
    run: (port) => leaveInTheMiddle(port, (connection) => connection.reset()),
  },
  { name: 'a reset before the response', run: goBeforeTheAnswer },
  {
    name: 'huge headers',
    run: answeredWith(431, `${HEAD}X: ${'x'.repeat(9000)}\r\n\r\n`, `GET /${'x'.repeat(9000)} HTTP/1.1\r\n\r\n`),
  },
  { name: 'many headers', run: answeredWith(200, requestOf(1, [AUTHORIZATION, ...Array(1300).fill('a:')])) },
  {
    name: 'garbage',
    run: answeredWith(
      400,
      'garbage\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      '\x00'.repeat(64),
      'GET / HTTP/9.9\r\n\r\n',
    ),
  },
  { name: 'HTTP/1.0', run: askOnHttp10 },
  { name: 'a pipeline', run: askInPipeline },
  {
    name: 'contradictory lengths',
    run: answeredWith(
      400,
      withLength(5),
      withLength(-1),
      withLength('1e1'),
      withLength(`${BODY.length}\r\nContent-Length: 5`),
      withLength(`${BODY.length}\r\nTransfer-Encoding: chunked`),
    ),
  },
  { name: 'a body longer than its length', run: askWithSurplus },
  { name: 'chunks', run: answeredWith(200, chunked(BODY), chunked(...BODY)) },
  { name: 'invalid chunks', run: answeredWith(400, `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`) },
  {
    name: 'more than 8 KiB',
    run: answeredWith(
      413,
      withLength(LONG_BODY.length, LONG_BODY),
      withLength(9_000_000_000, ''),
      chunked(LONG_BODY),
      chunked(...LONG_BODY.match(/.{1,100}/gu)),
    ),
  },
  { name: 'Expect: 100-continue', run: askWithExpectation },
  { name: 'another expectation', run: answeredWith(417, requestOf(1, [AUTHORIZATION, 'Expect: tea'])) },
  {
    name: 'no secret or a wrong one',
    run: answeredWith(
      401,
      requestOf(1, []),
      requestOf(1, [`${AUTHORIZATION}x`]),
      requestOf(1, ['Authorization: Bearer ']),
    ),
  },
  { name: '1,000 idle connections', run: (port) => besideIdle(port, 1000) },
  { name: 'more idle connections than allowed', isAlone: true, run: (port) => besideIdle(port, 4500) },
];

async function eachAnswered(port, count, text, status, meanwhile = () => undefined) {
  await Promise.all(
    (await openMany(port, count)).map(async (connection) => {
      const answer = connection.ask(text);
      void meanwhile(connection);
      const got = (await answer).status;
      if (got !== status) throw new Error(`${got} instead of ${status}`);
      await connection.closed;
    }),
  );
}

async function dribble(connection) {
  for (let second = 0; second < 9; second++) {
    await sleep(1000);
    connection.send('x');
  }
}

async function leaveInTheMiddle(port, leave) {
  const request = requestOf(1);
  await Promise.all(
    (await openMany(port, 200)).map(async (connection, index) => {
      connection.send(request.slice(0, 1 + (index % (request.length - 1))));
      await sleep(index);
      leave(connection);
      await connection.closed;
      if (connection.received.includes(' 200 ')) throw new Error('half a request got a response');
    }),
  );
}

async function goBeforeTheAnswer(port) {
  for (const connection of await openMany(port, 200)) {
    connection.send(requestOf(1).repeat(3));
    setImmediate(() => connection.reset());
  }
}

async function askOnHttp10(port) {
  const old = requestOf(1).replace('HTTP/1.1', 'HTTP/1.0');
  for (const text of [old, old.replace('Host: localhost\r\n', '')]) {
    const connection = await Connection.open(port);
    const answer = await connection.ask(text);
    verifyAnswer(answer, 1);
    if (!/^connection: close$/im.test(answer.head)) throw new Error('the response has no Connection: close');
    await connection.closed;
  }
}

async function askInPipeline(port) {
  const uids = Array.from({ length: 50 }, (_, index) => index + 1);
  const connection = await Connection.open(port);
  connection.send(uids.map((uid) => requestOf(uid)).join(''));
  for (const uid of uids) verifyAnswer(await connection.next(), uid);
  connection.close();
}

/** Bytes after the body get 400 and close the connection; the request before them may get its response. */
async function askWithSurplus(port) {
  const connection = await Connection.open(port);
  const answer = await connection.ask(`${requestOf(1)}{"uid":2}\r\n\r\n`);
  if (answer.status === 200) verifyAnswer(answer, 1);
  const { status } = answer.status === 200 ? await connection.next() : answer;
  if (status !== 400) throw new Error(`${status} for the bytes after the body`);
  await connection.closed;
}

async function askWithExpectation(port) {
  const request = requestOf(1, [AUTHORIZATION, 'Expect: 100-continue']);
  const connection = await Connection.open(port);
  const interim = await connection.ask(request.slice(0, -BODY.length));
  if (interim.status !== 100) throw new Error(`${interim.status} instead of 100`);
  verifyAnswer(await connection.ask(BODY), 1);
  connection.close();
}

/** The server responds despite many idle connections, and closes those in time. */
async function besideIdle(port, count) {
  const idle = await openMany(port, count);
  const connection = await Connection.open(port);
  if (!hasToken(await connection.ask(requestOf(1)))) throw new Error('no token beside idle connections');
  connection.close();
  const late = sleep(8000, 'late', { ref: false });
  if ((await Promise.race([Promise.all(idle.map(({ closed }) => closed)), late])) === 'late')
    throw new Error('idle connections stay open');
}
