/**
 * Runs targets with inputs that are drawn from a seed: input number N of a target is the same in every run with the
 * same seed, so that a failure can be had again by its number.
 */
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from './random.js';
import type { Target } from './target.js';
import { TARGETS } from './targets.js';

/** What was asked for. */
export interface Plan {
  readonly targets: readonly Target[];
  readonly seed: string;
  /** The number of the first input. */
  readonly from: number;
  /** How many inputs each target gets at most. */
  readonly runs: number;
  /** For how long all of them run at most. */
  readonly seconds: number;
}

/** What did not hold, and for which input. */
export interface Failure {
  readonly target: string;
  readonly number: number;
  readonly input: unknown;
  readonly error: unknown;
}

/** What was done. */
export interface Tally {
  /** How many inputs each target has run with. */
  readonly executions: ReadonlyMap<string, number>;
  /** The longest that an input took, in milliseconds. */
  readonly slowest: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

/** Targets take turns of so many milliseconds. */
const TURN = 200;
/** No input takes longer, in milliseconds: not even on a machine that is busy. */
const LONGEST = 1500;
/** The process never has more memory, in KiB: less than the largest stream inflates to. */
const MOST_MEMORY = 1000 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Runs until every target has had its inputs, time is over, or something does not hold. */
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
      const turnEnd = performance.now() + TURN;
      while (count < runs && performance.now() < turnEnd) {
        const number = from + count++;
        const { failure, time } = await execute(target, number, drawInput(number));
        executions.set(name, count);
        slowest.set(name, Math.max(slowest.get(name) ?? 0, time));
        if (failure !== undefined) return { executions, slowest, failure };
      }
      // Garbage is no need of memory. What it held is given back by tasks, which wait for the event loop.
      collectGarbage();
      await setImmediate();
      const memory = process.resourceUsage().maxRSS;
      if (memory > MOST_MEMORY) {
        const error = new Error(`one of the inputs up to this took the process to ${memory} KiB`);
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

/** So many inputs in a row have something in common. */
const FAMILY = 16;

/** Draws the inputs of a target by their numbers. */
function drawing(target: Target, seed: string): (number: number) => unknown {
  let base: unknown;
  let family: number | undefined;
  return (number) => {
    if (family !== Math.floor(number / FAMILY)) {
      family = Math.floor(number / FAMILY);
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
    // A process that had to wait is given two more chances.
    for (let tries = 0; tries < 3 && time > LONGEST; tries++) {
      const start = performance.now();
      const checking = target.check(input);
      if (checking !== undefined) await checking;
      time = performance.now() - start;
    }
  } catch (error) {
    return { failure: failed(error), time };
  }
  const failure = time > LONGEST ? failed(new Error(`took ${Math.round(time)} ms`)) : undefined;
  return { failure, time };
}

/** Does something while errors have no stacks, which take more time to make than all else of a refusal. */
async function withoutStacks<Result>(action: () => Promise<Result>): Promise<Result> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await action();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Reads the command line, fuzzes, and tells how it went; returns the exit code. */
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
  write(
    `\n${target}, input ${number}: ${withStack instanceof Error ? String(withStack.stack) : String(withStack)}\n`,
  );
  write(`\n${JSON.stringify(input, bytesInHex, 2)}\n`);
  write(`\nAgain: npm run fuzz -- ${target} --seed ${plan.seed} --from ${number} --runs 1\n`);
  return 1;
}

function bytesInHex(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('hex') : value;
}

const USAGE = `npm run fuzz -- [--seconds N] [--runs N] [--seed TEXT] [--from N] [TARGET…]

--seconds  for how long all targets run together; 60, or without end if --runs is given
--runs     how many inputs each target gets; without end
--seed     what the inputs are drawn from; the time
--from     the number of the first input; 0
TARGET     ${TARGETS.map(({ name }) => name).join(', ')}; all`;

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
    if (unknown !== undefined) return `there is no target ${JSON.stringify(unknown)}`;
    if (![runs, seconds, from].every((text) => Number(text) >= 0)) return 'expected a number, 0 or more';
    const targets =
      positionals.length === 0 ? TARGETS : TARGETS.filter(({ name }) => positionals.includes(name));
    return { targets, seed, from: Number(from), runs: Number(runs), seconds: Number(seconds) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
