/**
 * What a token says, and what is wrong with that.
 */
import { MAX_LIFETIME } from '../limits.js';
import type { DecodedToken } from '../token.js';
import type { DecodedToken006 } from '../token006.js';
import { type Fault, type Requirements, faultsOf } from '../verify.js';
import { type Finding, oddities } from './findings.js';
import { type Timeline, timelineOf } from './timeline.js';

/** What a signature is over: a 007 token says it all, a 006 token leaves out channel and uid. */
export type Signed =
  | { readonly token: DecodedToken; readonly message: undefined }
  | { readonly token: DecodedToken006; readonly message: Uint8Array };

/** What a token says, and what is wrong with that. */
export interface Said {
  /** Undefined if what the signature is over is not known. */
  readonly signed: Signed | undefined;
  readonly faults: readonly Fault[];
  readonly findings: readonly Finding[];
  readonly timeline: Timeline;
}

/** Finds out what a 007 token says. */
export function whatIsSaid(token: DecodedToken, requirements: Requirements | undefined): Said {
  return {
    signed: { token, message: undefined },
    faults: requirements === undefined ? [] : faultsOf(token, requirements),
    findings: oddities(token, requirements?.service?.account === ''),
    timeline: timelineOf(token, requirements?.maxLifetime ?? MAX_LIFETIME),
  };
}
