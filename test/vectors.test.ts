import { describe, expect, test } from 'vitest';
import {
  type BuildToken006Options,
  buildToken,
  buildToken006,
  decodeToken,
  decodeToken006,
  tokensEqual,
  verifyToken,
  verifyToken006,
} from '../src/index.js';
import { errorOf } from './error-of.js';
import {
  type BrokenVector,
  type BuilderVector,
  type LegacyVector,
  type LiteralVector,
  type ServicesVector,
  type VectorFile,
  buildVector,
  bytesOf,
  fromJson,
  hexOf,
  vectorFiles,
} from './vectors.js';

const files = vectorFiles();

test('all files of vectors are present', () => {
  expect(Object.fromEntries(files.map(({ file, vectors }) => [file, vectors.length]))).toEqual({
    'go-access-token-006.json': 28,
    'go-broken.json': 60,
    'go-builders.json': 126,
    'go-services.json': 86,
    'node-builders.json': 17,
    'official-literals.json': 43,
  });
});

describe.each(files)('$file', (file) => {
  test.each(casesOf(file))('$id: $comment', ({ check }) => {
    check();
  });
});

interface Case {
  readonly id: number;
  readonly comment: string;
  readonly check: () => void;
}

function casesOf(file: VectorFile): readonly Case[] {
  switch (file.kind) {
    case 'builders':
      return file.vectors.map((vector) => toCase(vector, checkBuilder));
    case 'services':
      return file.vectors.map((vector) => toCase(vector, checkServices));
    case 'broken':
      return file.vectors.map((vector) => toCase(vector, checkBroken));
    case 'literals':
      return file.vectors.map((vector) => toCase(vector, checkLiteral));
    case 'access-token-006':
      return file.vectors.map((vector) => toCase(vector, checkLegacy));
  }
}

function toCase<Vector extends { readonly id: number; readonly comment: string }>(
  vector: Vector,
  check: (vector: Vector) => void,
): Case {
  return {
    id: vector.id,
    comment: vector.comment,
    check: () => {
      check(vector);
    },
  };
}

function checkBuilder(vector: BuilderVector): void {
  const { args, issueTs, salt, beyondLimits } = vector;
  const decoded = decodeToken(vector.token);
  expect(hexOf(decoded.content)).toBe(vector.content);
  expect(decoded).toMatchObject({ appId: args.appId, issueTs, salt, expire: vector.expire });
  expect(decoded.services).toEqual(fromJson(vector.services));
  const { appId } = args;
  expect(verifyToken(vector.token, args.appCertificate, { appId, now: issueTs })).toEqual(decoded);
  if (vector.decodeOnly !== undefined) return;
  if (beyondLimits !== undefined) {
    const error = errorOf(() => buildVector(vector, { issueTs, salt }));
    expect(beyondLimits).toContain(error.argument);
  }
  const built = buildVector(vector, {
    issueTs,
    salt,
    limits: beyondLimits === undefined ? 'agora' : 'format',
  });
  expect(hexOf(decodeToken(built).content)).toBe(vector.content);
  expect(tokensEqual(built, vector.token)).toBe(true);
}

function checkServices(vector: ServicesVector): void {
  const { appId, appCertificate, issueTs, expire, salt, token } = vector;
  const project = { appId, appCertificate, issueTs, expire, salt, limits: 'format' } as const;
  const built = buildToken({ ...project, services: fromJson(vector.services) });
  expect(hexOf(decodeToken(built).content)).toBe(vector.content);
  const decoded = decodeToken(token);
  expect(hexOf(decoded.content)).toBe(vector.content);
  expect(decoded.services).toEqual(fromJson(vector.decoded ?? vector.services));
  const again = buildToken({ ...project, services: decoded.services });
  expect(hexOf(decodeToken(again).content)).toBe(vector.content);
  // A second before it was issued even a token with a lifetime of 0 has not ended.
  expect(verifyToken(token, appCertificate, { appId, now: issueTs - 1 })).toEqual(decoded);
}

function checkBroken({ token, appCertificate, now, verdict }: BrokenVector): void {
  if (verdict === 'valid') {
    expect(verifyToken(token, appCertificate, { now })).toEqual(decodeToken(token));
  } else {
    expect(errorOf(() => verifyToken(token, appCertificate, { now })).code).toMatch(/^ERR_(TOKEN|SIGNATURE)_/u);
  }
}

function checkLiteral(vector: LiteralVector): void {
  if (vector.version === '006') {
    expect(vector.signatureVerifies).toBe(true);
    checkToken006(vector.token, vector.inputs);
    return;
  }
  const { token, inputs, content, signatureVerifies } = vector;
  const { appId, appCertificate, issueTs, expire, salt, services } = inputs;
  const decoded = decodeToken(token);
  expect(hexOf(decoded.content)).toBe(content);
  expect(decoded).toMatchObject({ appId, issueTs, expire, expiresAt: issueTs + expire, salt });
  expect(decoded.services).toEqual(fromJson(services));
  if (signatureVerifies !== true || appCertificate === null) return;
  expect(verifyToken(token, appCertificate, { appId, now: issueTs })).toEqual(decoded);
}

function checkLegacy(vector: LegacyVector): void {
  const { args, crcChannelName, crcUid, salt, ts, privileges, signature, token } = vector;
  const { appId, appCertificate } = args;
  checkToken006(token, { appId, appCertificate, ...namesOf(vector), ts, salt, privileges });
  expect(decodeToken006(token)).toMatchObject({ crcChannelName, crcUid, signature: bytesOf(signature) });
}

/** The channel and uid that a builder signs. */
function namesOf({ builder, args }: LegacyVector): { channelName: string; uid: number | string } {
  const { channelName = '', uid = '', account = '' } = args;
  switch (builder) {
    case 'AccessToken.Build':
    case 'buildTokenWithUid':
      return { channelName, uid };
    case 'buildTokenWithUserAccount':
      return { channelName, uid: account };
    case 'rtm.buildToken':
      return { channelName: account, uid: '' };
    default:
      throw new Error(`no function for ${builder}`);
  }
}

/** A 006 token is not compressed, so ours is the same string. */
function checkToken006(token: string, inputs: BuildToken006Options & { readonly salt: number }): void {
  const { appId, appCertificate, channelName, uid, ts, salt, privileges } = inputs;
  expect(errorOf(() => decodeToken(token)).code).toBe('ERR_LEGACY_TOKEN');
  const decoded = decodeToken006(token);
  expect(decoded).toMatchObject({ version: '006', appId, salt, ts });
  expect(decoded.privileges).toEqual(privileges);
  expect(hexOf(decoded.content)).toBe(Buffer.from(token.slice(35), 'base64').toString('hex'));
  expect(buildToken006(inputs)).toBe(token);
  const verify = (): unknown => verifyToken006(token, appCertificate, { channelName, uid, now: 0 });
  if (1 in privileges || 1000 in privileges) expect(verify()).toEqual(decoded);
  // The signature is checked before the privileges.
  else expect(errorOf(verify).code).toBe('ERR_MISSING_PRIVILEGE');
}
