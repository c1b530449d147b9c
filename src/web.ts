/**
 * Agora AccessToken2 with WebCrypto, for browsers, edge runtimes and whatever has no `node:` modules: the same names as
 * in `accesstoken2`, where each is described. What signs, verifies or inspects returns a promise, which rejects with an
 * {@link AccessTokenError} and nothing else.
 *
 * In a browser, what signs asks for `allowBrowser: true` among its options.
 *
 * @packageDocumentation
 */
import * as builders from './builders.js';
import { isLong } from './codec/zlib.js';
import { refuseAs } from './errors.js';
import type * as node from './index.js';
import { type Attempt, planInspection } from './inspect.js';
import { type MintRequest, takeIssueTs } from './mint.js';
import { deflate, encodeBase64, equal, isBrowser, randomSalt, sign, sign006 } from './platform/web.js';
import { takeMintRequest } from './service-arguments.js';
import {
  type DecodeOptions,
  type DecodedToken,
  packContent,
  packToken,
  putSignature,
  signingInfoOf,
  takeDecodeOptions,
  unpackToken,
} from './token.js';
import {
  assertVerified006,
  message006,
  packContent006,
  packToken006,
  takeExpected006,
  takeMintRequest006,
  unpackToken006,
} from './token006.js';
import { assertVerified, takeCertificates, takeExpected } from './verify.js';

export * from './face.js';

/** A function of `accesstoken2` that returns a promise; exported as the type of those here. */
export type Promised<Of extends (...args: never) => unknown> = (
  ...args: Parameters<Of>
) => Promise<ReturnType<Of>>;

/** Signs a request, with the clock and a random salt where it leaves them open. */
async function mint({ project, expire, services, sizeArgument }: MintRequest): Promise<string> {
  refuseBrowser(project.allowBrowser);
  const { appId, appCertificate, issueTs = takeIssueTs(now()), salt = randomSalt() } = project;
  // A copy: another token may be written while this one waits.
  const content = packContent({ appId, issueTs, expire, salt, services }, sizeArgument).slice();
  putSignature(content, await sign(appCertificate, issueTs, salt, signingInfoOf(content)));
  return packToken(content, isLong(content) ? await deflate(content) : undefined, encodeBase64);
}

function refuseBrowser(allowBrowser: boolean): void {
  if (allowBrowser || !isBrowser()) return;
  const fault = 'tokens are not minted in a browser, where whoever opens the page can read the certificate';
  const wayOut = 'mint on a server; for a page that none but you can open, pass allowBrowser: true';
  refuseAs('ERR_OPTIONS', 'allowBrowser', fault, wayOut);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithUid: Promised<typeof node.buildTokenWithUid> = async (...args) =>
  mint(builders.buildTokenWithUid(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithUserAccount: Promised<typeof node.buildTokenWithUserAccount> = async (...args) =>
  mint(builders.buildTokenWithUserAccount(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithUidAndPrivilege: Promised<typeof node.buildTokenWithUidAndPrivilege> = async (
  ...args
) => mint(builders.buildTokenWithUidAndPrivilege(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithUserAccountAndPrivilege: Promised<
  typeof node.buildTokenWithUserAccountAndPrivilege
> = async (...args) => mint(builders.buildTokenWithUserAccountAndPrivilege(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithRtm: Promised<typeof node.buildTokenWithRtm> = async (...args) =>
  mint(builders.buildTokenWithRtm(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildTokenWithRtm2: Promised<typeof node.buildTokenWithRtm2> = async (...args) =>
  mint(builders.buildTokenWithRtm2(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildRtmToken: Promised<typeof node.buildRtmToken> = async (...args) =>
  mint(builders.buildRtmToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildRtmTokenWithPermissions: Promised<typeof node.buildRtmTokenWithPermissions> = async (
  ...args
) => mint(builders.buildRtmTokenWithPermissions(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildChatUserToken: Promised<typeof node.buildChatUserToken> = async (...args) =>
  mint(builders.buildChatUserToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildChatAppToken: Promised<typeof node.buildChatAppToken> = async (...args) =>
  mint(builders.buildChatAppToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildFpaToken: Promised<typeof node.buildFpaToken> = async (...args) =>
  mint(builders.buildFpaToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildApaasRoomUserToken: Promised<typeof node.buildApaasRoomUserToken> = async (...args) =>
  mint(builders.buildApaasRoomUserToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildApaasUserToken: Promised<typeof node.buildApaasUserToken> = async (...args) =>
  mint(builders.buildApaasUserToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildApaasAppToken: Promised<typeof node.buildApaasAppToken> = async (...args) =>
  mint(builders.buildApaasAppToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildConvoAiToken: Promised<typeof node.buildConvoAiToken> = async (...args) =>
  mint(builders.buildConvoAiToken(...args));

/** Mints as the function of the same name in `accesstoken2` does. */
export const buildSttToken: Promised<typeof node.buildSttToken> = async (...args) =>
  mint(builders.buildSttToken(...args));

/** Mints a token with any services; see the function of the same name in `accesstoken2`. */
export const buildToken: Promised<typeof node.buildToken> = async (options) => mint(takeMintRequest(options));

/** Reads a token, without verifying it; see the function of the same name in `accesstoken2`. */
export function decodeToken(token: string, options?: DecodeOptions): DecodedToken {
  return unpackToken(token, takeDecodeOptions(options));
}

/** Verifies a token, or rejects; see the function of the same name in `accesstoken2`. */
export const verifyToken: Promised<typeof node.verifyToken> = async (token, appCertificate, expected) => {
  const certificates = takeCertificates(appCertificate);
  const requirements = takeExpected(expected, now);
  const decoded = unpackToken(token, requirements.maxContentLength);
  const attempts = certificates.map((certificate) => ({ certificate, token: decoded, message: undefined }));
  assertVerified(decoded, (await firstThatHolds(attempts)) !== undefined, requirements);
  return decoded;
};

/** Says what is wrong with a token; see the function of the same name in `accesstoken2`. It never rejects. */
export const inspectToken: Promised<typeof node.inspectToken> = async (token, expected) => {
  const plan = planInspection(token, expected, now);
  return plan.report(await firstThatHolds(plan.attempts));
};

async function firstThatHolds(attempts: readonly Attempt[]): Promise<Attempt | undefined> {
  for (const attempt of attempts) {
    if (equal(await signatureOf(attempt), attempt.token.signature)) return attempt;
  }
  return undefined;
}

async function signatureOf(attempt: Attempt): Promise<Uint8Array> {
  if (attempt.message !== undefined) return sign006(attempt.certificate, attempt.message);
  const { issueTs, salt, content, signature } = attempt.token;
  return sign(attempt.certificate, issueTs, salt, signingInfoOf(content, signature.length));
}

/** Mints an older AccessToken; see the function of the same name in `accesstoken2`. */
export const buildToken006: Promised<typeof node.buildToken006> = async (options) => {
  const request = takeMintRequest006(options);
  refuseBrowser(request.allowBrowser);
  const { appId, appCertificate, channelName, uid, salt = randomSalt() } = request;
  const content = packContent006(request, salt).slice();
  const signature = await sign006(appCertificate, message006({ appId, content }, channelName, uid));
  return packToken006(appId, content, signature, encodeBase64);
};

/** Verifies an older AccessToken, or rejects; see the function of the same name in `accesstoken2`. */
export const verifyToken006: Promised<typeof node.verifyToken006> = async (
  token,
  appCertificate,
  expected,
) => {
  const certificates = takeCertificates(appCertificate);
  const requirements = takeExpected006(expected, now);
  const decoded = unpackToken006(token);
  const message = message006(decoded, requirements.channelName, requirements.uid);
  const attempts = certificates.map((certificate) => ({ certificate, token: decoded, message }));
  assertVerified006(decoded, (await firstThatHolds(attempts)) !== undefined, requirements);
  return decoded;
};
