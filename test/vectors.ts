/** The files of `vectors/`, typed. */
import { readFileSync, readdirSync } from 'node:fs';
import type { BuildOptions, BuildToken006Options, Service } from '../src/index.js';
import * as accesstoken2 from '../src/index.js';

export interface BuilderVector {
  readonly id: number;
  readonly comment: string;
  readonly builder: string;
  readonly args: Readonly<Record<string, unknown>> & {
    readonly appId: string;
    readonly appCertificate: string;
  };
  readonly issueTs: number;
  readonly salt: number;
  readonly expire: number;
  readonly services: readonly JsonService[];
  readonly content: string;
  readonly token: string;
  readonly beyondLimits?: readonly string[];
  /** Why our builder signs another content. */
  readonly decodeOnly?: string;
}

export interface ServicesVector {
  readonly id: number;
  readonly comment: string;
  readonly appId: string;
  readonly appCertificate: string;
  readonly issueTs: number;
  readonly expire: number;
  readonly salt: number;
  readonly services: readonly JsonService[];
  readonly decoded?: readonly JsonService[];
  readonly content: string;
  readonly token: string;
}

export interface BrokenVector {
  readonly id: number;
  readonly comment: string;
  readonly appCertificate: string;
  readonly now: number;
  readonly token: string;
  readonly verdict: 'valid' | 'invalid';
}

export type LiteralVector = {
  readonly id: number;
  readonly comment: string;
  readonly signatureVerifies: boolean | null;
  readonly token: string;
} & (
  | {
      readonly version: '007';
      readonly inputs: {
        readonly appId: string;
        readonly appCertificate: string | null;
        readonly issueTs: number;
        readonly expire: number;
        readonly salt: number;
        readonly services: readonly JsonService[];
      };
      readonly content: string;
    }
  | { readonly version: '006'; readonly inputs: BuildToken006Options & { readonly salt: number } }
);

export interface LegacyVector {
  readonly id: number;
  readonly comment: string;
  readonly builder: string;
  readonly args: {
    readonly appId: string;
    readonly appCertificate: string;
    readonly channelName?: string;
    readonly uid?: number | string;
    readonly account?: string;
  };
  readonly salt: number;
  readonly ts: number;
  readonly privileges: Readonly<Record<number, number>>;
  readonly crcChannelName: number;
  readonly crcUid: number;
  readonly signature: string;
  readonly token: string;
}

export type VectorFile = { readonly file: string } & (
  | { readonly kind: 'builders'; readonly vectors: readonly BuilderVector[] }
  | { readonly kind: 'services'; readonly vectors: readonly ServicesVector[] }
  | { readonly kind: 'broken'; readonly vectors: readonly BrokenVector[] }
  | { readonly kind: 'literals'; readonly vectors: readonly LiteralVector[] }
  | { readonly kind: 'access-token-006'; readonly vectors: readonly LegacyVector[] }
);

/** A service in JSON; the body of an unknown service is hex. */
type JsonService = Record<string, unknown>;

const FOLDER = new URL('../vectors/', import.meta.url);

/** Reads all files of vectors. */
export function vectorFiles(): readonly VectorFile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as object) }) as VectorFile);
}

/** Converts services from JSON. */
export function fromJson(services: readonly JsonService[]): Service[] {
  return services.map((service) =>
    service['type'] === 'unknown' ? { ...service, body: bytesOf(String(service['body'])) } : service,
  ) as unknown as Service[];
}

/** Decodes hex. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** Encodes bytes in hex. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const FOUR = [
  'joinChannelPrivilegeExpire',
  'pubAudioPrivilegeExpire',
  'pubVideoPrivilegeExpire',
  'pubDataStreamPrivilegeExpire',
];
const RTM2 = ['channelName', 'rtcAccount', 'rtcRole', 'rtcTokenExpire', ...FOUR, 'rtmUserId', 'rtmTokenExpire'];
const APAAS_ROOM_USER = ['roomUuid', 'userUuid', 'role', 'expire'];

/** Our function for each builder of the vectors, and its arguments after App ID and certificate. */
const BUILDERS: Readonly<Record<string, readonly [name: keyof typeof accesstoken2, ...argumentNames: string[]]>> = {
  buildTokenWithUid: ['buildTokenWithUid', 'channelName', 'uid', 'role', 'tokenExpire', 'privilegeExpire'],
  buildTokenWithUserAccount: [
    'buildTokenWithUserAccount',
    'channelName',
    'account',
    'role',
    'tokenExpire',
    'privilegeExpire',
  ],
  buildTokenWithUidAndPrivilege: ['buildTokenWithUidAndPrivilege', 'channelName', 'uid', 'tokenExpire', ...FOUR],
  buildTokenWithUserAccountAndPrivilege: [
    'buildTokenWithUserAccountAndPrivilege',
    'channelName',
    'account',
    'tokenExpire',
    ...FOUR,
  ],
  buildTokenWithRtm: ['buildTokenWithRtm', 'channelName', 'account', 'role', 'tokenExpire', 'privilegeExpire'],
  buildTokenWithRtm2: ['buildTokenWithRtm2', ...RTM2],
  'rtm.buildToken': ['buildRtmToken', 'userId', 'expire'],
  'rtm.buildTokenWithPermissions': ['buildRtmTokenWithPermissions', 'userId', 'permissions', 'expire'],
  'chat.buildUserToken': ['buildChatUserToken', 'userUuid', 'expire'],
  'chat.buildAppToken': ['buildChatAppToken', 'expire'],
  'fpa.buildToken': ['buildFpaToken'],
  'apaas.buildRoomUserToken': ['buildApaasRoomUserToken', ...APAAS_ROOM_USER],
  'apaas.buildUserToken': ['buildApaasUserToken', 'userUuid', 'expire'],
  'apaas.buildAppToken': ['buildApaasAppToken', 'expire'],
  'education.buildRoomUserToken': ['buildApaasRoomUserToken', ...APAAS_ROOM_USER],
  'education.buildUserToken': ['buildApaasUserToken', 'userUuid', 'expire'],
  'education.buildAppToken': ['buildApaasAppToken', 'expire'],
  'convoai.buildToken': ['buildConvoAiToken', ...RTM2],
  'stt.buildToken': ['buildSttToken', ...RTM2],
};

/** Mints the token of a vector with our function. */
export function buildVector(vector: BuilderVector, options: BuildOptions): string {
  return buildVectorBy(accesstoken2, vector, options) as string;
}

/** Mints the token of a vector with the function of an entry, which may return a promise. */
export function buildVectorBy(entry: object, { builder, args }: BuilderVector, options: BuildOptions): unknown {
  const [name, ...argumentNames] = BUILDERS[builder] ?? [];
  const values = ['appId', 'appCertificate', ...argumentNames].map((argument) => {
    if (!Object.hasOwn(args, argument)) throw new Error(`${builder}: the vector has no ${argument}`);
    return args[argument];
  });
  if (values.length !== Object.keys(args).length) throw new Error(`${builder}: the vector has more arguments`);
  const build: unknown = name === undefined ? undefined : Reflect.get(entry, name);
  if (typeof build !== 'function') throw new Error(`no function for ${builder}`);
  return (build as (...all: unknown[]) => unknown)(...values, options);
}
