import { createHmac } from 'node:crypto';
import { type DecodedToken006, buildToken006, decodeToken006, verifyToken006 } from '../../src/index.js';
import { str, uint16, uint32 } from '../reference.js';
import { type Target, hold, outcomeOf, target } from './target.js';
import {
  CERTIFICATE,
  NOW,
  OTHER_CERTIFICATE,
  type Token006,
  crc32,
  damagedToken006,
  token006Of,
} from './tokens.js';

interface Input extends Token006 {
  readonly certificate: string | readonly [string, string];
}

/** Reads an older token without loss, and lets nothing pass that was not signed for this channel and user. */
export const decodeToken006Target: Target = target<Token006, Input>({
  name: 'decodeToken006',
  draw: token006Of,
  vary: (base, random) => ({
    ...base,
    text: random.once(8) ? base.text : damagedToken006(base, random),
    certificate: random.pick<Input['certificate']>([
      CERTIFICATE,
      OTHER_CERTIFICATE,
      [OTHER_CERTIFICATE, CERTIFICATE],
    ]),
  }),
  check,
});

function check({ text, channelName, uid, certificate }: Input): void {
  const decoding = outcomeOf(() => decodeToken006(text));
  const verifying = outcomeOf(() => verifyToken006(text, certificate, { channelName, uid, now: NOW }));
  if ('refusal' in decoding) {
    hold(
      'refusal' in verifying && verifying.refusal === decoding.refusal,
      'what cannot be read does not verify',
    );
    return;
  }
  const token = decoding.result;
  const { length } = written(token);
  hold(token.content.length === length, 'nothing is lost, and nothing left out');
  hold(text === `006${token.appId}${Buffer.from(token.content).toString('base64')}`, 'a token has one text');
  if ('refusal' in verifying) return;
  hold(token.crcChannelName === crc32(Buffer.from(channelName)), 'what verifies is for the channel');
  hold(token.crcUid === crc32(Buffer.from(uid)), 'what verifies is for the user');
  hold(token.ts === 0 || NOW < token.ts, 'it has not ended');
  const message = Buffer.from(token.content).subarray(2 + token.signature.length + 4 + 4 + 2);
  const isSigned = [certificate].flat().some((key) => {
    const hash = createHmac('sha256', key).update(token.appId + channelName + uid);
    return hash.update(message).digest().equals(token.signature);
  });
  hold(isSigned, 'what verifies was signed');
  if (written(token).equals(token.content)) checkBuilt(token, channelName, uid);
}

/** Writes a token once more, its privileges in ascending order. */
function written({ signature, crcChannelName, crcUid, salt, ts, privileges }: DecodedToken006): Buffer {
  const entries = Object.entries(privileges);
  const ends = entries.flatMap(([id, end]) => [uint16(Number(id)), uint32(end)]);
  const message = Buffer.concat([uint32(salt), uint32(ts), uint16(entries.length), ...ends]);
  return Buffer.concat([str(signature), uint32(crcChannelName), uint32(crcUid), str(message)]);
}

/** The privileges were in canonical order. */
function checkBuilt(token: DecodedToken006, channelName: string, uid: string): void {
  const { appId, ts, salt, privileges } = token;
  const request = { appId, appCertificate: CERTIFICATE, channelName, uid, ts, salt, privileges };
  const { content } = decodeToken006(buildToken006(request));
  hold(
    Buffer.compare(content.subarray(34), token.content.subarray(34)) === 0,
    'it builds to the same content',
  );
}
