/** What a recipe of `examples/` has to answer, whatever it runs on. */

const SETTINGS = {
  // The published sample project of Agora's official tests.
  AGORA_APP_ID: '970CA35de60c44645bbae8a215061b33',
  AGORA_APP_CERTIFICATE: '5CFd2fd1755d40ecb72977518be15d3b',
  SESSION_SECRET: 'of no use elsewhere',
};

/**
 * Asks a recipe for tokens, without a session and with one.
 *
 * @param ask - Gets the settings and the requests, and returns the responses, `{ status, body }`.
 * @returns How many answers were right, and for each other one what it was.
 */
export async function checkRecipe({ verifyToken, bearerOf, ask }) {
  const session = { uid: 42, channels: ['lobby'], expires: Math.floor(Date.now() / 1000) + 60 };
  const bearer = await bearerOf(session, SETTINGS.SESSION_SECRET);
  const forged = await bearerOf(session, 'another secret');
  const post = (channel, authorization) => ({
    path: `/?channel=${channel}`,
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
  });
  const cases = [
    { name: 'no session', request: post('lobby'), status: 401 },
    { name: 'a forged session', request: post('lobby', forged), status: 401 },
    { name: 'another channel', request: post('other', bearer), status: 403 },
    { name: 'a session', request: post('lobby', bearer), status: 200 },
  ];
  const responses = await ask(
    SETTINGS,
    cases.map(({ request }) => request),
  );
  const failed = cases.flatMap(({ name, status }, index) => {
    const response = responses[index];
    try {
      if (response.status !== status) return [`${name}: ${response.status} ${response.body}`];
      if (status !== 200) return [];
      const { token, uid, channel } = JSON.parse(response.body);
      if (uid !== 42 || channel !== 'lobby') return [`${name}: the answer is for ${uid} in ${channel}`];
      const expected = { appId: SETTINGS.AGORA_APP_ID, channelName: 'lobby', uid: 42 };
      verifyToken(token, SETTINGS.AGORA_APP_CERTIFICATE, expected);
      return [];
    } catch (error) {
      return [`${name}: ${error.message}`];
    }
  });
  return { passed: cases.length - failed.length, failed };
}
