/**
 * fast-check for many short runs: no property is tried with more inputs than the environment's RUNS, and the tables
 * of all characters, which take a second, are made only when a text is drawn from them.
 */
import { createRequire } from 'node:module';
import type fastCheck from 'fast-check';

type FastCheck = typeof fastCheck;

const fc = (createRequire(import.meta.url)('fast-check') as { readonly default: FastCheck }).default;

const brief: FastCheck = {
  ...fc,
  assert: ((property: never, parameters: { readonly numRuns?: number } = {}) => {
    const most = Number(process.env['RUNS']);
    return fc.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? most, most) });
  }) as FastCheck['assert'],
  string: (constraints) =>
    typeof constraints?.unit === 'string'
      ? fc.constant(undefined).chain(() => fc.string(constraints))
      : fc.string(constraints),
  anything: (constraints: fastCheck.ObjectConstraints = {}) =>
    fc.constant(undefined).chain(() => fc.anything(constraints)),
};

export default brief;
