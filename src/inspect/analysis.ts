/** The analysis of a decoded token: which expectations it fails, findings about the token itself, and a timeline. */
import type { Requirements } from '../expected.js';
import type { Fault } from '../faults.js';
import { MAX_LIFETIME } from '../limits.js';
import type { DecodedToken } from '../token.js';
import type { DecodedToken006 } from '../token006.js';
import { claimFaults } from '../verify.js';
import { type Finding, selfChecks } from './findings.js';
import { type Timeline, timelineOf } from './timeline.js';

/** What the signature covers. A 006 token does not contain the channel and user, so its message is built separately. */
export type Signed =
  | { readonly token: DecodedToken; readonly message: undefined }
  | { readonly token: DecodedToken006; readonly message: Uint8Array };

export interface Analysis {
  readonly signed: Signed | undefined;
  readonly faults: readonly Fault[];
  readonly findings: readonly Finding[];
  readonly timeline: Timeline;
}

export function analyze(token: DecodedToken, requirements: Requirements | undefined): Analysis {
  return {
    signed: { token, message: undefined },
    faults: requirements === undefined ? [] : claimFaults(token, requirements),
    findings: selfChecks(token, requirements?.service?.account === ''),
    timeline: timelineOf(token, requirements?.maxLifetime ?? MAX_LIFETIME),
  };
}
