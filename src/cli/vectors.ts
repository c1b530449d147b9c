/**
 * The command `vectors`: hands the vectors to another tool, holds its tokens against them, or checks this library.
 */
import { AccessTokenError, decodeToken, verifyToken } from '../index.js';
import { type Io, readFileIfThere, readStdin } from './io.js';
import type { CommandLine, Options } from './options.js';
import { escaped, hexOf, jsonLine, shown } from './terminal-text.js';
import { Exit, UsageError } from './usage.js';
import { type Case, caseOf, differenceFrom } from './vector-cases.js';
import { type Vector, jsonObject, readVectors } from './vector-files.js';

/** The options of the command. */
export const VECTORS_OPTIONS: Options = {
  cases: { help: 'write what to mint from, a line of JSON for each case' },
  against: { value: 'TOKENS', help: 'compare the tokens in this file, or - for standard input' },
  json: { help: 'write the result as JSON' },
};

/** What went wrong, and where. */
interface Failure {
  readonly id: string;
  readonly reason: string;
}

/** Runs the command. */
export async function runVectors({ given, positionals }: CommandLine, io: Io): Promise<Exit> {
  const tokens = given.text('against');
  if (tokens !== undefined && given.has('cases')) {
    throw new UsageError(
      '--cases does not go with --against; write the cases first, then compare the tokens',
    );
  }
  const vectors = readVectors(positionals, io);
  if (tokens === undefined && !given.has('cases')) {
    const failures = vectors.flatMap((vector) => failureOf(vector.name, selfCheck(vector)));
    return report(failures, vectors.length, given.has('json'), io);
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
  return report(compare(cases, vectors, lines), wanted, given.has('json'), io);
}

function failureOf(id: string, reason: string | undefined): readonly Failure[] {
  return reason === undefined ? [] : [{ id, reason }];
}

/** Writes a line for each failure. */
function report(failures: readonly Failure[], count: number, asJson: boolean, io: Io): Exit {
  const ok = failures.length === 0;
  if (asJson) io.stdout.write(jsonLine({ ok, count, failures }));
  else for (const { id, reason } of failures) io.stdout.write(`${escaped(`${id}: ${reason}`)}\n`);
  const failed = failures.length === 1 ? '1 failure' : `${failures.length} failures`;
  io.stderr.write(`${count === 1 ? '1 case' : `${count} cases`}, ${ok ? 'all good' : failed}\n`);
  return ok ? Exit.Good : Exit.BadToken;
}

/**
 * The cases by their ids: the numbers of the vectors, or where the files share some, all with the names of the files.
 */
function casesById(vectors: readonly Vector[]): ReadonlyMap<number | string, Case> {
  const cases = vectors.flatMap((vector) => caseOf(vector) ?? []);
  if (cases.length === 0) {
    throw new UsageError(
      'nothing can be minted from these files; name others, such as go-builders or go-services',
    );
  }
  const isShared = new Set(cases.map(({ vector }) => vector.id)).size < cases.length;
  return new Map(cases.map((one) => [isShared ? one.vector.name : one.vector.id, one]));
}

async function readTokens(path: string, io: Io): Promise<readonly string[]> {
  const text = path === '-' ? await readStdin(io) : readFileIfThere(io, path);
  if (text === undefined) {
    throw new UsageError(
      `cannot read ${shown(path)}; name a file with lines of {"id", "token"}, or - for standard input`,
    );
  }
  return text.split('\n').map((line) => line.trim());
}

/** Compares each token with its case, and finds the cases without one. */
function compare(
  cases: ReadonlyMap<number | string, Case>,
  vectors: readonly Vector[],
  lines: readonly string[],
): readonly Failure[] {
  // An id is the same as a number and as text; the longer form is always understood.
  const byText = new Map<string, Case>();
  for (const [id, one] of cases) byText.set(String(id), one).set(one.vector.name, one);
  const seen = new Set<Case>();
  const failures = lines.flatMap((line, index): readonly Failure[] => {
    if (line === '') return [];
    const { id, token } = jsonObject(line) ?? {};
    if ((typeof id !== 'number' && typeof id !== 'string') || typeof token !== 'string') {
      return [{ id: `line ${index + 1}`, reason: 'is not {"id": …, "token": "…"}' }];
    }
    const name = shown(String(id)).slice(1, -1);
    const one = byText.get(String(id));
    if (one === undefined) {
      const other = vectors.find((vector) => [String(vector.id), vector.name].includes(String(id)));
      return failureOf(
        name,
        other === undefined ? 'there is no case of this id' : checkReading(other, token),
      );
    }
    if (seen.has(one)) return [{ id: name, reason: 'has a second token' }];
    seen.add(one);
    return failureOf(name, differenceFrom(one, token));
  });
  const missing = [...cases].filter(([, one]) => !seen.has(one) && !one.isDefective);
  return [...failures, ...missing.map(([id]) => ({ id: String(id), reason: 'has no token' }))];
}

/** Checks this library against a vector; says what is wrong, or undefined. */
function selfCheck(vector: Vector): string | undefined {
  const { token } = vector.json;
  if (typeof token !== 'string') return 'the vector has no token';
  const one = caseOf(vector);
  if (one === undefined)
    return vector.kind === 'broken' ? checkVerdict(vector, token) : checkReading(vector, token);
  return differenceFrom(one, token) ?? (one.isDefective ? undefined : checkMinting(one));
}

function checkMinting(one: Case): string | undefined {
  const { beyondLimits } = one;
  if (beyondLimits.length > 0) {
    const refusal = refusalOf(() => one.mint('agora'));
    if (!beyondLimits.includes(refusal?.argument ?? ''))
      return `none of ${beyondLimits.join(', ')} is refused`;
  }
  let difference: string | undefined;
  const refusal = refusalOf(() => {
    difference = differenceFrom(one, one.mint(beyondLimits.length > 0 ? 'format' : 'agora'));
  });
  return refusal?.message ?? difference;
}

/** Checks what can be checked where there is no certificate, or where nobody claims that it has signed. */
function checkReading({ json }: Vector, token: string): string | undefined {
  if (json['version'] === '006') return undefined;
  let difference: string | undefined;
  const refusal = refusalOf(() => {
    if (hexOf(decodeToken(token).content) !== json['content'])
      difference = 'has another content than the vector';
  });
  return refusal?.message ?? difference;
}

function checkVerdict({ json }: Vector, token: string): string | undefined {
  const refusal = refusalOf(() =>
    verifyToken(token, String(json['appCertificate']), { now: Number(json['now']) }),
  );
  const verdict = refusal === undefined ? 'valid' : 'invalid';
  return verdict === json['verdict'] ? undefined : `is found ${verdict}`;
}

function refusalOf(action: () => unknown): AccessTokenError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
}
