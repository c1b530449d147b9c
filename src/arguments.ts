/**
 * What an argument has to be whatever its limits are: App ID and certificate, integers, well-formed texts, plain
 * objects and arrays. An object is read once, and only its own properties are, so that neither a getter nor a
 * changed prototype can make what is signed differ from what was checked.
 */
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, refuse, refuseAs, shown, shownName } from './errors.js';
import { listOf, setOwn } from './own.js';

/** The largest unsigned 32-bit integer. */
export const UINT32_MAX = 0xffff_ffff;
/** The largest unsigned 16-bit integer; a text has at most so many bytes, a list at most so many entries. */
export const UINT16_MAX = 0xffff;

/** Tells whether a text has the form of an App ID or a certificate. */
export function isHex32(text: string): boolean {
  return /^[\dA-Fa-f]{32}$/u.test(text);
}

/** Takes an App ID: 32 hex digits, in the letter case that is given. */
export function takeAppId(value: unknown, argument: string): string {
  return takeHex32(value, argument, 'ERR_APP_ID', "copy the project's App ID from Agora Console");
}

/** Takes an App certificate: 32 hex digits, in the letter case that is given. */
export function takeAppCertificate(value: unknown, argument: string): string {
  const source = "copy the project's primary or secondary certificate from Agora Console";
  return takeHex32(value, argument, 'ERR_APP_CERTIFICATE', source);
}

/** Either of the two could be a certificate in the wrong place, so that no part of the value is shown. */
function takeHex32(value: unknown, argument: string, code: ArgumentErrorCode, source: string): string {
  if (typeof value === 'string' && isHex32(value)) return value;
  const [got, wayOut] = hex32Fault(value, source);
  refuseAs(code, argument, `expected 32 hex digits, got ${got}`, wayOut);
}

function hex32Fault(value: unknown, source: string): readonly [got: string, wayOut: string] {
  if (value === undefined || value === null || value === '') {
    return [value === '' ? 'an empty text' : String(value), `${source}; is its environment variable set?`];
  }
  if (typeof value === 'number' || typeof value === 'bigint') return ['a number', `${source}, as text`];
  if (typeof value !== 'string') return [shown(value), source];
  const bare = value.trim();
  if (isHex32(bare)) return ['white space around them', 'remove it, for example with trim()'];
  const unquoted = bare.replace(/^(["'`])(.*)\1$/su, '$2').trim();
  if (isHex32(unquoted)) return ['quotes around them', 'remove the quotes'];
  const characters = value.length === 1 ? '1 character' : `${value.length} characters`;
  return [value.length === 32 ? 'other characters among them' : characters, source];
}

/** The bounds of an integer, and what to say when a value is not within them. */
export interface IntegerBounds {
  readonly code: ArgumentErrorCode;
  readonly min: number;
  readonly max: number;
  readonly wayOut: string;
}

/** Takes an integer within bounds. −0 is refused: it comes from a calculation that went wrong. */
export function takeInteger(value: unknown, argument: string, bounds: IntegerBounds): number {
  const { code, min, max, wayOut } = bounds;
  if (
    Number.isInteger(value) &&
    typeof value === 'number' &&
    value >= min &&
    value <= max &&
    !Object.is(value, -0)
  ) {
    return value;
  }
  refuse(code, argument, `an integer from ${min} to ${max}`, value, wayOut);
}

/** Takes a text that the format can hold: well-formed Unicode of at most 65,535 bytes of UTF-8. */
export function takeText(value: unknown, argument: string, code: ArgumentErrorCode): string {
  if (typeof value !== 'string') refuse(code, argument, 'a text', value, 'pass it as a string');
  // A UTF-16 unit takes at least one byte, so a longer text need not be read to be refused.
  if (value.length > UINT16_MAX || utf8Length(value) > UINT16_MAX) {
    refuseAs(code, argument, `expected at most ${UINT16_MAX} bytes of UTF-8, got more`, 'shorten it');
  }
  if (!value.isWellFormed()) {
    refuse(code, argument, 'well-formed Unicode', value, 'it holds half of a surrogate pair: was it cut?');
  }
  return value;
}

/** Takes a boolean option. */
export function takeBoolean(value: unknown, argument: string): boolean {
  if (typeof value === 'boolean') return value;
  refuse('ERR_OPTIONS', argument, 'true or false', value, 'leave it out for false');
}

/** The own properties of an object, each read once. */
export type Properties = ReadonlyMap<string, unknown>;

/** Writes the path of a property, such as `services[0].uid`. */
type PathOf = (name: string) => string;

/**
 * Takes a plain object and reads each of its own properties once.
 *
 * An object with a prototype of its own is refused, since what it inherits would go unseen.
 */
export function takeObject(
  value: unknown,
  argument: string,
  code: ArgumentErrorCode,
  expected: string,
  pathOf: PathOf = (name) => `${argument}.${name}`,
): Properties {
  assertPlainObject(value, argument, code, expected);
  const properties = new Map<string, unknown>();
  for (const name of ownNames(value, argument, code)) {
    properties.set(name, readProperty(value, name, pathOf, code));
  }
  return properties;
}

function assertPlainObject(
  value: unknown,
  argument: string,
  code: ArgumentErrorCode,
  expected: string,
): asserts value is object {
  if (isPlainObject(value)) return;
  refuse(code, argument, expected, value, 'pass a plain object, written as { … }');
}

function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  try {
    if (Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!isObject(prototype) || prototype === Object.prototype) return true;
    // The Object.prototype of any realm: it has no prototype, and defines this method.
    return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
  } catch {
    return false; // a proxy that refuses to be looked at
  }
}

function ownNames(value: object, argument: string, code: ArgumentErrorCode): readonly string[] {
  try {
    // Reflect.ownKeys would list both, and take twice as long.
    if (Object.getOwnPropertySymbols(value).length === 0) return Object.getOwnPropertyNames(value);
  } catch {
    refuseAs(code, argument, 'cannot be read: listing its properties threw', 'pass plain data');
  }
  refuseAs(code, argument, 'has a property named by a symbol', 'leave it out');
}

function readProperty(value: object, key: string | number, pathOf: PathOf, code: ArgumentErrorCode): unknown {
  try {
    return Object.hasOwn(value, key) ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined;
  } catch {
    refuseAs(code, pathOf(shownName(String(key))), 'cannot be read: reading it threw', 'pass plain data');
  }
}

/** Returns a property, or what stands for it if it is left out. */
export function propertyOr(properties: Properties, name: string, leftOut: unknown): unknown {
  const value = properties.get(name);
  return value === undefined ? leftOut : value;
}

/** Refuses properties that are not among those known. */
export function refuseUnknown(
  properties: Properties,
  known: readonly string[],
  code: ArgumentErrorCode,
  pathOf: PathOf,
): void {
  for (const key of properties.keys()) {
    if (known.includes(key)) continue;
    refuseAs(code, pathOf(shownName(key)), 'unknown property', `known are ${known.join(', ')}`);
  }
}

/** Takes an object of options that are named to the caller by their names alone. */
export function takeOptions(value: unknown, known: readonly string[]): Properties {
  const pathOf: PathOf = (name) => name;
  const properties = takeObject(value, 'options', 'ERR_OPTIONS', 'an object of options', pathOf);
  refuseUnknown(properties, known, 'ERR_OPTIONS', pathOf);
  return properties;
}

/** Takes an array and reads each of its own entries once. */
export function takeArray(
  value: unknown,
  argument: string,
  code: ArgumentErrorCode,
  expected: string,
): readonly unknown[] {
  const length = arrayLength(value);
  if (length === undefined || !isObject(value)) {
    refuse(code, argument, expected, value, 'pass an array, written as [ … ]');
  }
  if (length > UINT16_MAX) refuseTooMany(argument, code);
  const pathOf: PathOf = (index) => `${argument}[${index}]`;
  return listOf(length, (index) => readProperty(value, index, pathOf, code));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function arrayLength(value: unknown): number | undefined {
  try {
    if (!Array.isArray(value)) return undefined; // throws for a revoked proxy
    const length: unknown = value.length;
    return typeof length === 'number' ? length : undefined; // a proxy can say anything
  } catch {
    return undefined;
  }
}

function refuseTooMany(argument: string, code: ArgumentErrorCode): never {
  refuseAs(
    code,
    argument,
    `expected at most ${UINT16_MAX} entries, got more`,
    'spread them over several tokens',
  );
}

/** What a map of ids is for, and what to say when a value is none. */
export interface IdMapWords {
  readonly code: ArgumentErrorCode;
  readonly expected: string;
  /** The name of such an id. */
  readonly example: string;
}

/** Takes an object that maps ids, integers from 0 to 65535, to values. */
export function takeIdMap<Value>(
  value: unknown,
  argument: string,
  { code, expected, example }: IdMapWords,
  take: (value: unknown, id: number) => Value,
): Readonly<Record<number, Value>> {
  assertPlainObject(value, argument, code, expected);
  const names = ownNames(value, argument, code);
  if (names.length > UINT16_MAX) refuseTooMany(argument, code);
  for (const name of names) {
    if (isId(name)) continue;
    refuseAs(
      code,
      argument,
      `expected ids from 0 to ${UINT16_MAX} as keys, got ${shown(name)}`,
      `use the ids by their names, such as ${example}`,
    );
  }
  const pathOf: PathOf = (id) => `${argument}[${id}]`;
  const map: Record<number, Value> = {};
  for (const name of names) {
    const id = Number(name);
    setOwn(map, id, take(readProperty(value, id, pathOf, code), id));
  }
  return map;
}

/** Tells whether a name is an integer of 16 bits, in decimal. */
function isId(name: string): boolean {
  return String(Number(name) & UINT16_MAX) === name;
}
