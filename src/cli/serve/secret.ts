/**
 * Reads the secret that backends send. It comes from a file or the environment, never from an argument.
 */
import { quote } from '../../redact.js';
import { type Io, readFileIfThere, withoutLineBreak } from '../io.js';
import type { OptionValues } from '../options.js';
import { type Sourced, variable } from '../project.js';
import { UsageError } from '../usage.js';

const MIN_LENGTH = 16;
/** The maximum length of the secret, far below the limit for all headers. */
const MAX_LENGTH = 1024;

/** Reads the secret; undefined if none is set. Throws for a secret that is guessable or invalid in a header. */
export function readSecret(values: OptionValues, io: Io): Sourced | undefined {
  const found = secretFile(values, io) ?? variable(io, 'ACCESSTOKEN2_AUTH_TOKEN');
  if (found === undefined) return undefined;
  const actual = describeInvalid(found.value);
  if (actual === undefined) return found;
  throw new UsageError(
    `${found.source}: expected a secret of ${MIN_LENGTH} to ${MAX_LENGTH} characters, printable ASCII without blanks, got ${actual}; make one with openssl rand -hex 32`,
  );
}

function secretFile(values: OptionValues, io: Io): Sourced | undefined {
  const path = values.string('auth-token-file');
  if (path === undefined) return undefined;
  const text = readFileIfThere(io, path);
  if (text === undefined) {
    throw new UsageError(
      `--auth-token-file: cannot read ${quote(path)}; make it with openssl rand -hex 32 > auth-token`,
    );
  }
  return { value: withoutLineBreak(text), source: '--auth-token-file' };
}

/** Describes what is wrong with a secret; returns undefined if the secret is valid. */
function describeInvalid(secret: string): string | undefined {
  if (secret === '') return 'an empty one';
  if (!/^[!-~]+$/u.test(secret)) return 'a blank or another character among them';
  if (secret.length < MIN_LENGTH || secret.length > MAX_LENGTH) return `${secret.length}`;
  return undefined;
}
