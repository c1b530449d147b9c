import { describe, expect, test } from 'vitest';
import { fuzz, main } from './fuzz/main.js';
import { type Target, assert } from './fuzz/target.js';
import { TARGETS } from './fuzz/targets.js';

const RUNS = 300;

test.each(TARGETS)('$name passes the first inputs', async (target) => {
  const { executions, failure } = await fuzz({
    targets: [target],
    seed: '1',
    from: 0,
    runs: RUNS,
    seconds: 50,
  });
  expect(failure).toBeUndefined();
  expect(executions.get(target.name)).toBeGreaterThan(0);
});

describe('a failure', () => {
  const faulty: Target = {
    name: 'faulty',
    draw: (random) => random.below(1000),
    vary: (base, random) => [base, random.below(1000)],
    check: (input) => {
      assert(Array.isArray(input) && Number(input[1]) < 990, 'the number is below 990');
    },
  };

  test('is found and reproduced by its number', async () => {
    const { failure } = await fuzz({ targets: [faulty], seed: 'a', from: 0, runs: 10_000, seconds: 50 });
    expect(failure?.error).toMatchObject({ message: 'assertion failed: the number is below 990' });
    const from = failure?.number ?? 0;
    const again = await fuzz({ targets: [faulty], seed: 'a', from, runs: 1, seconds: 50 });
    expect(again.failure?.input).toEqual(failure?.input);
  });
});

test('the command line rejects unknown targets and invalid numbers', async () => {
  let written = '';
  const write = (text: string): void => void (written += text);
  expect(await main(['nothing'], write)).toBe(2);
  expect(await main(['--runs', 'many'], write)).toBe(2);
  expect(written).toContain('unknown target "nothing"');
});
