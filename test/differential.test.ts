import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BuildOptions, Service } from '../src/index.js';
import * as accesstoken2 from '../src/index.js';
import { AccessTokenError, buildToken, decodeToken, tokensEqual, verifyToken } from '../src/index.js';
import {
  type Project,
  RUNS,
  agoraAccount,
  agoraChannelName,
  agoraChatUserId,
  agoraExpire,
  agoraPrivilegeExpire,
  agoraUserId,
  formatClaims,
  mutated,
  mutations,
  permissions,
  project,
} from './arbitraries.js';
import {
  type ReferenceToken,
  contentOfToken,
  inTypeOrder,
  referenceContent,
  referenceDecode,
  referenceToken,
  referenceVerifies,
  tokenOfContent,
  tokenOfStream,
} from './reference.js';

fc.configureGlobal({ numRuns: RUNS });

function check<Values extends [unknown, ...unknown[]]>(
  ...property: [...{ [Index in keyof Values]: fc.Arbitrary<Values[Index]> }, (...values: Values) => void]
): void {
  fc.assert(fc.property<Values>(...property));
}

/** Formats bytes in hex, which compares fast. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

describe('the reference', () => {
  const settings = fc.record({
    level: fc.integer({ min: 0, max: 9 }),
    // 4: fixed codes
    strategy: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(4)),
    windowBits: fc.oneof(fc.constant(15), fc.integer({ min: 9, max: 15 })),
    memLevel: fc.integer({ min: 1, max: 9 }),
  });

  test('encodes the same content', () => {
    check(project, formatClaims, ({ appId, appCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      expect(hex(contentOfToken(token))).toBe(hex(referenceContent({ appId, appCertificate, ...claims })));
    });
  });

  test('encodes tokens that decodeToken and verifyToken accept', () => {
    check(project, formatClaims, ({ appId, appCertificate }, claims) => {
      const token = referenceToken({ appId, appCertificate, ...claims });
      const decoded = decodeToken(token);
      expect(decoded).toMatchObject({
        appId,
        issueTs: claims.issueTs,
        expire: claims.expire,
        salt: claims.salt,
      });
      expect(decoded.services).toEqual(inTypeOrder(claims.services));
      expect(hex(decoded.content)).toBe(hex(contentOfToken(token)));
      const verified = verifyToken(token, appCertificate, { appId, now: claims.issueTs - 1 });
      expect(isDeepStrictEqual(verified, decoded)).toBe(true);
    });
  });

  test('decodes and verifies tokens of buildToken', () => {
    check(project, formatClaims, ({ appId, appCertificate, secondaryCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const { issueTs, expire, salt } = claims;
      const services = inTypeOrder(claims.services);
      expect(referenceDecode(token)).toMatchObject({ appId, issueTs, expire, salt, services });
      expect(referenceVerifies(token, appCertificate)).toBe(true);
      expect(referenceVerifies(token, secondaryCertificate)).toBe(false);
    });
  });

  test('rejects the same contents', () => {
    let readable = 0;
    check(project, formatClaims, mutations, ({ appId, appCertificate }, claims, list) => {
      const content = mutated(referenceContent({ appId, appCertificate, ...claims }), list);
      if (agreesOn(tokenOfContent(content))) readable++;
    });
    // Some are decoded, and some are rejected.
    expect(readable).toBeGreaterThan(RUNS / 50);
    expect(readable).toBeLessThan(RUNS);
  });

  test('rejects the same mutated zlib streams', () => {
    check(project, formatClaims, settings, mutations, ({ appId, appCertificate }, claims, options, list) => {
      const stream = deflateSync(referenceContent({ appId, appCertificate, ...claims }), options);
      agreesOn(tokenOfStream(mutated(stream, list)));
    });
  });

  test('rejects the same zlib streams with a flipped bit', () => {
    check(project, formatClaims, settings, fc.nat(), ({ appId, appCertificate }, claims, options, place) => {
      const stream = deflateSync(referenceContent({ appId, appCertificate, ...claims }), options);
      const bit = place % (8 * stream.length);
      stream.writeUInt8(stream.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      agreesOn(tokenOfStream(stream));
    });
  });

  test('decodes the same from any level, strategy and window', () => {
    check(project, formatClaims, settings, ({ appId, appCertificate }, claims, options) => {
      const content = referenceContent({ appId, appCertificate, ...claims });
      const token = tokenOfStream(deflateSync(content, options));
      expect(hex(decodeToken(token).content)).toBe(hex(content));
      expect(tokensEqual(token, tokenOfContent(content))).toBe(true);
    });
  });

  test('decodes the same from several blocks', () => {
    const places = fc.array(fc.nat(), { minLength: 1, maxLength: 3 });
    check(project, formatClaims, places, ({ appId, appCertificate }, claims, cuts) => {
      const content = referenceContent({ appId, appCertificate, ...claims });
      expect(hex(decodeToken(tokenOfStream(inBlocks(content, cuts))).content)).toBe(hex(content));
    });
  });
});

/** Checks that both decode a token to the same, or both reject it. Returns whether it was decoded. */
function agreesOn(token: string): boolean {
  let expected: ReferenceToken | undefined;
  try {
    expected = referenceDecode(token);
  } catch {
    expect(() => decodeToken(token)).toThrow(AccessTokenError);
    return false;
  }
  const { appId, issueTs, expire, salt, services, signature, content } = expected;
  const decoded = decodeToken(token);
  expect(decoded).toMatchObject({
    version: '007',
    appId,
    issueTs,
    expire,
    expiresAt: issueTs + expire,
    salt,
  });
  expect(decoded.services).toEqual(services);
  expect(hex(decoded.signature)).toBe(hex(signature));
  expect(hex(decoded.content)).toBe(hex(content));
  return true;
}

/** Compresses each piece of a content on its own, and puts the blocks into one zlib stream. */
function inBlocks(content: Buffer, cuts: readonly number[]): Buffer {
  const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length];
  const blocks = places
    .slice(1)
    .map((end, index) =>
      deflateRawSync(content.subarray(places[index], end), { level: 4 * (index % 3), finishFlush: 2 }),
    );
  const whole = deflateSync(content);
  const EMPTY_LAST_BLOCK = Buffer.from([0x03, 0x00]);
  return Buffer.concat([whole.subarray(0, 2), ...blocks, EMPTY_LAST_BLOCK, whole.subarray(-4)]);
}

/**
 * The internals of npm `agora-token` 2.0.6.
 *
 * Its defects, around which these tests step: an APaaS role of 0 is written as −1, and the role is read back without
 * its sign; the APaaS room-user token lacks privilege 1; an issue time of 0 means the clock; an RTM2 resource without
 * permissions is written but not read back; services are read up to the first one of an unknown type.
 */
interface AgoraToken {
  readonly AccessToken2: new (
    appId: string,
    appCertificate: string,
    issueTs: number,
    expire: number,
  ) => AgoraAccessToken;
  readonly ServiceRtc: new (channelName: string, uid: string) => AgoraService;
  readonly ServiceRtm: new (userId: string) => AgoraService;
  readonly ServiceStreaming: new (channelName: string, account: string) => AgoraService;
  readonly ServiceFpa: new () => AgoraService;
  readonly ServiceChat: new (userId: string) => AgoraService;
  readonly ServiceFCdn: new (channelName: string, account: string) => AgoraService;
  readonly ServiceApaas: new (roomUuid: string, userUuid: string, role: number) => AgoraService;
  readonly ServiceRtm2: new (userId: string, permissions: AgoraPermissions) => AgoraService;
  readonly ServiceConvoAI: new () => AgoraService;
  readonly ServiceStt: new () => AgoraService;
  readonly Rtm2Permissions: new () => AgoraPermissions;
}

interface AgoraAccessToken {
  readonly appId: Uint8Array;
  issueTs: number;
  readonly expire: number;
  salt: number;
  readonly services: readonly AgoraService[];
  add_service(service: AgoraService | AgoraUnknownService): void;
  build(): string;
  from_string(token: string): boolean;
  verifySignature(appCertificate: string): boolean;
}

interface AgoraService {
  readonly __privileges: Readonly<Record<string, number>>;
  /** Bytes in a decoded service. */
  readonly __channel_name?: Uint8Array;
  readonly __uid?: Uint8Array;
  readonly __user_id?: Uint8Array;
  readonly __account?: Uint8Array;
  readonly __room_uuid?: Uint8Array;
  readonly __user_uuid?: Uint8Array;
  __role?: number;
  readonly __permissions?: AgoraPermissions;
  service_type(): number;
  add_privilege(privilege: number, expire: number): void;
}

/** A service without a class in that package. */
interface AgoraUnknownService {
  service_type(): number;
  pack(): Uint8Array;
}

interface AgoraPermissions {
  readonly details: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  add(resourceType: number, permissionType: number, resources: readonly string[]): void;
}

/** The name of a class, and of its method. */
type AgoraPath = `${string}.${string}`;

type AgoraBuilder = Readonly<Record<string, (...args: readonly unknown[]) => string>>;

const require = createRequire(import.meta.url);
const agora = require('agora-token/src/AccessToken2.js') as AgoraToken;
const agoraBuilders = require('agora-token') as Readonly<Record<string, AgoraBuilder>>;

describe('npm agora-token', () => {
  test('decodes and verifies tokens of buildToken', () => {
    check(project, formatClaims, ({ appId, appCertificate, secondaryCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const reader = new agora.AccessToken2('', '', 0, 0);
      expect(reader.from_string(token)).toBe(true);
      expect(Buffer.from(reader.appId).toString()).toBe(appId);
      const { issueTs, expire, salt } = claims;
      expect({ issueTs: reader.issueTs, expire: reader.expire, salt: reader.salt }).toEqual({
        issueTs,
        expire,
        salt,
      });
      const known = inTypeOrder(claims.services).filter(({ type }) => type !== 'unknown');
      expect(reader.services.map(fromAgora)).toEqual(known.map(withoutEmptyResources));
      expect(reader.verifySignature(appCertificate)).toBe(true);
      expect(reader.verifySignature(secondaryCertificate)).toBe(false);
    });
  });

  test('encodes the same content, which decodeToken and verifyToken accept', () => {
    // It counts an unknown service as one.
    const services = formatClaims.map((claims) => ({
      ...claims,
      services: claims.services.map((service) => (service.type === 'unknown' ? { ...service, count: 1 } : service)),
    }));
    check(project, services, ({ appId, appCertificate }, claims) => {
      const writer = new agora.AccessToken2(appId, appCertificate, claims.issueTs, claims.expire);
      writer.issueTs = claims.issueTs;
      writer.salt = claims.salt;
      for (const service of claims.services) writer.add_service(toAgora(service));
      const token = writer.build();
      const ours = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      expect(hex(decodeToken(token).content)).toBe(hex(contentOfToken(ours)));
      expect(tokensEqual(token, ours)).toBe(true);
      const verified = verifyToken(token, appCertificate, { appId, now: claims.issueTs - 1 });
      expect(isDeepStrictEqual(verified, decodeToken(ours))).toBe(true);
    });
  });
});

function toAgora(service: Service): AgoraService | AgoraUnknownService {
  if (service.type === 'unknown') {
    const type = Buffer.alloc(2);
    type.writeUInt16LE(service.typeId);
    return { service_type: () => service.typeId, pack: () => Buffer.concat([type, service.body]) };
  }
  const known = withoutPrivileges(service);
  for (const [id, seconds] of Object.entries(service.privileges)) known.add_privilege(Number(id), seconds);
  return known;
}

function withoutPrivileges(service: Exclude<Service, { readonly type: 'unknown' }>): AgoraService {
  switch (service.type) {
    case 'rtc':
      return new agora.ServiceRtc(service.channelName, service.uid);
    case 'rtm':
      return new agora.ServiceRtm(service.userId);
    case 'streaming':
      return new agora.ServiceStreaming(service.channelName, service.account);
    case 'fpa':
      return new agora.ServiceFpa();
    case 'chat':
      return new agora.ServiceChat(service.userId);
    case 'fcdn':
      return new agora.ServiceFCdn(service.channelName, service.account);
    case 'apaas': {
      const apaas = new agora.ServiceApaas(service.roomUuid, service.userUuid, service.role);
      apaas.__role = service.role;
      return apaas;
    }
    case 'rtm2':
      return new agora.ServiceRtm2(service.userId, toAgoraPermissions(service.permissions));
    case 'convoai':
      return new agora.ServiceConvoAI();
    case 'stt':
      return new agora.ServiceStt();
  }
}

function toAgoraPermissions(byResource: accesstoken2.Permissions): AgoraPermissions {
  const all = new agora.Rtm2Permissions();
  for (const [resource, byPermission] of Object.entries(byResource)) {
    // A resource without permissions is written, too, but add() makes none.
    Object.assign(all.details, { [resource]: {} });
    for (const [permission, names] of Object.entries(byPermission)) {
      all.add(Number(resource), Number(permission), names);
    }
  }
  return all;
}

function fromAgora(service: AgoraService): Service {
  const privileges = service.__privileges;
  const channelName = stringOf(service.__channel_name);
  const account = stringOf(service.__account);
  const userId = stringOf(service.__user_id);
  switch (service.service_type()) {
    case 1:
      return { type: 'rtc', channelName, uid: stringOf(service.__uid), privileges };
    case 2:
      return { type: 'rtm', userId, privileges };
    case 3:
      return { type: 'streaming', channelName, account, privileges };
    case 4:
      return { type: 'fpa', privileges };
    case 5:
      return { type: 'chat', userId, privileges };
    case 6:
      return { type: 'fcdn', channelName, account, privileges };
    case 7: {
      const { __role: unsigned = 0 } = service;
      const role = unsigned < 0x8000 ? unsigned : unsigned - 0x1_0000;
      const [roomUuid, userUuid] = [stringOf(service.__room_uuid), stringOf(service.__user_uuid)];
      return { type: 'apaas', roomUuid, userUuid, role, privileges };
    }
    case 8:
      return { type: 'rtm2', userId, permissions: permissionsOf(service), privileges };
    case 9:
      return { type: 'convoai', privileges };
    default:
      return { type: 'stt', privileges };
  }
}

function withoutEmptyResources(service: Service): Service {
  if (service.type !== 'rtm2') return service;
  const resources = Object.entries(service.permissions).filter(([, map]) => Object.keys(map).length > 0);
  return { ...service, permissions: Object.fromEntries(resources) };
}

function stringOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

function permissionsOf(service: AgoraService): accesstoken2.Permissions {
  return service.__permissions?.details ?? {};
}

describe('the builders of npm agora-token', () => {
  const role = fc.constantFrom(1, 2);
  const uid = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 0xffff_ffff));
  const rtcLifetimes = [agoraPrivilegeExpire, agoraPrivilegeExpire, agoraPrivilegeExpire, agoraPrivilegeExpire];
  const rtm2Arguments = [
    agoraChannelName,
    agoraAccount,
    role,
    agoraExpire,
    ...rtcLifetimes,
    agoraUserId,
    agoraPrivilegeExpire,
  ];

  /** Their name, our name, and the arguments after App ID and certificate. */
  const BUILDERS = [
    builder('RtcTokenBuilder.buildTokenWithUid', 'buildTokenWithUid', [
      agoraChannelName,
      uid,
      role,
      agoraExpire,
      agoraPrivilegeExpire,
    ]),
    builder('RtcTokenBuilder.buildTokenWithUserAccount', 'buildTokenWithUserAccount', [
      agoraChannelName,
      agoraAccount,
      role,
      agoraExpire,
      agoraPrivilegeExpire,
    ]),
    builder('RtcTokenBuilder.buildTokenWithUidAndPrivilege', 'buildTokenWithUidAndPrivilege', [
      agoraChannelName,
      uid,
      agoraExpire,
      ...rtcLifetimes,
    ]),
    builder('RtcTokenBuilder.BuildTokenWithUserAccountAndPrivilege', 'buildTokenWithUserAccountAndPrivilege', [
      agoraChannelName,
      agoraAccount,
      agoraExpire,
      ...rtcLifetimes,
    ]),
    builder('RtcTokenBuilder.buildTokenWithRtm', 'buildTokenWithRtm', [
      agoraChannelName,
      agoraUserId,
      role,
      agoraExpire,
      agoraPrivilegeExpire,
    ]),
    builder('RtcTokenBuilder.buildTokenWithRtm2', 'buildTokenWithRtm2', rtm2Arguments),
    builder('RtmTokenBuilder.buildToken', 'buildRtmToken', [agoraUserId, agoraExpire]),
    builder('ChatTokenBuilder.buildUserToken', 'buildChatUserToken', [agoraChatUserId, agoraExpire]),
    builder('ChatTokenBuilder.buildAppToken', 'buildChatAppToken', [agoraExpire]),
    builder('FpaTokenBuilder.buildToken', 'buildFpaToken', []),
    builder('ApaasTokenBuilder.buildUserToken', 'buildApaasUserToken', [agoraUserId, agoraExpire]),
    builder('ApaasTokenBuilder.buildAppToken', 'buildApaasAppToken', [agoraExpire]),
    builder('EducationTokenBuilder.buildUserToken', 'buildApaasUserToken', [agoraUserId, agoraExpire]),
    builder('EducationTokenBuilder.buildAppToken', 'buildApaasAppToken', [agoraExpire]),
    builder('ConvoAITokenBuilder.buildToken', 'buildConvoAiToken', rtm2Arguments),
    builder('SttTokenBuilder.buildToken', 'buildSttToken', rtm2Arguments),
  ];

  function builder(
    theirs: AgoraPath,
    ours: keyof typeof accesstoken2,
    args: readonly fc.Arbitrary<unknown>[],
  ): { theirs: AgoraPath; ours: keyof typeof accesstoken2; args: readonly fc.Arbitrary<unknown>[] } {
    return { theirs, ours, args };
  }

  test.each(BUILDERS)('$theirs encodes the same content', ({ theirs, ours, args }) => {
    check(project, fc.tuple(...args), (of, given) => {
      const token = buildTheirs(theirs, of, given);
      expect(tokensEqual(token, buildOurs(ours, of, given, fixedAs(token)))).toBe(true);
      verifyToken(token, of.appCertificate, { appId: of.appId, now: decodeToken(token).issueTs });
    });
  });

  test('RtmTokenBuilder.buildTokenWithPermissions encodes the same content', () => {
    check(project, agoraUserId, permissions, agoraExpire, (of, userId, allowed, expire) => {
      const token = buildTheirs('RtmTokenBuilder.buildTokenWithPermissions', of, [
        userId,
        toAgoraPermissions(allowed),
        expire,
      ]);
      const ours = buildOurs('buildRtmTokenWithPermissions', of, [userId, allowed, expire], fixedAs(token));
      expect(tokensEqual(token, ours)).toBe(true);
      const { issueTs: now } = decodeToken(token);
      verifyToken(token, of.appCertificate, {
        appId: of.appId,
        service: 'rtm2',
        userId,
        privileges: [1],
        now,
      });
    });
  });

  test.each(['ApaasTokenBuilder', 'EducationTokenBuilder'] as const)(
    '%s.buildRoomUserToken encodes the same content without privilege 1',
    (builder) => {
      // Not 0, which that package turns into −1.
      const roomRole = fc.integer({ min: -0x8000, max: 0x7fff }).filter((value) => value !== 0);
      const args = fc.tuple(agoraChannelName, agoraUserId, roomRole, agoraExpire);
      check(project, args, (of, given) => {
        const token = buildTheirs(`${builder}.buildRoomUserToken`, of, given);
        const ours = buildOurs('buildApaasRoomUserToken', of, given, fixedAs(token));
        const { issueTs, expire, salt, services } = decodeToken(ours);
        const lacking = services.map((service) => {
          if (service.type !== 'apaas') return service;
          expect(service.privileges).toEqual({ 1: expire });
          return { ...service, privileges: {} };
        });
        const { appId, appCertificate } = of;
        const same = buildToken({ appId, appCertificate, issueTs, expire, salt, services: lacking });
        expect(decodeToken(token).services).toEqual(lacking);
        verifyToken(token, appCertificate, { appId, userId: given[1], now: issueTs });
        expect(tokensEqual(token, same)).toBe(true);
      });
    },
  );

  function buildTheirs(path: AgoraPath, { appId, appCertificate }: Project, args: readonly unknown[]): string {
    const [builder = '', method = ''] = path.split('.');
    const build = agoraBuilders[builder]?.[method];
    if (build === undefined) throw new Error(`agora-token has no ${path}`);
    return Reflect.apply(build, agoraBuilders[builder], [appId, appCertificate, ...args]);
  }

  function buildOurs(
    name: keyof typeof accesstoken2,
    { appId, appCertificate }: Project,
    args: readonly unknown[],
    options: BuildOptions,
  ): string {
    const build = accesstoken2[name] as (...all: readonly unknown[]) => string;
    return build(appId, appCertificate, ...args, options);
  }

  /** The issue time and salt that a builder chose. */
  function fixedAs(token: string): BuildOptions {
    const { issueTs, salt } = decodeToken(token);
    return { issueTs, salt };
  }
});
