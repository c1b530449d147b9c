/**
 * From services as a caller gives them, plain data that may be anything, to services that can be signed.
 */
import {
  type IdMapWords,
  type Properties,
  UINT16_MAX,
  refuseUnknown,
  takeAppCertificate,
  takeAppId,
  takeArray,
  takeIdMap,
  takeInteger,
  takeObject,
  takeOptions,
  takeText,
} from './arguments.js';
import { utf8Length } from './codec/utf8.js';
import { refuse, refuseAs } from './errors.js';
import type { Limits } from './limits.js';
import { BUILD_OPTIONS, type MintRequest, projectOf, requestOf } from './mint.js';
import type { Permissions, Privileges } from './privileges.js';
import {
  type Field,
  type KnownService,
  type Service,
  type ServiceName,
  type UnknownService,
  LAYOUTS,
  fieldsOf,
  serviceNameOf,
  takeServiceName,
  typeIdOf,
  wasUnpacked,
} from './services.js';
import { MAX_CONTENT_LENGTH } from './token.js';

const REQUEST = ['appId', 'appCertificate', 'expire', 'services', ...BUILD_OPTIONS];

/** Takes the argument of `buildToken`. */
export function takeMintRequest(value: unknown): MintRequest {
  const properties = takeOptions(value, REQUEST);
  const appId = takeAppId(properties.get('appId'), 'appId');
  const appCertificate = takeAppCertificate(properties.get('appCertificate'), 'appCertificate');
  const project = projectOf(appId, appCertificate, properties);
  const expire = project.limits.tokenExpire(properties.get('expire'), 'expire');
  return requestOf(project, expire, takeServices(properties.get('services'), project.limits));
}

function takeServices(value: unknown, limits: Limits): readonly Service[] {
  const entries = takeArray(value, 'services', 'ERR_SERVICE', 'an array of services');
  if (entries.length === 0) {
    refuseAs(
      'ERR_SERVICE',
      'services',
      'expected at least one service, got none',
      'name what the token is for',
    );
  }
  const spend = spendUpTo(MAX_CONTENT_LENGTH, 'services');
  const services = entries.map((entry, index) => takeService(entry, `services[${index}]`, limits, spend));
  refuseHidden(services, entries);
  return services;
}

/** An unknown service runs to the end of the token, so nothing may come after it, in the list or in the bytes. */
function refuseHidden(services: readonly Service[], entries: readonly unknown[]): void {
  for (const [index, service] of services.entries()) {
    if (service.type !== 'unknown') continue;
    const argument = `services[${index}]`;
    if (index < services.length - 1) {
      refuseAs('ERR_SERVICE', argument, 'an unknown service has to be the last one', 'move it to the end');
    }
    const { typeId, count } = service;
    if (services.some((other) => typeIdOf(other) > typeId) && !wasUnpacked(entries[index])) {
      const fault = `type ${typeId} sorts before another, but would have to come last`;
      refuseAs('ERR_SERVICE', argument, fault, 'put what follows it in the order of types into its body');
    }
    if (index + count > UINT16_MAX) {
      const fault = `expected at most ${UINT16_MAX} services in all, got more`;
      refuseAs('ERR_SERVICE', `${argument}.count`, fault, 'it is how many services the body covers');
    }
  }
}

function takeService(value: unknown, path: string, limits: Limits, spend: Spend): Service {
  spend(4);
  const pathOf = (name: string): string => `${path}.${name}`;
  const properties = takeObject(value, path, 'ERR_SERVICE', 'a service such as { type: "rtc", … }');
  const type = properties.get('type');
  if (type === 'unknown') return takeUnknownService(properties, pathOf, spend);
  return takeKnownService(takeServiceName(type, pathOf('type')), properties, pathOf, limits, spend);
}

function takeKnownService(
  type: ServiceName,
  properties: Properties,
  pathOf: (name: string) => string,
  limits: Limits,
  spend: Spend,
): KnownService {
  const { fields } = LAYOUTS[type];
  refuseUnknown(properties, ['type', ...Object.keys(fields), 'privileges'], 'ERR_SERVICE', pathOf);
  const privileges = takePrivileges(properties.get('privileges'), pathOf('privileges'), limits, spend);
  // All properties are its own from the beginning, so that putting values there reaches no setter of a prototype.
  const service: Record<string, unknown> = { type, ...fields, privileges };
  for (const field of fieldsOf(type)) {
    service[field.name] = takeField(properties.get(field.name), pathOf(field.name), field, limits, spend);
  }
  // The type of `LAYOUTS` holds its fields to those of the service.
  return service as unknown as KnownService;
}

function takeField(
  value: unknown,
  argument: string,
  field: Field,
  limits: Limits,
  spend: Spend,
): string | number | Permissions {
  switch (field.wire) {
    case 'str': {
      if (field.mayBeEmpty && value === '') return value;
      const text = limits.text[field.limit](value, argument, field.code);
      spend(2 + utf8Length(text));
      return text;
    }
    case 'int16':
      return takeApaasRole(value, argument);
    case 'permissions':
      return takePermissions(value, argument, spend);
  }
}

/** Takes an APaaS role, which the format has as a signed 16-bit integer. */
export function takeApaasRole(value: unknown, argument: string): number {
  const wayOut = 'use the role that the room defines, -1 for none';
  return takeInteger(value, argument, { code: 'ERR_ROLE', min: -0x8000, max: 0x7fff, wayOut });
}

const PRIVILEGES: IdMapWords = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object that maps privilege ids to seconds',
  example: 'RtcPrivilege.JoinChannel',
};

function takePrivileges(value: unknown, argument: string, limits: Limits, spend: Spend): Privileges {
  return takeIdMap(value, argument, PRIVILEGES, (seconds, id) => {
    spend(6);
    return limits.privilegeExpire(seconds, `${argument}[${id}]`);
  });
}

const RESOURCES: IdMapWords = {
  code: 'ERR_PERMISSIONS',
  expected: 'an object { [resourceType]: { [permissionType]: names } }',
  example: 'Rtm2Resource.MessageChannels',
};

const PERMISSIONS: IdMapWords = {
  code: 'ERR_PERMISSIONS',
  expected: 'an object { [permissionType]: names }',
  example: 'Rtm2Permission.Read',
};

/** Takes RTM2 permissions. */
export function takePermissions(
  value: unknown,
  argument: string,
  spend: Spend = spendUpTo(MAX_CONTENT_LENGTH, argument),
): Permissions {
  return takeIdMap(value, argument, RESOURCES, (permissions, resource) => {
    spend(4);
    const path = `${argument}[${resource}]`;
    return takeIdMap(permissions, path, PERMISSIONS, (names, permission) => {
      spend(4);
      return takeNames(names, `${path}[${permission}]`, spend);
    });
  });
}

function takeNames(value: unknown, argument: string, spend: Spend): readonly string[] {
  const names = takeArray(value, argument, 'ERR_PERMISSIONS', 'an array of names');
  return names.map((name, index) => {
    const text = takeText(name, `${argument}[${index}]`, 'ERR_PERMISSIONS');
    spend(2 + utf8Length(text));
    return text;
  });
}

function takeUnknownService(
  properties: Properties,
  pathOf: (name: string) => string,
  spend: Spend,
): UnknownService {
  refuseUnknown(properties, ['type', 'typeId', 'count', 'body'], 'ERR_SERVICE', pathOf);
  const typeId = takeInteger(properties.get('typeId'), pathOf('typeId'), {
    code: 'ERR_SERVICE',
    min: 0,
    max: UINT16_MAX,
    wayOut: 'it is the number of the service type',
  });
  const known = serviceNameOf(typeId);
  if (known !== undefined) {
    refuseAs('ERR_SERVICE', pathOf('typeId'), `${typeId} is known`, `use { type: '${known}', … }`);
  }
  const count = takeInteger(properties.get('count'), pathOf('count'), {
    code: 'ERR_SERVICE',
    min: 1,
    max: UINT16_MAX,
    wayOut: 'it is how many services the body covers',
  });
  return { type: 'unknown', typeId, count, body: takeBytes(properties.get('body'), pathOf('body'), spend) };
}

const TYPED_ARRAY_PROTOTYPE: object = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Reads an internal slot, so that it holds for an array of any realm and cannot be forged. */
function isUint8Array(value: unknown): value is Uint8Array {
  return Reflect.get(TYPED_ARRAY_PROTOTYPE, Symbol.toStringTag, value) === 'Uint8Array';
}

/** Takes bytes, into an array of their own. */
function takeBytes(value: unknown, argument: string, spend: Spend): Uint8Array {
  if (!isUint8Array(value)) {
    refuse('ERR_SERVICE', argument, 'a Uint8Array', value, 'pass the bytes as decodeToken gives them');
  }
  // As above, whatever a subclass says its length is.
  spend(Number(Reflect.get(TYPED_ARRAY_PROTOTYPE, 'length', value)));
  try {
    return new Uint8Array(value);
  } catch {
    refuseAs('ERR_SERVICE', argument, 'cannot be read: its buffer was transferred', 'pass a copy');
  }
}

/** Counts bytes that a content will have, and refuses what is too much. */
type Spend = (bytes: number) => void;

/** Bounds a content while it is taken, since the same object given many times is as large as many. */
function spendUpTo(limit: number, argument: string): Spend {
  let left = limit;
  return (bytes) => {
    left -= bytes;
    if (left >= 0) return;
    const fault = `the token cannot hold it: more than ${limit} bytes in all`;
    refuseAs('ERR_SERVICE', argument, fault, 'spread it over several tokens');
  };
}
