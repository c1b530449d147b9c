/**
 * The secret that backends and the server share: from a file or the environment, never from an argument.
 */
import { type Io, readFileIfThere } from '../io.js';
import type { Given } from '../options.js';
import { type Sourced, variable } from '../project.js';
import { shown } from '../terminal-text.js';
import { UsageError } from '../usage.js';

const MIN_LENGTH = 16;
/** Far below what a head may have, so that the secret can be sent. */
const MAX_LENGTH = 1024;

/** Finds the secret, undefined if there is none; refuses one that could be guessed or not be sent. */
export function secretOf(given: Given, io: Io): Sourced | undefined {
  const found = fileSecret(given, io) ?? variable(io, 'ACCESSTOKEN2_AUTH_TOKEN');
  if (found === undefined) return undefined;
  const fault = faultOf(found.value);
  if (fault === undefined) return found;
  throw new UsageError(
    `${found.source}: expected a secret of ${MIN_LENGTH} to ${MAX_LENGTH} characters, printable ASCII without blanks, got ${fault}; make one with openssl rand -hex 32`,
  );
}

function fileSecret(given: Given, io: Io): Sourced | undefined {
  const path = given.text('auth-token-file');
  if (path === undefined) return undefined;
  const text = readFileIfThere(io, path);
  if (text === undefined) {
    throw new UsageError(
      `--auth-token-file: cannot read ${shown(path)}; make it with openssl rand -hex 32 > auth-token`,
    );
  }
  return { value: text.replace(/\r?\n$/u, ''), source: '--auth-token-file' };
}

function faultOf(secret: string): string | undefined {
  if (secret === '') return 'an empty one';
  if (!/^[!-~]+$/u.test(secret)) return 'a blank or another character among them';
  if (secret.length < MIN_LENGTH || secret.length > MAX_LENGTH) return `${secret.length}`;
  return undefined;
}
