/** Tests of types, checked by `tsc`; nothing here runs. */
import { describe, expectTypeOf, test } from 'vitest';
import {
  AccessTokenError,
  type AccessTokenErrorCode,
  type BuildOptions,
  type BuildToken006Options,
  type DecodedToken,
  type DecodedToken006,
  type Expected,
  type Expected006,
  type Permissions,
  type Privileges,
  Role,
  type RoleArgument,
  type Service,
  type ServiceName,
  type UnknownService,
  type VerifiedToken,
  type VerifiedToken006,
  buildApaasRoomUserToken,
  buildChatAppToken,
  buildFpaToken,
  buildRtmTokenWithPermissions,
  buildToken,
  buildToken006,
  buildTokenWithRtm2,
  buildTokenWithUid,
  buildTokenWithUserAccount,
  decodeToken,
  decodeToken006,
  tokensEqual,
  verifyToken,
  verifyToken006,
} from '../src/index.js';
import type { KnownService } from '../src/services.js';

declare const decoded: DecodedToken;
declare const verified: VerifiedToken;
declare const service: Service;

describe('builders', () => {
  test('have the arguments of the official builders, and options', () => {
    expectTypeOf(buildTokenWithUid).parameters.toEqualTypeOf<
      [
        appId: string,
        appCertificate: string,
        channelName: string,
        uid: number,
        role: RoleArgument,
        tokenExpire: number,
        privilegeExpire?: number,
        options?: BuildOptions,
      ]
    >();
    expectTypeOf(buildTokenWithUserAccount).parameter(3).toBeString();
    expectTypeOf(buildRtmTokenWithPermissions).parameter(3).toEqualTypeOf<Permissions>();
    expectTypeOf(buildApaasRoomUserToken).parameter(4).toBeNumber();
    expectTypeOf(buildTokenWithRtm2).parameter(12).toEqualTypeOf<BuildOptions | undefined>();
    expectTypeOf(buildChatAppToken).parameter(2).toBeNumber();
    expectTypeOf(buildFpaToken).parameter(2).toEqualTypeOf<BuildOptions | undefined>();
  });

  test('return a string', () => {
    expectTypeOf(buildTokenWithUid).returns.toBeString();
    expectTypeOf(buildToken).returns.toBeString();
  });

  test('accept a uid as a number and an account as a string', () => {
    // @ts-expect-error A string is an account.
    buildTokenWithUid('', '', 'lobby', '42', Role.Publisher, 3600);
    // @ts-expect-error A number is a uid.
    buildTokenWithUserAccount('', '', 'lobby', 42, Role.Publisher, 3600);
  });

  test('accept a role as a number or a name', () => {
    expectTypeOf<RoleArgument>().toEqualTypeOf<1 | 2 | 'publisher' | 'subscriber'>();
    expectTypeOf(Role.Publisher).toEqualTypeOf<1>();
    expectTypeOf<Role>().toEqualTypeOf<1 | 2>();
    // @ts-expect-error 0 and 101 are roles of version 006.
    buildTokenWithUid('', '', 'lobby', 42, 101, 3600);
    // @ts-expect-error Not a role.
    buildTokenWithUid('', '', 'lobby', 42, 'host', 3600);
  });

  test('reject misspelt options and unknown limits', () => {
    // @ts-expect-error The option is called issueTs.
    buildFpaToken('', '', { issuedAt: 0 });
    // @ts-expect-error There are two sets of limits.
    buildFpaToken('', '', { limits: 'none' });
  });

  test('accept any mix of services as plain, readonly data', () => {
    const services = [{ type: 'rtm', userId: 'alice', privileges: { 1: 3600 } }] as const;
    buildToken({ appId: '', appCertificate: '', expire: 3600, services });
    buildToken({ appId: '', appCertificate: '', expire: 3600, services: decoded.services });
    // @ts-expect-error An RTC service has a channel.
    buildToken({ appId: '', appCertificate: '', expire: 3600, services: [{ type: 'rtc', privileges: {} }] });
    // @ts-expect-error The lifetime is missing.
    buildToken({ appId: '', appCertificate: '', services });
  });
});

describe('a service', () => {
  test('narrows by its type', () => {
    expectTypeOf(service.type).toEqualTypeOf<ServiceName | 'unknown'>();
    switch (service.type) {
      case 'rtc':
        expectTypeOf(service.uid).toBeString();
        break;
      case 'streaming':
      case 'fcdn':
        expectTypeOf(service.account).toBeString();
        break;
      case 'apaas':
        expectTypeOf(service.role).toBeNumber();
        break;
      case 'rtm2':
        expectTypeOf(service.permissions).toEqualTypeOf<Permissions>();
        break;
      case 'rtm':
      case 'chat':
        expectTypeOf(service.userId).toBeString();
        break;
      case 'fpa':
      case 'convoai':
      case 'stt':
        expectTypeOf(service.privileges).toEqualTypeOf<Privileges>();
        break;
      case 'unknown':
        expectTypeOf(service).toEqualTypeOf<UnknownService>();
        expectTypeOf(service.body).toEqualTypeOf<Uint8Array>();
        break;
      default:
        expectTypeOf(service).toBeNever();
    }
  });

  test('of a known type has privileges', () => {
    expectTypeOf<KnownService>().toHaveProperty('privileges').toEqualTypeOf<Privileges>();
    expectTypeOf<UnknownService>().not.toHaveProperty('privileges');
  });

  test('may lack any privilege', () => {
    expectTypeOf<Privileges>().toEqualTypeOf<Readonly<Record<number, number>>>();
  });
});

describe('a decoded token', () => {
  test('has these fields', () => {
    expectTypeOf(decodeToken).returns.toEqualTypeOf<DecodedToken>();
    expectTypeOf<{ -readonly [Name in keyof DecodedToken]: DecodedToken[Name] }>().toEqualTypeOf<{
      version: '007';
      appId: string;
      issueTs: number;
      expire: number;
      expiresAt: number;
      salt: number;
      services: readonly Service[];
      signature: Uint8Array;
      content: Uint8Array;
    }>();
  });

  test('is readonly', () => {
    // @ts-expect-error The fields are readonly.
    decoded.expire = 0;
  });

  test('has bytes as Uint8Array, not Buffer', () => {
    // @ts-expect-error A Buffer has more methods.
    expectTypeOf(decoded.content).toExtend<Buffer>();
  });

  test('is not verified', () => {
    expectTypeOf(verifyToken).returns.toEqualTypeOf<VerifiedToken>();
    expectTypeOf(verified).toExtend<DecodedToken>();
    expectTypeOf(decoded).not.toExtend<VerifiedToken>();
    expectTypeOf({ ...decoded }).not.toExtend<VerifiedToken>();
  });
});

describe('verifyToken', () => {
  test('accepts one or two certificates', () => {
    expectTypeOf(verifyToken).parameter(1).toEqualTypeOf<string | readonly [primary: string, secondary: string]>();
    verifyToken('', ['a', 'b']);
    // @ts-expect-error There are at most two.
    verifyToken('', ['a', 'b', 'c']);
  });

  test('rejects misspelt expectations', () => {
    // @ts-expect-error It is called channelName.
    verifyToken('', '', { channel: 'lobby' });
    expectTypeOf<{ channelName: string }>().toExtend<Expected>();
  });

  test('rejects undefined expectations', () => {
    // @ts-expect-error It has to be omitted.
    verifyToken('', '', { channelName: undefined });
    // @ts-expect-error The variable may be undefined.
    verifyToken('', '', { appId: process.env['AGORA_APP_ID'] });
  });

  test('accepts a time as seconds or a Date', () => {
    expectTypeOf<Expected['now']>().toEqualTypeOf<number | Date | undefined>();
  });

  test('accepts known services', () => {
    expectTypeOf<Expected['service']>().toEqualTypeOf<ServiceName | undefined>();
  });
});

describe('an error', () => {
  test('has a code to switch on', () => {
    const error: unknown = undefined;
    if (!(error instanceof AccessTokenError)) return;
    expectTypeOf(error).toEqualTypeOf<AccessTokenError>();
    expectTypeOf(error.code).toEqualTypeOf<AccessTokenErrorCode>();
    expectTypeOf(error.problem).toBeString();
    expectTypeOf(error.hint).toBeString();
    expectTypeOf(error.argument).toEqualTypeOf<string | undefined>();
    expectTypeOf(error.offset).toEqualTypeOf<number | undefined>();
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- tests the default case
    switch (error.code) {
      case 'ERR_TOKEN_EXPIRED':
        expectTypeOf(error.code).toEqualTypeOf<'ERR_TOKEN_EXPIRED'>();
        break;
      // @ts-expect-error No error has this code.
      case 'ERR_EXPIRED':
        break;
      default:
        expectTypeOf(error.code).toEqualTypeOf<Exclude<AccessTokenErrorCode, 'ERR_TOKEN_EXPIRED'>>();
    }
  });

  test('differs from other errors by its class', () => {
    expectTypeOf<Error>().not.toExtend<AccessTokenError>();
  });
});

describe('a token of version 006', () => {
  test('is told apart by its version', () => {
    expectTypeOf(decodeToken006).toEqualTypeOf<(token: string) => DecodedToken006>();
    expectTypeOf<DecodedToken006['version']>().toEqualTypeOf<'006'>();
    expectTypeOf<DecodedToken006>().not.toExtend<DecodedToken>();
  });

  test('requires channel and uid to be built or verified', () => {
    expectTypeOf<Pick<Expected006, 'channelName' | 'uid'>>().toEqualTypeOf<{
      readonly channelName: string;
      readonly uid: number | string;
    }>();
    expectTypeOf(buildToken006).toEqualTypeOf<(options: BuildToken006Options) => string>();
    // @ts-expect-error The channel is missing.
    verifyToken006('', '', { uid: 42 });
    // @ts-expect-error It has an end instead of a lifetime.
    buildToken006({ appId: '', appCertificate: '', channelName: '', uid: 0, expire: 3600, privileges: {} });
  });

  test('is not verified by decoding', () => {
    expectTypeOf(verifyToken006).returns.toEqualTypeOf<VerifiedToken006>();
    expectTypeOf<VerifiedToken006>().toExtend<DecodedToken006>();
    expectTypeOf<DecodedToken006>().not.toExtend<VerifiedToken006>();
  });
});

test('tokensEqual accepts two strings', () => {
  expectTypeOf(tokensEqual).toEqualTypeOf<(a: string, b: string) => boolean>();
});
