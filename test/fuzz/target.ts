/** What is fuzzed, and how it is said that something does not hold. */
import { AccessTokenError, type AccessTokenErrorCode } from '../../src/index.js';
import type { Random } from './random.js';

/** Something that is given inputs, which are plain data. */
export interface Target<Base = unknown, Input = unknown> {
  readonly name: string;
  /** Draws what some inputs have in common, which may take its time. */
  readonly draw: (random: Random) => Base;
  /** Draws an input from it. */
  readonly vary: (base: Base, random: Random) => Input;
  /** Runs with an input, and throws or rejects if something that has to hold does not. */
  readonly check: (input: Input) => void | Promise<void>;
}

/** Fits a target into a list of those with other inputs. */
export function target<Base, Input>({ name, draw, vary, check }: Target<Base, Input>): Target {
  return {
    name,
    draw,
    vary: (base, random) => vary(base as Base, random),
    check: (input) => check(input as Input),
  };
}

/** Throws if something does not hold. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** What came of an action: its result, or the code with which it was refused; any other error is passed on. */
export type Outcome<Result> = { readonly result: Result } | { readonly refusal: AccessTokenErrorCode };

/** Does something that may throw an `AccessTokenError` and nothing else. */
export function outcomeOf<Result>(action: () => Result): Outcome<Result> {
  try {
    return { result: action() };
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    hold(error.message.length < 1000, 'a message is short');
    return { refusal: error.code };
  }
}

/** Does something that may throw anything, and tells what came of it. */
export function resultOf<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
