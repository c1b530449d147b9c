/** The requests that are sent, as they go over the wire, and what has to come back. */
import { verifyToken } from 'accesstoken2';
import { project } from './server-process.mjs';

export const AUTHORIZATION = `Authorization: Bearer ${project.secret}`;

/** Begins every name of a channel, so that a log that has one is seen. */
export const CHANNEL_PREFIX = 'room-of-the-load';

/** Writes a request with a body, and with whatever further lines of a head. */
function post(path, body, lines = [AUTHORIZATION]) {
  const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', ...lines, `Content-Length: ${body.length}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** What user `uid` asks: a channel of their own, and one of the two roles. */
export function askedBy(uid) {
  return { uid, ChannelName: `${CHANNEL_PREFIX}-${uid}`, role: (uid % 2) + 1 };
}

/** The request of user `uid`. */
export function requestOf(uid, lines) {
  return post('/fetch_rtc_token', JSON.stringify(askedBy(uid)), lines);
}

/** Tells whether an answer has a token, by its look alone. */
export function hasToken({ status, body }) {
  return status === 200 && body.startsWith('{"token":"007') && body.endsWith('","code":"200"}');
}

/** Verifies that an answer is for user `uid`, and throws what the library says if it is not. */
export function verifyAnswer({ body }, uid) {
  const { ChannelName: channelName, role } = askedBy(uid);
  const { services } = verifyToken(JSON.parse(body).token, project.appCertificate, {
    appId: project.appId,
    channelName,
    uid,
  });
  const [{ privileges }, ...others] = services;
  const granted = Object.keys(privileges).join();
  const expected = role === 1 ? '1,2,3,4' : '1';
  if (others.length > 0 || granted !== expected) throw new Error(`privileges ${granted} of role ${role}`);
}
