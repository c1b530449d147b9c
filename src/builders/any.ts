/** The builder for any combination of services, which are plain objects. */
import { BUILD_OPTIONS, type BuildOptions, type UnsignedToken, projectOf } from '../build-options.js';
import { utf8Length } from '../codec/utf8.js';
import { throwArgument, throwArgumentProblem } from '../errors.js';
import type { Limits } from '../limits.js';
import { type Permissions, parsePermissions } from '../permissions.js';
import { parsePrivileges } from '../privileges.js';
import {
  type Field,
  type KnownService,
  type Service,
  type ServiceName,
  type UnknownService,
  fieldsOf,
  parseServiceName,
  serviceNameOf,
} from '../services.js';
import { HEADER_LENGTH, MAX_CONTENT_LENGTH } from '../token.js';
import * as validate from '../validate.js';
import { parseApaasRole } from './arguments.js';

/** The argument of {@link buildToken}. Exported for code that creates it elsewhere. */
export interface BuildTokenOptions extends BuildOptions {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** The lifetime of the token, 1…86400 seconds. */
  readonly expire: number;
  /** At least one service, in any order. */
  readonly services: readonly Service[];
}

const BUILD_TOKEN_OPTIONS = ['appId', 'appCertificate', 'expire', 'services', ...BUILD_OPTIONS];

/**
 * Mints a token for any combination of services.
 *
 * Services are sorted by type number; services of the same type keep their order.
 * @param options - App ID and certificate (32 hex digits each), the lifetime (1…86400 seconds), the services, and the
 * options that every builder accepts.
 * @throws {@link AccessTokenError} Any {@link ArgumentErrorCode}; `argument` is the path, such as `services[0].uid`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`
 * @example
 * ```ts
 * import { RtcPrivilege, RtmPrivilege, buildToken } from 'accesstoken2';
 * const token = buildToken({
 *   appId,
 *   appCertificate,
 *   expire: 3600,
 *   services: [
 *     { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { [RtcPrivilege.JoinChannel]: 3600 } },
 *     { type: 'rtm', userId: 'alice', privileges: { [RtmPrivilege.Login]: 3600 } },
 *   ],
 * });
 * ```
 */
export function buildToken(options: BuildTokenOptions): UnsignedToken {
  const properties = validate.parseOptions(options, BUILD_TOKEN_OPTIONS);
  const appId = validate.parseAppId(properties.get('appId'), 'appId');
  const appCertificate = validate.parseAppCertificate(properties.get('appCertificate'), 'appCertificate');
  const project = projectOf(appId, appCertificate, properties);
  const expire = project.limits.tokenExpire(properties.get('expire'), 'expire');
  return { project, expire, services: parseServices(properties.get('services'), project.limits) };
}

function parseServices(value: unknown, limits: Limits): readonly Service[] {
  const entries = validate.parseArray(value, 'services', 'ERR_SERVICE', 'an array of services');
  if (entries.length === 0) {
    const problem = 'expected at least one service, got none';
    throwArgumentProblem('ERR_SERVICE', 'services', problem, 'name what the token is for');
  }
  const budget = validate.byteBudget(MAX_CONTENT_LENGTH, 'services');
  budget(HEADER_LENGTH);
  const services = entries.map((entry, index) => parseService(entry, `services[${index}]`, limits, budget));
  services.forEach((service, index) => {
    if (service.type === 'unknown') assertLast(service, index, services.length);
  });
  return services;
}

/** Rejects a service after an unknown one, which extends to the end of the content. */
function assertLast({ count }: UnknownService, index: number, length: number): void {
  const path = `services[${index}]`;
  if (index < length - 1) {
    const problem = 'an unknown service has to be the last one';
    throwArgumentProblem('ERR_SERVICE', path, problem, 'move it to the end');
  }
  if (index + count > validate.UINT16_MAX) {
    const problem = `expected at most ${validate.UINT16_MAX} services in all, got more`;
    throwArgumentProblem('ERR_SERVICE', `${path}.count`, problem, 'it is how many services the body covers');
  }
}

function parseService(value: unknown, path: string, limits: Limits, budget: validate.ByteBudget): Service {
  budget(2);
  const properties = validate.parseObject(value, path, 'ERR_SERVICE', 'a service such as { type: "rtc", … }');
  const type = properties.get('type');
  return type === 'unknown'
    ? parseUnknownService(properties, path, budget)
    : parseKnownService(parseServiceName(type, `${path}.type`), properties, path, limits, budget);
}

function parseKnownService(
  type: ServiceName,
  properties: validate.Properties,
  path: string,
  limits: Limits,
  budget: validate.ByteBudget,
): KnownService {
  const pathOf = (name: string): string => `${path}.${name}`;
  const fields = fieldsOf(type);
  const known = ['type', ...fields.map(({ name }) => name), 'privileges'];
  validate.rejectUnknown(properties, known, 'ERR_SERVICE', pathOf);
  const privileges = parsePrivileges(properties.get('privileges'), pathOf('privileges'), limits, budget);
  const service: Record<string, unknown> = { type };
  for (const { name, field } of fields) {
    service[name] = parseField(field, properties.get(name), pathOf(name), limits, budget);
  }
  service['privileges'] = privileges;
  return service as unknown as KnownService; // the layout table lists exactly the fields of this service
}

export function parseField(
  field: Field,
  value: unknown,
  argument: string,
  limits: Limits,
  budget: validate.ByteBudget,
): string | number | Permissions {
  switch (field.kind) {
    case 'str': {
      const isEmpty = value === '' && field.mayBeEmpty;
      const text = isEmpty ? value : limits[field.limit](value, argument, field.code);
      budget(2 + utf8Length(text));
      return text;
    }
    case 'int16':
      budget(2);
      return parseApaasRole(value, argument);
    case 'permissions':
      return parsePermissions(value, argument, budget);
  }
}

function parseUnknownService(
  properties: validate.Properties,
  path: string,
  budget: validate.ByteBudget,
): UnknownService {
  const pathOf = (name: string): string => `${path}.${name}`;
  validate.rejectUnknown(properties, ['type', 'typeId', 'count', 'body'], 'ERR_SERVICE', pathOf);
  const typeIdHint = 'it is the number of the service type';
  const typeId = validate.parseUint16(properties.get('typeId'), pathOf('typeId'), 'ERR_SERVICE', typeIdHint);
  const known = serviceNameOf(typeId);
  if (known !== undefined) {
    const hint = `use { type: '${known}', … }`;
    throwArgumentProblem('ERR_SERVICE', pathOf('typeId'), `${typeId} is known`, hint);
  }
  const count = validate.parseInteger(properties.get('count'), pathOf('count'), {
    code: 'ERR_SERVICE',
    min: 1,
    max: validate.UINT16_MAX,
    hint: 'it is how many services the body covers',
  });
  return { type: 'unknown', typeId, count, body: parseBytes(properties.get('body'), pathOf('body'), budget) };
}

const TYPED_ARRAY_PROTOTYPE: object = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Reads an internal slot, which cannot be forged and works for arrays from any realm. */
function isUint8Array(value: unknown): value is Uint8Array {
  return Reflect.get(TYPED_ARRAY_PROTOTYPE, Symbol.toStringTag, value) === 'Uint8Array';
}

function parseBytes(value: unknown, argument: string, budget: validate.ByteBudget): Uint8Array {
  if (!isUint8Array(value)) {
    throwArgument('ERR_SERVICE', argument, 'a Uint8Array', value, 'pass the bytes as decodeToken gives them');
  }
  // Read the internal length, because a subclass may override the property.
  budget(Number(Reflect.get(TYPED_ARRAY_PROTOTYPE, 'length', value)));
  try {
    return new Uint8Array(value);
  } catch {
    throwArgumentProblem('ERR_SERVICE', argument, 'cannot be read: its buffer was transferred', 'pass a copy');
  }
}
