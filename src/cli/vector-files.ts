/**
 * Reads vector files, which contain the inputs and the expected output for each token.
 */
import { quote } from '../redact.js';
import { type Io, readFileIfThere } from './io.js';
import { UsageError } from './usage.js';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const KINDS = ['builders', 'services', 'broken', 'literals', 'access-token-006'] as const;

/** The kind of vector file, which determines the checks. */
type Kind = (typeof KINDS)[number];

/** A vector. */
export interface Vector {
  /** The file and the id in it: `go-builders/1`. */
  readonly name: string;
  readonly id: number;
  readonly kind: Kind;
  /** The vector as in the file, not validated. */
  readonly json: Json;
}

/**
 * Reads vector files.
 *
 * @param names - Paths, or names of vector files in this package. If empty, all vector files in this package are read.
 */
export function readVectors(names: readonly string[], io: Io): readonly Vector[] {
  const folder = `${io.packageFolder}vectors/`;
  const shipped = io.listFolder(folder).filter((name) => name.endsWith('.json'));
  const all = names.length > 0 ? names : shipped.map((name) => folder + name);
  return all.flatMap((name) => {
    for (const path of [name, `${folder}${name}.json`]) {
      const text = path === name || shipped.includes(`${name}.json`) ? readFileIfThere(io, path) : undefined;
      if (text !== undefined) return parseVectors(path, text);
    }
    const known = shipped.map((file) => file.replace(/\.json$/u, '')).join(', ');
    throw new UsageError(`cannot read ${quote(name)}; name a file, or one of ${known}`);
  });
}

function parseVectors(path: string, text: string): readonly Vector[] {
  const file = parseJsonObject(text);
  const kind = KINDS.find((known) => known === file?.['kind']);
  const vectors = file?.['vectors'];
  if (kind === undefined || !Array.isArray(vectors)) throwFile(path);
  const [base = path] = /[^/\\]+$/u.exec(path) ?? [];
  return vectors.map((json: unknown) => {
    const id = isObject(json) ? json['id'] : undefined;
    if (!isObject(json) || typeof id !== 'number') throwFile(path);
    return { name: `${base.replace(/\.json$/u, '')}/${id}`, id, kind, json };
  });
}

function throwFile(path: string): never {
  throw new UsageError(
    `${quote(path)} is no file of vectors; it has to be JSON, { "kind": …, "vectors": [{ "id": … }] }`,
  );
}

/** Parses a JSON object; returns undefined for anything else. */
export function parseJsonObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether a JSON value is an object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the object under a name, or an empty object if there is none. */
export function objectIn(json: Json, name: string): Json {
  const value = json[name];
  return isObject(value) ? value : {};
}
