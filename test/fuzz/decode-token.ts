import { isDeepStrictEqual } from 'node:util';
import { type DecodedToken, buildToken, decodeToken } from '../../src/index.js';
import { type ReferenceToken, referenceDecode, referenceSigningInfo } from '../reference.js';
import { type Target, hold, outcomeOf, resultOf, target } from './target.js';
import { CERTIFICATE, type Token, damagedToken, tokenOf } from './tokens.js';

interface Input {
  readonly token: string;
  readonly maxContentLength: number;
  /** Whether the plain reader, which takes its time, reads it as well. */
  readonly isCompared: boolean;
}

/** Reads what the plain reader of the tests reads, alike, and builds what it read to the same content. */
export const decodeTokenTarget: Target = target<Token, Input>({
  name: 'decodeToken',
  draw: tokenOf,
  vary: (base, random) => ({
    token: random.once(16) ? base.text : damagedToken(base, random),
    maxContentLength: random.once(20) ? 1 + random.below(300) : 2 ** 20,
    isCompared: random.once(4),
  }),
  check,
});

function check({ token, maxContentLength, isCompared }: Input): void {
  const outcome = outcomeOf(() => decodeToken(token, { maxContentLength }));
  const reference = isCompared ? resultOf(() => referenceDecode(token)) : undefined;
  if ('refusal' in outcome) {
    const isTooLarge = (reference?.content.length ?? 0) > maxContentLength;
    hold(reference === undefined || isTooLarge, `what is well-formed is read, not ${outcome.refusal}`);
    return;
  }
  const { result } = outcome;
  const { issueTs, expire, signature, content } = result;
  hold(content.length <= maxContentLength, 'no more is read than allowed');
  hold(result.expiresAt === issueTs + expire, 'expiresAt is issueTs + expire');
  if (isCompared) {
    hold(reference !== undefined, 'what is malformed is refused');
    checkSame(result, reference);
  }
  const written = referenceSigningInfo(result);
  const info = content.subarray(2 + signature.length);
  hold(written.length === info.length, 'nothing is lost');
  if (isBuildable(result) && written.equals(info)) checkBuilt(result);
}

function checkSame(result: DecodedToken, reference: ReferenceToken): void {
  for (const name of ['appId', 'issueTs', 'expire', 'salt', 'services'] as const) {
    hold(isDeepStrictEqual(result[name], reference[name]), `${name} is as written`);
  }
  hold(reference.content.equals(result.content), 'content is the raw bytes');
  hold(reference.signature.equals(result.signature), 'signature is as written');
}

/** What a builder takes: any 32 hex digits, and at least one service. */
function isBuildable({ appId, services, signature }: DecodedToken): boolean {
  return /^[0-9a-f]{32}$/iu.test(appId) && services.length > 0 && signature.length === 32;
}

/** Services and ids were in canonical order. */
function checkBuilt({ appId, issueTs, expire, salt, services, content }: DecodedToken): void {
  const claims = { appId, issueTs, expire, salt, services };
  const built = decodeToken(buildToken({ ...claims, appCertificate: CERTIFICATE, limits: 'format' }));
  hold(
    Buffer.compare(built.content.subarray(34), content.subarray(34)) === 0,
    'it builds to the same content',
  );
}
