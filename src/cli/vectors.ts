/**
 * The command `vectors`, which writes test cases, compares another implementation's tokens, or tests this library.
 */
import { decodeToken, verifyToken } from '../index.js';
import { escapeUnprintable, quote, quoteName } from '../redact.js';
import { toHex } from '../text.js';
import { type Io, readFileIfThere, readStdin } from './io.js';
import type { CommandLine, Options } from './options.js';
import { jsonLine } from './terminal.js';
import { Exit, UsageError, errorOf } from './usage.js';
import { type Case, caseOf, differenceFrom } from './vector-cases.js';
import { type Vector, parseJsonObject, readVectors } from './vector-files.js';

/** The options of the command. */
export const VECTORS_OPTIONS: Options = {
  cases: { help: 'write what to mint from, a line of JSON for each case' },
  against: { value: 'TOKENS', help: 'compare the tokens in this file, or - for standard input' },
  json: { help: 'write the result as JSON' },
};

/** A case that failed, and why. */
interface Failure {
  readonly id: string;
  readonly reason: string;
}

/** Runs `vectors`. The exit code tells whether all cases passed. */
export async function runVectors({ values, positionals }: CommandLine, io: Io): Promise<Exit> {
  const tokens = values.string('against');
  if (tokens !== undefined && values.has('cases')) {
    throw new UsageError('--cases does not go with --against; write the cases first, then compare the tokens');
  }
  const vectors = readVectors(positionals, io);
  if (tokens === undefined && !values.has('cases')) {
    const failures = vectors.flatMap((vector) => failureOf(vector.name, selfCheck(vector)));
    return report(failures, vectors.length, values.has('json'), io);
  }
  const cases = casesById(vectors);
  if (tokens === undefined) {
    for (const [id, { version, inputs, isDefective }] of cases) {
      if (!isDefective) io.stdout.write(jsonLine({ id, version, ...inputs }));
    }
    return Exit.Good;
  }
  const lines = await readTokens(tokens, io);
  const wanted = [...cases.values()].filter(({ isDefective }) => !isDefective).length;
  return report(compare(cases, vectors, lines), wanted, values.has('json'), io);
}

function failureOf(id: string, reason: string | undefined): readonly Failure[] {
  return reason === undefined ? [] : [{ id, reason }];
}

/** Writes the failures and their number. */
function report(failures: readonly Failure[], count: number, asJson: boolean, io: Io): Exit {
  const ok = failures.length === 0;
  if (asJson) io.stdout.write(jsonLine({ ok, count, failures }));
  else for (const { id, reason } of failures) io.stdout.write(`${escapeUnprintable(`${id}: ${reason}`)}\n`);
  const failed = failures.length === 1 ? '1 failure' : `${failures.length} failures`;
  io.stderr.write(`${count === 1 ? '1 case' : `${count} cases`}, ${ok ? 'all good' : failed}\n`);
  return ok ? Exit.Good : Exit.BadToken;
}

/** Returns the cases by vector id. If several files share an id, returns them by vector name. */
function casesById(vectors: readonly Vector[]): ReadonlyMap<number | string, Case> {
  const cases = vectors.flatMap((vector) => caseOf(vector) ?? []);
  if (cases.length === 0) {
    throw new UsageError('nothing can be minted from these files; name others, such as go-builders or go-services');
  }
  const isShared = new Set(cases.map(({ vector }) => vector.id)).size < cases.length;
  return new Map(cases.map((one) => [isShared ? one.vector.name : one.vector.id, one]));
}

async function readTokens(path: string, io: Io): Promise<readonly string[]> {
  const text = path === '-' ? await readStdin(io) : readFileIfThere(io, path);
  if (text === undefined) {
    throw new UsageError(
      `cannot read ${quote(path)}; name a file with lines of {"id", "token"}, or - for standard input`,
    );
  }
  return text.split('\n').map((line) => line.trim());
}

/** Compares each token with its case, and lists the cases without a token. */
function compare(
  cases: ReadonlyMap<number | string, Case>,
  vectors: readonly Vector[],
  lines: readonly string[],
): readonly Failure[] {
  // Accept an id as a number or a string, and always accept a name.
  const caseOfId = new Map<string, Case>();
  for (const [id, one] of cases) caseOfId.set(String(id), one).set(one.vector.name, one);
  const seen = new Set<Case>();
  const failures = lines.flatMap((line, index): readonly Failure[] => {
    if (line === '') return [];
    const { id, token } = parseJsonObject(line) ?? {};
    if ((typeof id !== 'number' && typeof id !== 'string') || typeof token !== 'string') {
      return [{ id: `line ${index + 1}`, reason: 'is not {"id": …, "token": "…"}' }];
    }
    const name = quoteName(String(id));
    const one = caseOfId.get(String(id));
    if (one === undefined) {
      const other = vectors.find((vector) => [String(vector.id), vector.name].includes(String(id)));
      return failureOf(name, other === undefined ? 'there is no case of this id' : checkReading(other, token));
    }
    if (seen.has(one)) return [{ id: name, reason: 'has a second token' }];
    seen.add(one);
    return failureOf(name, differenceFrom(one, token));
  });
  const missing = [...cases].filter(([, one]) => !seen.has(one) && !one.isDefective);
  return [...failures, ...missing.map(([id]) => ({ id: String(id), reason: 'has no token' }))];
}

/** Checks this library against a vector. Returns a description of the failure, or undefined if the vector passes. */
function selfCheck(vector: Vector): string | undefined {
  const { token } = vector.json;
  if (typeof token !== 'string') return 'the vector has no token';
  const one = caseOf(vector);
  if (one === undefined) return vector.kind === 'broken' ? checkVerdict(vector, token) : checkReading(vector, token);
  return differenceFrom(one, token) ?? (one.isDefective ? undefined : checkMinting(one));
}

function checkMinting(one: Case): string | undefined {
  const { beyondLimits } = one;
  if (beyondLimits.length > 0) {
    const error = errorOf(() => one.mint('agora'));
    if (!beyondLimits.includes(error?.argument ?? '')) return `none of ${beyondLimits.join(', ')} is refused`;
  }
  let difference: string | undefined;
  const error = errorOf(() => {
    difference = differenceFrom(one, one.mint(beyondLimits.length > 0 ? 'format' : 'agora'));
  });
  return error?.message ?? difference;
}

/** Checks the decoded content of a vector whose signature cannot be verified. */
function checkReading({ json }: Vector, token: string): string | undefined {
  if (json['version'] === '006') return undefined;
  let difference: string | undefined;
  const error = errorOf(() => {
    if (toHex(decodeToken(token).content) !== json['content']) difference = 'has another content than the vector';
  });
  return error?.message ?? difference;
}

function checkVerdict({ json }: Vector, token: string): string | undefined {
  const error = errorOf(() => verifyToken(token, String(json['appCertificate']), { now: Number(json['now']) }));
  const verdict = error === undefined ? 'valid' : 'invalid';
  return verdict === json['verdict'] ? undefined : `is found ${verdict}`;
}
