/**
 * Agora AccessToken2 on WebCrypto, for browsers, edge runtimes and other platforms without `node:` modules. The names
 * are the same as in `accesstoken2`. Functions that sign or check a signature return promises, which reject with an
 * {@link AccessTokenError}. In a browser, minting requires the option `allowBrowser: true`.
 *
 * @packageDocumentation
 */
import type { UnsignedToken } from './build-options.js';
import * as ai from './builders/ai.js';
import * as anyMix from './builders/any.js';
import * as apaas from './builders/apaas.js';
import * as chat from './builders/chat.js';
import * as fpa from './builders/fpa.js';
import * as rtcAndRtm from './builders/rtc-and-rtm.js';
import * as rtc from './builders/rtc.js';
import * as rtm from './builders/rtm.js';
import * as inspect from './inspect/inspect-token.js';
import type { Decoder, Platform } from './platform/platform.js';
import { decoder, signer, verifier } from './platform/web.js';
import * as token from './token.js';
import * as token006 from './token006.js';
import * as tokens from './tokens-equal.js';
import * as verify006 from './verify006.js';
import * as verify from './verify.js';

export * from './exports.js';

const platform: Platform<Promise<Uint8Array>> = { verifier, decoder };

/** The public form of a core function: bound to the platform, and returning a promise. */
type Bound<Core> = Core extends (...args: infer Args) => UnsignedToken
  ? (...args: Args) => Promise<string>
  : Core extends (first: never, ...args: infer Args) => Generator<unknown, infer Result, Uint8Array>
    ? (...args: Args) => Promise<Result>
    : Core extends (decoder: Decoder, ...args: infer Args) => infer Result
      ? (...args: Args) => Result
      : never;

async function run<Result>(steps: token.Steps<Promise<Uint8Array>, Result>): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await step.value);
  return step.value;
}

/* @__NO_SIDE_EFFECTS__ */
function mint<Args extends unknown[]>(builder: (...args: Args) => UnsignedToken) {
  return async (...args: Args): Promise<string> => run(token.signToken(signer, builder(...args)));
}

/* @__NO_SIDE_EFFECTS__ */
function bind<First, Args extends unknown[], Result>(
  core: (first: First, ...args: Args) => token.Steps<Promise<Uint8Array>, Result>,
  first: First,
) {
  return async (...args: Args): Promise<Result> => run(core(first, ...args));
}

/* @__NO_SIDE_EFFECTS__ */
function decode<Args extends unknown[], Result>(core: (decoder: Decoder, ...args: Args) => Result) {
  return (...args: Args): Result => core(decoder, ...args);
}

export const buildTokenWithUid: Bound<typeof rtc.buildTokenWithUid> = mint(rtc.buildTokenWithUid);
export const buildTokenWithUserAccount: Bound<typeof rtc.buildTokenWithUserAccount> = mint(
  rtc.buildTokenWithUserAccount,
);
export const buildTokenWithUidAndPrivilege: Bound<typeof rtc.buildTokenWithUidAndPrivilege> = mint(
  rtc.buildTokenWithUidAndPrivilege,
);
export const buildTokenWithUserAccountAndPrivilege: Bound<typeof rtc.buildTokenWithUserAccountAndPrivilege> = mint(
  rtc.buildTokenWithUserAccountAndPrivilege,
);
export const buildTokenWithRtm: Bound<typeof rtcAndRtm.buildTokenWithRtm> = mint(rtcAndRtm.buildTokenWithRtm);
export const buildTokenWithRtm2: Bound<typeof rtcAndRtm.buildTokenWithRtm2> = mint(rtcAndRtm.buildTokenWithRtm2);
export const buildRtmToken: Bound<typeof rtm.buildRtmToken> = mint(rtm.buildRtmToken);
export const buildRtmTokenWithPermissions: Bound<typeof rtm.buildRtmTokenWithPermissions> = mint(
  rtm.buildRtmTokenWithPermissions,
);
export const buildChatUserToken: Bound<typeof chat.buildChatUserToken> = mint(chat.buildChatUserToken);
export const buildChatAppToken: Bound<typeof chat.buildChatAppToken> = mint(chat.buildChatAppToken);
export const buildFpaToken: Bound<typeof fpa.buildFpaToken> = mint(fpa.buildFpaToken);
export const buildApaasRoomUserToken: Bound<typeof apaas.buildApaasRoomUserToken> = mint(apaas.buildApaasRoomUserToken);
export const buildApaasUserToken: Bound<typeof apaas.buildApaasUserToken> = mint(apaas.buildApaasUserToken);
export const buildApaasAppToken: Bound<typeof apaas.buildApaasAppToken> = mint(apaas.buildApaasAppToken);
export const buildConvoAiToken: Bound<typeof ai.buildConvoAiToken> = mint(ai.buildConvoAiToken);
export const buildSttToken: Bound<typeof ai.buildSttToken> = mint(ai.buildSttToken);
export const buildToken: Bound<typeof anyMix.buildToken> = mint(anyMix.buildToken);
export const buildToken006: Bound<typeof token006.buildToken006> = bind(token006.buildToken006, signer);
export const decodeToken: Bound<typeof token.decodeToken> = decode(token.decodeToken);
export const tokensEqual: Bound<typeof tokens.tokensEqual> = decode(tokens.tokensEqual);
export const verifyToken: Bound<typeof verify.verifyToken> = bind(verify.verifyToken, platform);
export const verifyToken006: Bound<typeof verify006.verifyToken006> = bind(verify006.verifyToken006, platform);
export const inspectToken: Bound<typeof inspect.inspectToken> = bind(inspect.inspectToken, platform);
