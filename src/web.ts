/**
 * Agora AccessToken2 on WebCrypto, for browsers, edge runtimes and everything without `node:` modules: the same names
 * as in `accesstoken2`. Functions that sign or check a signature return promises, which reject with an
 * {@link AccessTokenError}. In a browser, minting needs the option `allowBrowser: true`.
 *
 * @packageDocumentation
 */
import type { UnsignedToken } from './build-options.js';
import * as ai from './builders/ai.js';
import * as anyServices from './builders/any.js';
import * as apaas from './builders/apaas.js';
import * as chat from './builders/chat.js';
import * as fpa from './builders/fpa.js';
import * as rtcAndRtm from './builders/rtc-and-rtm.js';
import * as rtc from './builders/rtc.js';
import * as rtm from './builders/rtm.js';
import * as inspection from './inspect/inspect-token.js';
import { inflate } from './platform/pako.js';
import type { Decoder, Platform, Signer } from './platform/platform.js';
import * as web from './platform/web.js';
import * as core from './token.js';
import * as core006 from './token006.js';
import * as comparison from './tokens-equal.js';
import * as verification006 from './verify006.js';
import * as verification from './verify.js';

export * from './exports.js';

const signer: Signer<Promise<Uint8Array>> = {
  sign: web.sign,
  sign006: web.sign006,
  deflate: web.deflate,
  randomSalt: web.randomSalt,
  encodeBase64: web.encodeBase64,
  isBrowser: web.isBrowser,
  equal: web.equal,
};
const decoder: Decoder = { inflate, decodeUtf8: web.decodeUtf8 };
const platform: Platform<Promise<Uint8Array>> = {
  sign: web.sign,
  sign006: web.sign006,
  deflate: web.deflate,
  randomSalt: web.randomSalt,
  encodeBase64: web.encodeBase64,
  isBrowser: web.isBrowser,
  equal: web.equal,
  inflate,
  decodeUtf8: web.decodeUtf8,
};

type Args = readonly unknown[];

/** A builder that returns a promise of the token. Exported as the type of every builder. */
export type Minter<Builder> = Builder extends (...args: infer A) => UnsignedToken
  ? (...args: A) => Promise<string>
  : never;

/** A function of the core with its platform bound. Exported as the type of the functions that sign or verify. */
export type Bound<Core> = Core extends (
  platform: never,
  ...args: infer A
) => Generator<unknown, infer Result, Uint8Array>
  ? (...args: A) => Promise<Result>
  : never;

/** A function of the core with its decoder bound. Exported as the type of the functions that decode. */
export type Decoding<Core> = Core extends (decoder: Decoder, ...args: infer A) => infer Result
  ? (...args: A) => Result
  : never;

/** Runs the steps of a function: each signature is awaited. */
async function run<Result>(steps: core.Steps<Promise<Uint8Array>, Result>): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await step.value);
  return step.value;
}

function minter<A extends Args>(builder: (...args: A) => UnsignedToken): (...args: A) => Promise<string> {
  return async (...args) => run(core.signToken(signer, builder(...args)));
}

function bind<A extends Args, Result>(
  steps: (all: typeof platform, ...args: A) => core.Steps<Promise<Uint8Array>, Result>,
): (...args: A) => Promise<Result> {
  return async (...args) => run(steps(platform, ...args));
}

function decoding<A extends Args, Result>(
  decode: (decoder: Decoder, ...args: A) => Result,
): (...args: A) => Result {
  return (...args) => decode(decoder, ...args);
}

export const buildTokenWithUid: Minter<typeof rtc.buildTokenWithUid> = /* @__PURE__ */ minter(
  rtc.buildTokenWithUid,
);
export const buildTokenWithUserAccount: Minter<typeof rtc.buildTokenWithUserAccount> = /* @__PURE__ */ minter(
  rtc.buildTokenWithUserAccount,
);
export const buildTokenWithUidAndPrivilege: Minter<typeof rtc.buildTokenWithUidAndPrivilege> =
  /* @__PURE__ */ minter(rtc.buildTokenWithUidAndPrivilege);
export const buildTokenWithUserAccountAndPrivilege: Minter<typeof rtc.buildTokenWithUserAccountAndPrivilege> =
  /* @__PURE__ */ minter(rtc.buildTokenWithUserAccountAndPrivilege);
export const buildTokenWithRtm: Minter<typeof rtcAndRtm.buildTokenWithRtm> = /* @__PURE__ */ minter(
  rtcAndRtm.buildTokenWithRtm,
);
export const buildTokenWithRtm2: Minter<typeof rtcAndRtm.buildTokenWithRtm2> = /* @__PURE__ */ minter(
  rtcAndRtm.buildTokenWithRtm2,
);
export const buildRtmToken: Minter<typeof rtm.buildRtmToken> = /* @__PURE__ */ minter(rtm.buildRtmToken);
export const buildRtmTokenWithPermissions: Minter<typeof rtm.buildRtmTokenWithPermissions> =
  /* @__PURE__ */ minter(rtm.buildRtmTokenWithPermissions);
export const buildChatUserToken: Minter<typeof chat.buildChatUserToken> = /* @__PURE__ */ minter(
  chat.buildChatUserToken,
);
export const buildChatAppToken: Minter<typeof chat.buildChatAppToken> = /* @__PURE__ */ minter(
  chat.buildChatAppToken,
);
export const buildFpaToken: Minter<typeof fpa.buildFpaToken> = /* @__PURE__ */ minter(fpa.buildFpaToken);
export const buildApaasRoomUserToken: Minter<typeof apaas.buildApaasRoomUserToken> = /* @__PURE__ */ minter(
  apaas.buildApaasRoomUserToken,
);
export const buildApaasUserToken: Minter<typeof apaas.buildApaasUserToken> = /* @__PURE__ */ minter(
  apaas.buildApaasUserToken,
);
export const buildApaasAppToken: Minter<typeof apaas.buildApaasAppToken> = /* @__PURE__ */ minter(
  apaas.buildApaasAppToken,
);
export const buildConvoAiToken: Minter<typeof ai.buildConvoAiToken> = /* @__PURE__ */ minter(
  ai.buildConvoAiToken,
);
export const buildSttToken: Minter<typeof ai.buildSttToken> = /* @__PURE__ */ minter(ai.buildSttToken);
export const buildToken: Minter<typeof anyServices.buildToken> = /* @__PURE__ */ minter(
  anyServices.buildToken,
);
export const buildToken006: Bound<typeof core006.buildToken006> = /* @__PURE__ */ bind(core006.buildToken006);

export const decodeToken: Decoding<typeof core.decodeToken> = /* @__PURE__ */ decoding(core.decodeToken);
export const tokensEqual: Decoding<typeof comparison.tokensEqual> = /* @__PURE__ */ decoding(
  comparison.tokensEqual,
);
export const verifyToken: Bound<typeof verification.verifyToken> = /* @__PURE__ */ bind(
  verification.verifyToken,
);
export const verifyToken006: Bound<typeof verification006.verifyToken006> = /* @__PURE__ */ bind(
  verification006.verifyToken006,
);
export const inspectToken: Bound<typeof inspection.inspectToken> = /* @__PURE__ */ bind(
  inspection.inspectToken,
);
