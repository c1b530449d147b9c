/** The types are those of npm `agora-token`, in either direction. Nothing here runs: `tsc` checks it. */
import type * as theirs from 'agora-token';
import { expectTypeOf, test } from 'vitest';
import agoraToken, * as ours from '../../src/compat/agora-token.js';

/** Without the default export: that of a CommonJS module is what the compiler makes of it. */
type Ours = Omit<typeof ours, 'default'>;
type Theirs = Omit<typeof theirs, 'default'>;

test('each member can stand for the official one, and the official one for it', () => {
  expectTypeOf<Ours>().toExtend<Theirs>();
  expectTypeOf<Theirs>().toExtend<Ours>();
  expectTypeOf(agoraToken).toExtend<Theirs>();
  expectTypeOf<ours.Rtm2Permissions>().toExtend<theirs.Rtm2Permissions>();
  expectTypeOf<theirs.Rtm2Permissions>().toExtend<ours.Rtm2Permissions>();
});

test('each function has the same arguments', () => {
  expectTypeOf<ParametersOf<Ours['RtcTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['RtcTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['RtmTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['RtmTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['ChatTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['ChatTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['FpaTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['FpaTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['ApaasTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['ApaasTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['EducationTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['EducationTokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['ConvoAITokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['ConvoAITokenBuilder']>
  >();
  expectTypeOf<ParametersOf<Ours['SttTokenBuilder']>>().toEqualTypeOf<
    ParametersOf<Theirs['SttTokenBuilder']>
  >();
});

test('a role is any number, as there', () => {
  expectTypeOf(ours.RtcRole.PUBLISHER).toEqualTypeOf<number>();
  expectTypeOf(ours.Rtm2Permissions.kUsers).toEqualTypeOf<number>();
});

type ParametersOf<Builder> = {
  [Name in keyof Builder]: Builder[Name] extends (...args: infer Args) => string ? Args : never;
};
