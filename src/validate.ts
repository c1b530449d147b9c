/**
 * Validates arguments. Each function converts an unknown value to a typed value, or throws an error that names the
 * argument. Only own properties are read, each once, so that neither a getter nor a polluted prototype can make the
 * signed value differ from the validated value.
 */
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, throwArgument, throwArgumentProblem } from './errors.js';
import { quote, quoteName } from './redact.js';

export const UINT32_MAX = 0xffff_ffff;
/** The largest unsigned 16-bit integer. Also the maximum length of a string in bytes, and of a list in entries. */
export const UINT16_MAX = 0xffff;

export function isUint32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}

export function isHex32(value: string): boolean {
  return value.length === 32 && !/[^\dA-Fa-f]/u.test(value);
}

/** Parses an App ID, 32 hex digits. Keeps the letter case. */
export function parseAppId(value: unknown, argument: string): string {
  return parseHex32(value, argument, 'ERR_APP_ID', "copy the project's App ID from Agora Console");
}

/** Parses an App certificate, 32 hex digits. Keeps the letter case. */
export function parseAppCertificate(value: unknown, argument: string): string {
  const source = "copy the project's primary or secondary certificate from Agora Console";
  return parseHex32(value, argument, 'ERR_APP_CERTIFICATE', source);
}

/** Parses 32 hex digits. Never echoes the value, because it could be a certificate. */
function parseHex32(value: unknown, argument: string, code: ArgumentErrorCode, source: string): string {
  if (typeof value === 'string' && isHex32(value)) return value;
  const [actual, hint] = describeHex32(value, source);
  throwArgumentProblem(code, argument, `expected 32 hex digits, got ${actual}`, hint);
}

function describeHex32(value: unknown, source: string): readonly [actual: string, hint: string] {
  if (value === undefined || value === null || value === '') {
    return [value === '' ? 'an empty text' : String(value), `${source}; is its environment variable set?`];
  }
  if (typeof value === 'number' || typeof value === 'bigint') return ['a number', `${source}, as text`];
  if (typeof value !== 'string') return [quote(value), source];
  const bare = value.trim();
  if (isHex32(bare)) return ['white space around them', 'remove it, for example with trim()'];
  const unquoted = bare.replace(/^(["'`])(.*)\1$/su, '$2').trim();
  if (isHex32(unquoted)) return ['quotes around them', 'remove the quotes'];
  const characters = value.length === 1 ? '1 character' : `${value.length} characters`;
  return [value.length === 32 ? 'other characters among them' : characters, source];
}

/** The range of an integer, and the error code and hint for a value outside the range. */
export interface IntegerRange {
  readonly code: ArgumentErrorCode;
  readonly min: number;
  readonly max: number;
  readonly hint: string;
}

/** Parses an integer within a range. Rejects −0, which results from a faulty calculation. */
export function parseInteger(value: unknown, argument: string, range: IntegerRange): number {
  const { code, min, max, hint } = range;
  if (Number.isInteger(value) && typeof value === 'number' && value >= min && value <= max && !Object.is(value, -0)) {
    return value;
  }
  throwArgument(code, argument, `an integer from ${min} to ${max}`, value, hint);
}

export function parseUint32(value: unknown, argument: string, code: ArgumentErrorCode, hint: string): number {
  return parseInteger(value, argument, { code, min: 0, max: UINT32_MAX, hint });
}

export function parseUint16(value: unknown, argument: string, code: ArgumentErrorCode, hint: string): number {
  return parseInteger(value, argument, { code, min: 0, max: UINT16_MAX, hint });
}

/** Parses a string that the format can hold: well-formed Unicode, at most 65,535 bytes in UTF-8. */
export function parseString(value: unknown, argument: string, code: ArgumentErrorCode): string {
  if (typeof value !== 'string') throwArgument(code, argument, 'a text', value, 'pass it as a string');
  // Each UTF-16 unit takes at least one byte, so a long string is rejected without computing its byte length.
  if (value.length > UINT16_MAX || utf8Length(value) > UINT16_MAX) {
    throwArgumentProblem(code, argument, `expected at most ${UINT16_MAX} bytes of UTF-8, got more`, 'shorten it');
  }
  if (!value.isWellFormed()) {
    throwArgument(code, argument, 'well-formed Unicode', value, 'it holds half of a surrogate pair: was it cut?');
  }
  return value;
}

export function parseBoolean(value: unknown, argument: string): boolean {
  if (typeof value === 'boolean') return value;
  throwArgument('ERR_OPTIONS', argument, 'true or false', value, 'leave it out for false');
}

/** The own properties of an object, each read once. */
export type Properties = ReadonlyMap<string, unknown>;

export type PathOf = (name: string) => string;

/** Parses an optional property. `undefined` counts as absent. */
export function parseOptional<Value, Default>(
  properties: Properties,
  name: string,
  defaultValue: Default,
  parse: (value: unknown, argument: string) => Value,
): Value | Default {
  const value = properties.get(name);
  return value === undefined ? defaultValue : parse(value, name);
}

/** Parses a plain object. Rejects other prototypes, because inherited properties would be ignored. */
export function parseObject(
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
  throwArgument(code, argument, expected, value, 'pass a plain object, written as { … }');
}

function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  try {
    if (Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!isObject(prototype) || prototype === Object.prototype) return true;
    // Accept Object.prototype from another realm, which has no prototype and defines this method.
    return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
  } catch {
    return false; // a revoked proxy
  }
}

function ownNames(value: object, argument: string, code: ArgumentErrorCode): readonly string[] {
  try {
    // Reflect.ownKeys would list symbols and names in one call, but takes twice as long.
    if (Object.getOwnPropertySymbols(value).length === 0) return Object.getOwnPropertyNames(value);
  } catch {
    throwArgumentProblem(code, argument, 'cannot be read: listing its properties threw', 'pass plain data');
  }
  throwArgumentProblem(code, argument, 'has a property named by a symbol', 'leave it out');
}

function readProperty(value: object, key: string | number, pathOf: PathOf, code: ArgumentErrorCode): unknown {
  try {
    return Object.hasOwn(value, key) ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined;
  } catch {
    const path = pathOf(quoteName(String(key)));
    throwArgumentProblem(code, path, 'cannot be read: reading it threw', 'pass plain data');
  }
}

export function rejectUnknown(
  properties: Properties,
  known: readonly string[],
  code: ArgumentErrorCode,
  pathOf: PathOf,
): void {
  for (const name of properties.keys()) {
    if (known.includes(name)) continue;
    throwArgumentProblem(code, pathOf(quoteName(name)), 'unknown property', `known are ${known.join(', ')}`);
  }
}

/** Parses an options object. Error messages name its properties like separate arguments. */
export function parseOptions(value: unknown, known: readonly string[]): Properties {
  const pathOf: PathOf = (name) => name;
  const properties = parseObject(value, 'options', 'ERR_OPTIONS', 'an object of options', pathOf);
  rejectUnknown(properties, known, 'ERR_OPTIONS', pathOf);
  return properties;
}

export function parseArray(
  value: unknown,
  argument: string,
  code: ArgumentErrorCode,
  expected: string,
): readonly unknown[] {
  const length = arrayLength(value);
  if (length === undefined || !isObject(value)) {
    throwArgument(code, argument, expected, value, 'pass an array, written as [ … ]');
  }
  if (length > UINT16_MAX) throwTooMany(argument, code);
  const pathOf: PathOf = (index) => `${argument}[${index}]`;
  return Array.from({ length }, (_, index) => readProperty(value, index, pathOf, code));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function arrayLength(value: unknown): number | undefined {
  try {
    if (!Array.isArray(value)) return undefined; // throws for a revoked proxy
    const length: unknown = value.length;
    return typeof length === 'number' ? length : undefined; // a proxy can return anything
  } catch {
    return undefined;
  }
}

function throwTooMany(argument: string, code: ArgumentErrorCode): never {
  const problem = `expected at most ${UINT16_MAX} entries, got more`;
  throwArgumentProblem(code, argument, problem, 'spread them over several tokens');
}

/** The error details for an invalid map of ids. */
export interface IdMapError {
  readonly code: ArgumentErrorCode;
  readonly expected: string;
  readonly example: string;
}

/** Parses an object that maps ids (integers from 0 to 65535) to values. */
export function parseIdMap<Value>(
  value: unknown,
  argument: string,
  { code, expected, example }: IdMapError,
  parseValue: (value: unknown, argument: string) => Value,
): Readonly<Record<number, Value>> {
  assertPlainObject(value, argument, code, expected);
  const names = ownNames(value, argument, code);
  if (names.length > UINT16_MAX) throwTooMany(argument, code);
  for (const name of names) {
    if (isId(name)) continue;
    const problem = `expected ids from 0 to ${UINT16_MAX} as keys, got ${quote(name)}`;
    throwArgumentProblem(code, argument, problem, `use the ids by their names, such as ${example}`);
  }
  const pathOf: PathOf = (id) => `${argument}[${id}]`;
  const map: Record<number, Value> = {};
  for (const name of names) {
    const id = Number(name);
    map[id] = parseValue(readProperty(value, id, pathOf, code), pathOf(name));
  }
  return map;
}

/** Tells whether a property name is an unsigned 16-bit integer in plain decimal. */
function isId(name: string): boolean {
  return String(Number(name) & UINT16_MAX) === name;
}

/** Subtracts bytes from the remaining size of a content. Throws if the content becomes too large. */
export type ByteBudget = (bytes: number) => void;

/** Limits the size of a content during validation. An object that is passed many times counts many times. */
export function byteBudget(limit: number, argument: string): ByteBudget {
  let left = limit;
  return (bytes) => {
    left -= bytes;
    if (left >= 0) return;
    const problem = `the token cannot hold it: more than ${limit} bytes in all`;
    throwArgumentProblem('ERR_SERVICE', argument, problem, 'spread it over several tokens');
  };
}
