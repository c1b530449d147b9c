import { isDeepStrictEqual } from 'node:util';
import { type DecodedToken, buildToken, decodeToken } from '../../src/index.js';
import { type ReferenceToken, referenceDecode, referenceSigningInfo } from '../reference.js';
import { type Target, assert, outcomeOf, resultOf, target } from './target.js';
import { CERTIFICATE, type Token, damagedToken, tokenOf } from './tokens.js';

interface Input {
  readonly token: string;
  readonly maxContentLength: number;
  /** Whether to compare with the reference decoder, which is slow. */
  readonly isCompared: boolean;
}

/** Decodes like the reference decoder of the tests, and rebuilds the same content. */
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
    assert(reference === undefined || isTooLarge, `a well-formed token decodes, got ${outcome.refusal}`);
    return;
  }
  const { result } = outcome;
  const { issueTs, expire, signature, content } = result;
  assert(content.length <= maxContentLength, 'the content is within maxContentLength');
  assert(result.expiresAt === issueTs + expire, 'expiresAt is issueTs + expire');
  if (isCompared) {
    assert(reference !== undefined, 'a malformed token is rejected');
    checkSame(result, reference);
  }
  const written = referenceSigningInfo(result);
  const info = content.subarray(2 + signature.length);
  assert(written.length === info.length, 'decoding loses nothing');
  if (isBuildable(result) && written.equals(info)) checkBuilt(result);
}

function checkSame(result: DecodedToken, reference: ReferenceToken): void {
  for (const name of ['appId', 'issueTs', 'expire', 'salt', 'services'] as const) {
    assert(isDeepStrictEqual(result[name], reference[name]), `${name} equals the reference`);
  }
  assert(reference.content.equals(result.content), 'content is the raw content');
  assert(reference.signature.equals(result.signature), 'signature equals the reference');
}

/** Whether buildToken accepts the claims. */
function isBuildable({ appId, services, signature }: DecodedToken): boolean {
  return /^[0-9a-f]{32}$/iu.test(appId) && services.length > 0 && signature.length === 32;
}

/** Rebuilds a token whose services and ids are in canonical order. */
function checkBuilt({ appId, issueTs, expire, salt, services, content }: DecodedToken): void {
  const claims = { appId, issueTs, expire, salt, services };
  const built = decodeToken(buildToken({ ...claims, appCertificate: CERTIFICATE, limits: 'format' }));
  assert(Buffer.compare(built.content.subarray(34), content.subarray(34)) === 0, 'rebuilding gives the same content');
}
