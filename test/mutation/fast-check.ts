/**
 * fast-check for many short runs. RUNS in the environment limits the inputs of each property, and the character tables,
 * which take a second to build, are built when first used.
 */
import { createRequire } from 'node:module';
import type fastCheck from 'fast-check';

type FastCheck = typeof fastCheck;

const fc = (createRequire(import.meta.url)('fast-check') as { readonly default: FastCheck }).default;

const limited: FastCheck = {
  ...fc,
  assert: ((property: never, parameters: { readonly numRuns?: number } = {}) => {
    const limit = Number(process.env['RUNS']);
    return fc.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? limit, limit) });
  }) as FastCheck['assert'],
  string: (constraints) =>
    typeof constraints?.unit === 'string'
      ? fc.constant(undefined).chain(() => fc.string(constraints))
      : fc.string(constraints),
  anything: (constraints: fastCheck.ObjectConstraints = {}) =>
    fc.constant(undefined).chain(() => fc.anything(constraints)),
};

export default limited;
