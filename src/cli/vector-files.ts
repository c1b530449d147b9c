/**
 * Files of vectors: what a tool has to mint from, and what has to come out.
 */
import { type Io, readFileIfThere } from './io.js';
import { shown } from './terminal-text.js';
import { UsageError } from './usage.js';

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

const KINDS = ['builders', 'services', 'broken', 'literals', 'access-token-006'] as const;

/** What is in a file, and so what there is to check. */
type Kind = (typeof KINDS)[number];

/** A vector. */
export interface Vector {
  /** `go-builders/1`: its file, and its number there. */
  readonly name: string;
  readonly id: number;
  readonly kind: Kind;
  /** As it stands in the file. */
  readonly json: Json;
}

/** Reads the files that are named, by their paths or as those that come with the package; without names, the latter. */
export function readVectors(names: readonly string[], io: Io): readonly Vector[] {
  return filesOf(names, io).flatMap(({ path, text }) => vectorsOf(path, text));
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

function filesOf(names: readonly string[], io: Io): readonly TextFile[] {
  const folder = `${io.packageFolder}vectors/`;
  const shipped = io.listFolder(folder).filter((name) => name.endsWith('.json'));
  const all = names.length > 0 ? names : shipped.map((name) => folder + name);
  return all.map((name) => {
    for (const path of [name, `${folder}${name}.json`]) {
      const text = path === name || shipped.includes(`${name}.json`) ? readFileIfThere(io, path) : undefined;
      if (text !== undefined) return { path, text };
    }
    const known = shipped.map((file) => file.replace(/\.json$/u, '')).join(', ');
    throw new UsageError(`cannot read ${shown(name)}; name a file, or one of ${known}`);
  });
}

function vectorsOf(path: string, text: string): readonly Vector[] {
  const file = jsonObject(text);
  const kind = KINDS.find((known) => known === file?.['kind']);
  const list = file?.['vectors'];
  if (kind === undefined || !Array.isArray(list)) refuseFile(path);
  const [base = path] = /[^/\\]+$/u.exec(path) ?? [];
  return list.map((json: unknown) => {
    const id = isObject(json) ? json['id'] : undefined;
    if (!isObject(json) || typeof id !== 'number') refuseFile(path);
    return { name: `${base.replace(/\.json$/u, '')}/${id}`, id, kind, json };
  });
}

function refuseFile(path: string): never {
  throw new UsageError(
    `${shown(path)} is no file of vectors; it has to be JSON, { "kind": …, "vectors": [{ "id": … }] }`,
  );
}

/** Reads an object from JSON; undefined if the text is none. */
export function jsonObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Tells objects from all other JSON. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the object under a name, an empty one if there is none. */
export function objectIn(json: Json, name: string): Json {
  const value = json[name];
  return isObject(value) ? value : {};
}
