/** Checks of the recipes in `examples/`, on any runtime. */

const SETTINGS = {
  // The published sample project of Agora's official tests.
  AGORA_APP_ID: '970CA35de60c44645bbae8a215061b33',
  AGORA_APP_CERTIFICATE: '5CFd2fd1755d40ecb72977518be15d3b',
  SESSION_SECRET: 'secret of the tests',
};

/**
 * Requests tokens from a recipe, with and without a session.
 *
 * @param ask - Sends requests to the recipe with the given settings; returns the responses, `{ status, body }`.
 * @returns The number of correct responses, and a description of each wrong one.
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
  return checkResponses(cases, responses, ({ token, uid, channel }) => {
    if (uid !== 42 || channel !== 'lobby') throw new Error(`the response is for ${uid} in ${channel}`);
    verifyLobby(verifyToken, token);
  });
}

/** Sends requests to a token server recipe, as the client of Agora's guide does; see {@link checkRecipe}. */
export async function checkTokenServerRecipe({ verifyToken, bearerOf, ask }) {
  const session = { uid: 42, channels: ['lobby'], expires: Math.floor(Date.now() / 1000) + 60 };
  const bearer = await bearerOf(session, SETTINGS.SESSION_SECRET);
  const forged = await bearerOf(session, 'another secret');
  const post = (asked, authorization) => ({
    path: '/fetch_rtc_token',
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: JSON.stringify({ uid: 42, ChannelName: 'lobby', role: 1, ...asked }),
  });
  const cases = [
    { name: 'no session', request: post({}), status: 403 },
    { name: 'a forged session', request: post({}, forged), status: 403 },
    { name: 'another user', request: post({ uid: 43 }, bearer), status: 403 },
    { name: 'another channel', request: post({ ChannelName: 'other' }, bearer), status: 403 },
    { name: 'no uid', request: post({ uid: undefined }, bearer), status: 400 },
    { name: 'a session', request: post({}, bearer), status: 200 },
    { name: 'health', request: { path: '/healthz' }, status: 200 },
  ];
  const responses = await ask(
    SETTINGS,
    cases.map(({ request }) => request),
  );
  return checkResponses(cases, responses, ({ token, status }) => {
    if (status !== 'ok') verifyLobby(verifyToken, token);
  });
}

function verifyLobby(verifyToken, token) {
  const expected = { appId: SETTINGS.AGORA_APP_ID, channelName: 'lobby', uid: 42 };
  verifyToken(token, SETTINGS.AGORA_APP_CERTIFICATE, expected);
}

/** Checks the status of each response, and the body of each 200 with a function that throws. */
function checkResponses(cases, responses, check) {
  const failed = cases.flatMap(({ name, status }, index) => {
    const response = responses[index];
    try {
      if (response.status !== status) return [`${name}: ${response.status} ${response.body}`];
      if (status === 200) check(JSON.parse(response.body));
      return [];
    } catch (error) {
      return [`${name}: ${error.message}`];
    }
  });
  return { passed: cases.length - failed.length, failed };
}
