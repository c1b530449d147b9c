/** Compares the contents of tokens with different issue times and salts. */
import { expect } from 'vitest';
import { type BuildOptions, decodeToken, verifyToken } from '../../src/index.js';
import { PROJECT } from './ask.js';

/** Builds a token with the issue time and salt of another one, so that their contents are comparable. */
type Build = (options: BuildOptions) => string;

/** Expects a valid signature, and the same content as that of a builder. */
export function expectSameContent(token: string, build: Build): void {
  const { issueTs, salt, content } = verifyToken(token, PROJECT.appCertificate);
  expect(Math.abs(issueTs - Date.now() / 1000)).toBeLessThan(60);
  expect(salt).toBeGreaterThan(0);
  expect(Buffer.from(content).toString('hex')).toBe(
    Buffer.from(decodeToken(build({ issueTs, salt })).content).toString('hex'),
  );
}
