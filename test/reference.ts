/**
 * A slow and plain implementation of version 007, written from its description, to compare the library with.
 *
 *     token       = "007" + base64( zlib( content ) )
 *     content     = str(signature) + signingInfo
 *     signingInfo = str(appId) + uint32 issueTs + uint32 expire + uint32 salt + uint16 count + services
 */
import { createHmac } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';

/** `{ [id]: seconds }` */
type Privileges = Readonly<Record<number, number>>;
/** `{ [resourceType]: { [permissionType]: names } }` */
type Permissions = Readonly<Record<number, Readonly<Record<number, readonly string[]>>>>;

export type ReferenceService =
  | {
      readonly type: 'rtc';
      readonly channelName: string;
      readonly uid: string;
      readonly privileges: Privileges;
    }
  | {
      readonly type: 'streaming' | 'fcdn';
      readonly channelName: string;
      readonly account: string;
      readonly privileges: Privileges;
    }
  | { readonly type: 'rtm' | 'chat'; readonly userId: string; readonly privileges: Privileges }
  | { readonly type: 'fpa' | 'convoai' | 'stt'; readonly privileges: Privileges }
  | {
      readonly type: 'apaas';
      readonly roomUuid: string;
      readonly userUuid: string;
      readonly role: number;
      readonly privileges: Privileges;
    }
  | {
      readonly type: 'rtm2';
      readonly userId: string;
      readonly permissions: Permissions;
      readonly privileges: Privileges;
    }
  | {
      readonly type: 'unknown';
      readonly typeId: number;
      readonly count: number;
      readonly body: Uint8Array;
    };

/** The claims of a token. */
export interface ReferenceClaims {
  readonly appId: string;
  readonly issueTs: number;
  readonly expire: number;
  readonly salt: number;
  readonly services: readonly ReferenceService[];
}

/** The claims of a token, and the certificate that signs it. */
export interface ReferenceRequest extends ReferenceClaims {
  readonly appCertificate: string;
}

/** A decoded token. */
export interface ReferenceToken extends ReferenceClaims {
  readonly signature: Buffer;
  readonly signingInfo: Buffer;
  readonly content: Buffer;
}

const TYPE_IDS = {
  rtc: 1,
  rtm: 2,
  streaming: 3,
  fpa: 4,
  chat: 5,
  fcdn: 6,
  apaas: 7,
  rtm2: 8,
  convoai: 9,
  stt: 10,
} as const;

export function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16LE(value);
  return bytes;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function str(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

/** Encodes a uint16 count, then each key and value, keys ascending. */
function map<Value>(entries: Readonly<Record<number, Value>>, write: (value: Value) => Buffer): Buffer {
  const keys = Object.keys(entries)
    .map(Number)
    .sort((a, b) => a - b);
  const parts = keys.map((key) => Buffer.concat([uint16(key), write(entries[key] as Value)]));
  return Buffer.concat([uint16(keys.length), ...parts]);
}

/** Encodes a service with its type. */
export function referenceService(service: ReferenceService): Buffer {
  if (service.type === 'unknown') return Buffer.concat([uint16(service.typeId), service.body]);
  const head = Buffer.concat([uint16(TYPE_IDS[service.type]), map(service.privileges, uint32)]);
  switch (service.type) {
    case 'rtc':
      return Buffer.concat([head, str(service.channelName), str(service.uid)]);
    case 'streaming':
    case 'fcdn':
      return Buffer.concat([head, str(service.channelName), str(service.account)]);
    case 'rtm':
    case 'chat':
      return Buffer.concat([head, str(service.userId)]);
    case 'fpa':
    case 'convoai':
    case 'stt':
      return head;
    case 'apaas':
      return Buffer.concat([head, str(service.roomUuid), str(service.userUuid), int16(service.role)]);
    case 'rtm2':
      return Buffer.concat([head, str(service.userId), permissions(service.permissions)]);
  }
}

function permissions(byResource: Permissions): Buffer {
  return map(byResource, (byPermission) =>
    map(byPermission, (names) => Buffer.concat([uint16(names.length), ...names.map(str)])),
  );
}

/** Sorts services by type, those of one type in the given order; an unknown service comes last. */
export function inTypeOrder<Service extends ReferenceService>(services: readonly Service[]): Service[] {
  const typeIdOf = (service: Service): number => (service.type === 'unknown' ? Infinity : TYPE_IDS[service.type]);
  return [...services].sort((a, b) => (typeIdOf(a) === typeIdOf(b) ? 0 : typeIdOf(a) - typeIdOf(b)));
}

/** Encodes the signed part of a content. */
export function referenceSigningInfo({ appId, issueTs, expire, salt, services }: ReferenceClaims): Buffer {
  let count = 0;
  for (const service of services) count += service.type === 'unknown' ? service.count : 1;
  return Buffer.concat([
    str(appId),
    uint32(issueTs),
    uint32(expire),
    uint32(salt),
    uint16(count),
    ...inTypeOrder(services).map(referenceService),
  ]);
}

/** Signs any bytes like those of a token with this issue time and salt. */
export function referenceSignature(
  appCertificate: string,
  issueTs: number,
  salt: number,
  signingInfo: Uint8Array,
): Buffer {
  const k1 = hmac(uint32(issueTs), Buffer.from(appCertificate, 'ascii'));
  const k2 = hmac(uint32(salt), k1);
  return hmac(k2, signingInfo);
}

function hmac(key: Buffer, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

/** Encodes the content of a token. */
export function referenceContent(request: ReferenceRequest): Buffer {
  const signingInfo = referenceSigningInfo(request);
  const { appCertificate, issueTs, salt } = request;
  return Buffer.concat([str(referenceSignature(appCertificate, issueTs, salt, signingInfo)), signingInfo]);
}

/** Encodes a token. */
export function referenceToken(request: ReferenceRequest): string {
  return tokenOfContent(referenceContent(request));
}

/** Encodes any bytes as the content of a token. */
export function tokenOfContent(content: Uint8Array): string {
  return tokenOfStream(deflateSync(content));
}

/** Encodes any bytes as the zlib stream of a token. */
export function tokenOfStream(stream: Uint8Array): string {
  return `007${Buffer.from(stream).toString('base64')}`;
}

/** Inflates a token; throws unless base64 and zlib stream are valid and canonical. */
export function contentOfToken(token: string): Buffer {
  const text = token.slice(3);
  const stream = Buffer.from(text, 'base64');
  if (!token.startsWith('007')) throw new Error('not version 007');
  if (stream.toString('base64') !== text) throw new Error('not canonical base64');
  const { buffer, engine } = inflateSync(stream, {
    info: true,
    maxOutputLength: 2 ** 20,
  }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
  if (engine.bytesWritten !== stream.length) throw new Error('bytes after the zlib stream');
  return buffer;
}

/** Decodes a token; throws unless it is valid. */
export function referenceDecode(token: string): ReferenceToken {
  const content = contentOfToken(token);
  const signature = content.subarray(2, 2 + content.readUInt16LE(0));
  const signingInfo = content.subarray(2 + content.readUInt16LE(0));
  const reader = new Reader(signingInfo);
  const appId = reader.str();
  const issueTs = reader.uint32();
  const expire = reader.uint32();
  const salt = reader.uint32();
  const services = reader.services(reader.uint16());
  if (reader.rest.length > 0) throw new Error('bytes after the last service');
  return { appId, issueTs, expire, salt, services, signature, signingInfo, content };
}

/** Tells whether a token is valid and signed with the certificate. */
export function referenceVerifies(token: string, appCertificate: string): boolean {
  let decoded: ReferenceToken;
  try {
    decoded = referenceDecode(token);
  } catch {
    return false;
  }
  const { appId, issueTs, salt, signature, signingInfo } = decoded;
  const expected = referenceSignature(appCertificate, issueTs, salt, signingInfo);
  return /^[0-9a-f]{32}$/iu.test(appId) && expected.equals(signature);
}

/** Reads values from the front. */
class Reader {
  rest: Buffer;

  constructor(bytes: Buffer) {
    this.rest = bytes;
  }

  bytes(length: number): Buffer {
    if (length > this.rest.length) throw new Error('ends early');
    const bytes = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return bytes;
  }

  uint16(): number {
    return this.bytes(2).readUInt16LE();
  }

  int16(): number {
    return this.bytes(2).readInt16LE();
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }

  str(): string {
    const bytes = this.bytes(this.uint16());
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Error('not UTF-8');
    return text;
  }

  map<Value>(read: () => Value): Record<number, Value> {
    const entries: Record<number, Value> = {};
    for (let left = this.uint16(); left > 0; left--) {
      const key = this.uint16();
      if (Object.hasOwn(entries, key)) throw new Error('duplicate key');
      entries[key] = read();
    }
    return entries;
  }

  names(): string[] {
    const names: string[] = [];
    for (let left = this.uint16(); left > 0; left--) names.push(this.str());
    return names;
  }

  services(count: number): ReferenceService[] {
    const services: ReferenceService[] = [];
    while (services.length < count) {
      const typeId = this.uint16();
      if (typeId < 1 || typeId > 10) {
        const body = Uint8Array.from(this.bytes(this.rest.length));
        return [...services, { type: 'unknown', typeId, count: count - services.length, body }];
      }
      services.push(this.service(typeId));
    }
    return services;
  }

  service(typeId: number): ReferenceService {
    const privileges = this.map(() => this.uint32());
    switch (typeId) {
      case 1:
        return { type: 'rtc', privileges, channelName: this.str(), uid: this.str() };
      case 2:
        return { type: 'rtm', privileges, userId: this.str() };
      case 3:
        return { type: 'streaming', privileges, channelName: this.str(), account: this.str() };
      case 4:
        return { type: 'fpa', privileges };
      case 5:
        return { type: 'chat', privileges, userId: this.str() };
      case 6:
        return { type: 'fcdn', privileges, channelName: this.str(), account: this.str() };
      case 7:
        return {
          type: 'apaas',
          privileges,
          roomUuid: this.str(),
          userUuid: this.str(),
          role: this.int16(),
        };
      case 8:
        return {
          type: 'rtm2',
          privileges,
          userId: this.str(),
          permissions: this.map(() => this.map(() => this.names())),
        };
      case 9:
        return { type: 'convoai', privileges };
      case 10:
        return { type: 'stt', privileges };
      default:
        throw new Error(`unknown type ${typeId}`);
    }
  }
}
