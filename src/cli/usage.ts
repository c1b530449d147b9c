/**
 * Exit codes and usage errors.
 */
import { AccessTokenError } from '../index.js';

/** The exit codes. */
export const Exit = { Good: 0, BadToken: 1, WrongUsage: 2 } as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** A usage error. The user sees only the message, one line that ends with a hint. */
export class UsageError extends Error {}

/** Runs an action, and returns the library error that it throws, if any. */
export function errorOf(action: () => unknown): AccessTokenError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
}
