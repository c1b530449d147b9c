/**
 * Runs fuzz targets with inputs drawn from a seed. Input N of a target is the same in every run with that seed, so a
 * failure can be reproduced by its number.
 */
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from './random.js';
import type { Target } from './target.js';
import { TARGETS } from './targets.js';

/** The options of a run. */
export interface Plan {
  readonly targets: readonly Target[];
  readonly seed: string;
  /** The number of the first input. */
  readonly from: number;
  /** The maximum number of inputs for each target. */
  readonly runs: number;
  /** The maximum duration of the whole run. */
  readonly seconds: number;
}

/** A failed input. */
export interface Failure {
  readonly target: string;
  readonly number: number;
  readonly input: unknown;
  readonly error: unknown;
}

/** The results of a run. */
export interface Tally {
  /** The number of inputs that ran, by target. */
  readonly executions: ReadonlyMap<string, number>;
  /** The duration of the slowest input in milliseconds, by target. */
  readonly slowest: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

/** Targets take turns of this length. */
const TURN_MS = 200;
/** An input that takes longer fails. The bound allows for a busy machine. */
const MAX_INPUT_MS = 1500;
/** Bound on the memory of the process, less than the size to which the largest stream inflates. */
const MAX_MEMORY_KIB = 1000 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Runs until each target ran its inputs, the time is over, or an input fails. */
export async function fuzz({ targets, seed, from, runs, seconds }: Plan): Promise<Tally> {
  const end = performance.now() + 1000 * seconds;
  const executions = new Map(targets.map(({ name }) => [name, 0]));
  const slowest = new Map(targets.map(({ name }) => [name, 0]));
  let waiting = targets;
  while (waiting.length > 0 && performance.now() < end) {
    for (const target of waiting) {
      const { name } = target;
      const drawInput = drawing(target, seed);
      let count = executions.get(name) ?? 0;
      const turnEnd = performance.now() + TURN_MS;
      while (count < runs && performance.now() < turnEnd) {
        const number = from + count++;
        const { failure, time } = await execute(target, number, drawInput(number));
        executions.set(name, count);
        slowest.set(name, Math.max(slowest.get(name) ?? 0, time));
        if (failure !== undefined) return { executions, slowest, failure };
      }
      // Measure memory without garbage. Array buffers are freed by tasks of the event loop.
      collectGarbage();
      await setImmediate();
      const memory = process.resourceUsage().maxRSS;
      if (memory > MAX_MEMORY_KIB) {
        const error = new Error(`an input up to this one raised the memory to ${memory} KiB`);
        return {
          executions,
          slowest,
          failure: { target: name, number: from + count - 1, input: undefined, error },
        };
      }
    }
    waiting = targets.filter(({ name }) => (executions.get(name) ?? 0) < runs);
  }
  return { executions, slowest, failure: undefined };
}

/** The number of successive inputs that share a base. */
const FAMILY_SIZE = 16;

/** Returns a function that draws an input by its number. */
function drawing(target: Target, seed: string): (number: number) => unknown {
  let base: unknown;
  let family: number | undefined;
  return (number) => {
    if (family !== Math.floor(number / FAMILY_SIZE)) {
      family = Math.floor(number / FAMILY_SIZE);
      base = target.draw(new Random(`${seed}/${target.name}/${family}`));
    }
    return target.vary(base, new Random(`${seed}/${target.name}//${number}`));
  };
}

/** Runs a target with one input. */
async function execute(
  target: Target,
  number: number,
  input: unknown,
): Promise<{ failure: Failure | undefined; time: number }> {
  const failed = (error: unknown): Failure => ({ target: target.name, number, input, error });
  let time = Infinity;
  try {
    // Retry slow inputs twice: the machine may be busy.
    for (let tries = 0; tries < 3 && time > MAX_INPUT_MS; tries++) {
      const start = performance.now();
      const checking = target.check(input);
      if (checking !== undefined) await checking;
      time = performance.now() - start;
    }
  } catch (error) {
    return { failure: failed(error), time };
  }
  const failure = time > MAX_INPUT_MS ? failed(new Error(`took ${Math.round(time)} ms`)) : undefined;
  return { failure, time };
}

/** Runs an action without stack traces, which take longer than everything else about an error. */
async function withoutStacks<Result>(action: () => Promise<Result>): Promise<Result> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await action();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Runs the command line; returns the exit code. */
export async function main(argv: readonly string[], write: (text: string) => void): Promise<number> {
  const plan = planOf(argv);
  if (typeof plan === 'string') {
    write(`${plan}\n${USAGE}\n`);
    return 2;
  }
  const start = performance.now();
  const { executions, slowest, failure } = await withoutStacks(() => fuzz(plan));
  write(`seed ${plan.seed}, ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  for (const [name, count] of executions) {
    write(
      `${name.padEnd(16)}${String(count).padStart(10)} executions, slowest ${(slowest.get(name) ?? 0).toFixed(0)} ms\n`,
    );
  }
  const total = [...executions.values()].reduce((sum, count) => sum + count, 0);
  write(`${'all'.padEnd(16)}${String(total).padStart(10)} executions\n`);
  if (failure === undefined) return 0;
  const { target, number, input, error } = failure;
  const again = { ...plan, targets: TARGETS.filter(({ name }) => name === target), from: number, runs: 1 };
  const withStack = (await fuzz(again)).failure?.error ?? error;
  write(`\n${target}, input ${number}: ${withStack instanceof Error ? String(withStack.stack) : String(withStack)}\n`);
  write(`\n${JSON.stringify(input, bytesInHex, 2)}\n`);
  write(`\nReproduce: npm run fuzz -- ${target} --seed ${plan.seed} --from ${number} --runs 1\n`);
  return 1;
}

function bytesInHex(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : value;
}

const USAGE = `npm run fuzz -- [--seconds N] [--runs N] [--seed TEXT] [--from N] [TARGET…]

--seconds  maximum duration of the run; default 60, unlimited with --runs
--runs     number of inputs for each target; default unlimited
--seed     seed of the inputs; default the current time
--from     number of the first input; default 0
TARGET     ${TARGETS.map(({ name }) => name).join(', ')}; default all`;

function planOf(argv: readonly string[]): Plan | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        seconds: { type: 'string' },
        runs: { type: 'string' },
        seed: { type: 'string', default: String(Date.now()) },
        from: { type: 'string', default: '0' },
      },
      allowPositionals: true,
    });
    const { seed, from } = values;
    const runs = values.runs ?? 'Infinity';
    const seconds = values.seconds ?? (values.runs === undefined ? '60' : 'Infinity');
    const unknown = positionals.find((word) => TARGETS.every(({ name }) => name !== word));
    if (unknown !== undefined) return `unknown target ${JSON.stringify(unknown)}`;
    if (![runs, seconds, from].every((text) => Number(text) >= 0)) return 'expected a number of at least 0';
    const targets = positionals.length === 0 ? TARGETS : TARGETS.filter(({ name }) => positionals.includes(name));
    return { targets, seed, from: Number(from), runs: Number(runs), seconds: Number(seconds) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
