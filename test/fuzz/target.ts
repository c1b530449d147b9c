/** Fuzz targets, and the assertions that they make. */
import { AccessTokenError, type AccessTokenErrorCode } from '../../src/index.js';
import type { Random } from './random.js';

/** A fuzz target. Its inputs are plain data. */
export interface Target<Base = unknown, Input = unknown> {
  readonly name: string;
  /** Draws what successive inputs share; may be slow. */
  readonly draw: (random: Random) => Base;
  /** Draws an input from it. */
  readonly vary: (base: Base, random: Random) => Input;
  /** Runs an input; throws or rejects if an assertion fails. */
  readonly check: (input: Input) => void | Promise<void>;
}

/** Hides the input type of a target, so that targets fit into one list. */
export function target<Base, Input>({ name, draw, vary, check }: Target<Base, Input>): Target {
  return {
    name,
    draw,
    vary: (base, random) => vary(base as Base, random),
    check: (input) => check(input as Input),
  };
}

/** Throws if a condition is false. */
export function assert(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${expectation}`);
}

/** The result of an action, or the code of the `AccessTokenError` that it threw. */
export type Outcome<Result> = { readonly result: Result } | { readonly refusal: AccessTokenErrorCode };

/** Runs an action that throws nothing but `AccessTokenError`; rethrows other errors. */
export function outcomeOf<Result>(action: () => Result): Outcome<Result> {
  try {
    return { result: action() };
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    assert(error.message.length < 1000, 'an error message is short');
    return { refusal: error.code };
  }
}

/** Runs an action; returns undefined if it throws. */
export function resultOf<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
