/**
 * fast-check, but texts of any characters prepare the table of them when they are first drawn, which takes a second:
 * most runs draw none.
 */
import { createRequire } from 'node:module';

type FastCheck = typeof import('fast-check').default;

const { default: all, ...named } = createRequire(import.meta.url)('fast-check') as typeof import('fast-check');
const fc = all ?? (named as unknown as FastCheck);

const lazy: FastCheck = {
  ...fc,
  string: (constraints) =>
    typeof constraints?.unit === 'string'
      ? fc.constant(undefined).chain(() => fc.string(constraints))
      : fc.string(constraints),
  anything: (constraints) => fc.constant(undefined).chain(() => fc.anything(constraints ?? {})),
};

export default lazy;
