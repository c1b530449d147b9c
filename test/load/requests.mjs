/** Requests as they are sent, and the checks of their responses. */
import { verifyToken } from 'accesstoken2';
import { project } from './server-process.mjs';

export const AUTHORIZATION = `Authorization: Bearer ${project.secret}`;

/** The prefix of every channel name, to find them in a log. */
export const CHANNEL_PREFIX = 'room-of-the-load';

/** Formats a request with a body and header lines. */
function post(path, body, lines = [AUTHORIZATION]) {
  const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', ...lines, `Content-Length: ${body.length}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The request body of user `uid`: their own channel, and one of the two roles. */
export function bodyOf(uid) {
  return { uid, ChannelName: `${CHANNEL_PREFIX}-${uid}`, role: (uid % 2) + 1 };
}

/** Formats the request of user `uid`. */
export function requestOf(uid, lines) {
  return post('/fetch_rtc_token', JSON.stringify(bodyOf(uid)), lines);
}

/** Whether a response has the form of one with a token. */
export function hasToken({ status, body }) {
  return status === 200 && body.startsWith('{"token":"007') && body.endsWith('","code":"200"}');
}

/** Verifies the token of a response for user `uid`; throws if it is wrong. */
export function verifyAnswer({ body }, uid) {
  const { ChannelName: channelName, role } = bodyOf(uid);
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
