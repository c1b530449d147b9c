import { describe, expect, test } from 'vitest';
import { buildToken, decodeToken, tokensEqual, verifyToken } from '../src/index.js';
import { refusalOf } from './refusal.js';
import {
  type BrokenVector,
  type BuilderVector,
  type LiteralVector,
  type ServicesVector,
  type VectorFile,
  buildVector,
  fromJson,
  hexOf,
  vectorFiles,
} from './vectors.js';

const files = vectorFiles();

test('no file of vectors is missing', () => {
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
      return [
        {
          id: 0,
          comment: 'every token is refused by name',
          check: () => {
            file.vectors.forEach(checkLegacy);
          },
        },
      ];
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
    const refusal = refusalOf(() => buildVector(vector, { issueTs, salt }));
    expect(beyondLimits).toContain(refusal.argument);
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
    expect(refusalOf(() => verifyToken(token, appCertificate, { now })).code).toMatch(
      /^ERR_(TOKEN|SIGNATURE)_/u,
    );
  }
}

function checkLiteral({ version, token, inputs, content, signatureVerifies }: LiteralVector): void {
  if (version === '006') {
    checkLegacy({ token });
    return;
  }
  const { appId, appCertificate, issueTs, expire, salt, services } = inputs;
  const decoded = decodeToken(token);
  expect(hexOf(decoded.content)).toBe(content);
  expect(decoded).toMatchObject({ appId, issueTs, expire, expiresAt: issueTs + expire, salt });
  expect(decoded.services).toEqual(fromJson(services));
  if (signatureVerifies !== true || appCertificate === null) return;
  expect(verifyToken(token, appCertificate, { appId, now: issueTs })).toEqual(decoded);
}

function checkLegacy(vector: unknown): void {
  const { token } = vector as { readonly token: string };
  expect(refusalOf(() => decodeToken(token)).code).toBe('ERR_LEGACY_TOKEN');
}
