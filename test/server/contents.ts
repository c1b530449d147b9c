/** Compares what tokens say, whenever they were issued. */
import { expect } from 'vitest';
import { type BuildOptions, decodeToken, verifyToken } from '../../src/index.js';
import { PROJECT } from './ask.js';

/** Builds with the options of a token, so that the contents are equal byte for byte. */
type Build = (options: BuildOptions) => string;

/** Expects a token to be signed, and to have the content that a builder of the library gives. */
export function expectSameContent(token: string, build: Build): void {
  const { issueTs, salt, content } = verifyToken(token, PROJECT.appCertificate);
  expect(Math.abs(issueTs - Date.now() / 1000)).toBeLessThan(60);
  expect(salt).toBeGreaterThan(0);
  expect(Buffer.from(content).toString('hex')).toBe(
    Buffer.from(decodeToken(build({ issueTs, salt })).content).toString('hex'),
  );
}
