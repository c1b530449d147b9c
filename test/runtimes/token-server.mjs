/** Checks of the token server, on any runtime. */

const PROJECT = {
  // The published sample project of Agora's official tests.
  appId: '970CA35de60c44645bbae8a215061b33',
  appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
};
const { appId, appCertificate } = PROJECT;
const SECRET = 'secret of the tests';

/**
 * Sends requests to a token server that grants every request with the bearer secret.
 *
 * @returns The number of correct responses, and a description of each wrong one.
 */
export async function checkTokenServer({ createTokenApp, hasBearerSecret }, { verifyToken }) {
  const authorize = (request, asked) => (hasBearerSecret(request, SECRET) ? asked : null);
  const app = createTokenApp({ ...PROJECT, authorize });
  const good = { uid: 42, ChannelName: 'lobby', role: 1 };
  const cases = [
    { name: 'a token', status: 200, body: JSON.stringify(good) },
    { name: 'no secret', status: 403, body: JSON.stringify(good), headers: {} },
    { name: 'any user', status: 403, body: JSON.stringify({ ...good, uid: 0 }) },
    { name: 'invalid JSON', status: 400, body: '{' },
    { name: 'a long body', status: 413, body: JSON.stringify({ ...good, pad: 'x'.repeat(8192) }) },
    { name: 'a stream', status: 200, body: streamOf(JSON.stringify(good)), duplex: 'half' },
    { name: 'a long stream', status: 413, body: streamOf('x'.repeat(8193)), duplex: 'half' },
  ];
  let passed = 0;
  const failed = [];
  for (const { name, status, ...init } of cases) {
    try {
      const headers = { Authorization: `Bearer ${SECRET}` };
      const response = await app.request('/fetch_rtc_token', { method: 'POST', headers, ...init });
      const { token, code } = await response.json();
      if (response.status !== status || code !== String(status)) throw new Error(`${response.status} ${token}`);
      if (status === 200) verifyToken(token, appCertificate, { appId, channelName: 'lobby', uid: 42 });
      passed += 1;
    } catch (error) {
      failed.push(`${name}: ${error.message}`);
    }
  }
  return { passed, failed };
}

/** A body of unknown length. */
function streamOf(text) {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, 20));
      controller.enqueue(bytes.subarray(20));
      controller.close();
    },
  });
}
