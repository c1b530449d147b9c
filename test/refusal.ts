import { AccessTokenError } from '../src/index.js';

/** Returns the error with which an action is refused. */
export function refusalOf(action: () => unknown): AccessTokenError {
  try {
    action();
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
