/** The tokens that the benchmark decodes and verifies, by the producer of their zlib stream. */
import { readFileSync } from 'node:fs';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import * as ours from 'accesstoken2';

/** BFINAL and BTYPE of the first block. */
const STORED = 0b000;
const FINAL_FIXED = 0b011;
const DYNAMIC = 0b100;
const BTYPE = 0b110;

function vectorsOf(file) {
  const { vectors } = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));
  return vectors.map(({ token, args, appId, appCertificate }) => ({
    token,
    appId: args?.appId ?? appId,
    appCertificate: args?.appCertificate ?? appCertificate,
  }));
}

const goBuilders = vectorsOf('go-builders.json');
const nodeBuilders = vectorsOf('node-builders.json');
const goServices = vectorsOf('go-services.json');

function streamOf({ token }) {
  return Buffer.from(token.slice(3), 'base64');
}

/** Compresses the contents of tokens anew; the signatures stay valid. */
function recompress(vectors, options) {
  return vectors.map((vector) => {
    const stream = deflateSync(inflateSync(streamOf(vector)), options);
    return { ...vector, token: `007${stream.toString('base64')}` };
  });
}

/** Keeps the tokens whose first block has these bits. */
function withBlock(vectors, bits, mask = 0b111) {
  return vectors.filter((vector) => (streamOf(vector)[2] & mask) === bits);
}

/** Mints the tokens of vectors with this library. */
function mintAgain(vectors) {
  return vectors.map((vector) => {
    const { issueTs, salt, expire, services } = ours.decodeToken(vector.token);
    const { appId, appCertificate } = vector;
    const options = { appId, appCertificate, issueTs, salt, expire, services, limits: 'format' };
    return { ...vector, token: ours.buildToken(options) };
  });
}

const fixed = { strategy: constants.Z_FIXED };

export const KINDS = {
  own: mintAgain(goBuilders),
  "Node's builders": [...nodeBuilders, ...recompress(goBuilders)],
  "zlib's fixed blocks (Python, Java)": withBlock(recompress(goBuilders, fixed), FINAL_FIXED),
  "Go's builders": goBuilders,
  'all services, stored blocks': withBlock(recompress(goServices, { level: 0 }), STORED, BTYPE),
  'all services, fixed blocks': withBlock(recompress(goServices, fixed), FINAL_FIXED),
  'dynamic blocks': withBlock([...goServices, ...recompress(goServices)], DYNAMIC, BTYPE),
};

/** The time at which the benchmark verifies: when the last vector of Go's builders was minted. */
export const NOW = Math.max(...goBuilders.map(({ token }) => ours.decodeToken(token).issueTs));
