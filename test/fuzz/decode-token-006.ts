import { createHmac } from 'node:crypto';
import { type DecodedToken006, buildToken006, decodeToken006, verifyToken006 } from '../../src/index.js';
import { str, uint16, uint32 } from '../reference.js';
import { type Target, assert, outcomeOf, target } from './target.js';
import { CERTIFICATE, NOW, OTHER_CERTIFICATE, type Token006, crc32, damagedToken006, token006Of } from './tokens.js';

interface Input extends Token006 {
  readonly certificate: string | readonly [string, string];
}

/** Decodes version 006 tokens without loss, and verifies only those signed for this channel and user. */
export const decodeToken006Target: Target = target<Token006, Input>({
  name: 'decodeToken006',
  draw: token006Of,
  vary: (base, random) => ({
    ...base,
    text: random.once(8) ? base.text : damagedToken006(base, random),
    certificate: random.pick<Input['certificate']>([CERTIFICATE, OTHER_CERTIFICATE, [OTHER_CERTIFICATE, CERTIFICATE]]),
  }),
  check,
});

function check({ text, channelName, uid, certificate }: Input): void {
  const decoding = outcomeOf(() => decodeToken006(text));
  const verifying = outcomeOf(() => verifyToken006(text, certificate, { channelName, uid, now: NOW }));
  if ('refusal' in decoding) {
    assert(
      'refusal' in verifying && verifying.refusal === decoding.refusal,
      'a token that does not decode does not verify',
    );
    return;
  }
  const token = decoding.result;
  const { length } = written(token);
  assert(token.content.length === length, 'decoding loses nothing');
  assert(text === `006${token.appId}${Buffer.from(token.content).toString('base64')}`, 'a content has one encoding');
  if ('refusal' in verifying) return;
  assert(token.crcChannelName === crc32(Buffer.from(channelName)), 'a verified token is for the channel');
  assert(token.crcUid === crc32(Buffer.from(uid)), 'a verified token is for the user');
  assert(token.ts === 0 || NOW < token.ts, 'a verified token has not expired');
  const message = Buffer.from(token.content).subarray(2 + token.signature.length + 4 + 4 + 2);
  const isSigned = [certificate].flat().some((key) => {
    const hash = createHmac('sha256', key).update(token.appId + channelName + uid);
    return hash.update(message).digest().equals(token.signature);
  });
  assert(isSigned, 'a verified token is signed');
  if (written(token).equals(token.content)) checkBuilt(token, channelName, uid);
}

/** Encodes a token with its privileges in ascending order. */
function written({ signature, crcChannelName, crcUid, salt, ts, privileges }: DecodedToken006): Buffer {
  const entries = Object.entries(privileges);
  const ends = entries.flatMap(([id, end]) => [uint16(Number(id)), uint32(end)]);
  const message = Buffer.concat([uint32(salt), uint32(ts), uint16(entries.length), ...ends]);
  return Buffer.concat([str(signature), uint32(crcChannelName), uint32(crcUid), str(message)]);
}

/** Rebuilds a token whose privileges are in canonical order. */
function checkBuilt(token: DecodedToken006, channelName: string, uid: string): void {
  const { appId, ts, salt, privileges } = token;
  const request = { appId, appCertificate: CERTIFICATE, channelName, uid, ts, salt, privileges };
  const { content } = decodeToken006(buildToken006(request));
  assert(Buffer.compare(content.subarray(34), token.content.subarray(34)) === 0, 'rebuilding gives the same content');
}
