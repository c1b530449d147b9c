import { expect } from 'vitest';
import { AccessTokenError } from '../src/errors.js';

/** Returns the AccessTokenError that an action throws, which has to be well-formed. */
export function errorOf(action: () => unknown): AccessTokenError {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    expectWellFormed(error);
    return error;
  }
  throw new Error('expected an AccessTokenError, but nothing was thrown');
}

/** Every error has a problem and a hint, on one line, and its message is made of them. */
export function expectWellFormed({ argument, problem, hint, message }: AccessTokenError): void {
  expect(problem.trim()).not.toBe('');
  expect(hint.trim()).not.toBe('');
  expect(message).toBe(`${argument ?? 'token'}: ${problem}; ${hint}`);
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(message.length).toBeLessThan(400);
}
