/** Checks that the types equal those of npm `agora-token`. `tsc` checks this file; it does not run. */
import type * as theirs from 'agora-token';
import { expectTypeOf, test } from 'vitest';
import agoraToken, * as ours from '../../src/compat/agora-token.js';

/** Without the default export: for a CommonJS module, the compiler creates it. */
type Ours = Omit<typeof ours, 'default'>;
type Theirs = Omit<typeof theirs, 'default'>;

test('each member is assignable to the official one, and vice versa', () => {
  expectTypeOf<Ours>().toExtend<Theirs>();
  expectTypeOf<Theirs>().toExtend<Ours>();
  expectTypeOf(agoraToken).toExtend<Theirs>();
  expectTypeOf<ours.Rtm2Permissions>().toExtend<theirs.Rtm2Permissions>();
  expectTypeOf<theirs.Rtm2Permissions>().toExtend<ours.Rtm2Permissions>();
});

test('each function has the official parameters', () => {
  expectTypeOf<ParametersOf<Ours['RtcTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['RtcTokenBuilder']>>();
  expectTypeOf<ParametersOf<Ours['RtmTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['RtmTokenBuilder']>>();
  expectTypeOf<ParametersOf<Ours['ChatTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['ChatTokenBuilder']>>();
  expectTypeOf<ParametersOf<Ours['FpaTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['FpaTokenBuilder']>>();
  expectTypeOf<ParametersOf<Ours['ApaasTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['ApaasTokenBuilder']>>();
  expectTypeOf<ParametersOf<Ours['EducationTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['EducationTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['ConvoAITokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['ConvoAITokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['SttTokenBuilder']>>().toEqualTypeOf<ParametersOf<Theirs['SttTokenBuilder']>>();
});

test('constants are of type number, as the official ones', () => {
  expectTypeOf(ours.RtcRole.PUBLISHER).toEqualTypeOf<number>();
  expectTypeOf(ours.Rtm2Permissions.kUsers).toEqualTypeOf<number>();
});

type ParametersOf<Builder> = {
  [Name in keyof Builder]: Builder[Name] extends (...args: infer Args) => string ? Args : never;
};
