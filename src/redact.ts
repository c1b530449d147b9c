/** Formats values for messages: escaped as JSON, shortened, and without secrets. */

/** The maximum number of characters of a value in a message. */
const MAX_QUOTED_LENGTH = 64;

/** The maximum number of characters to search for secrets, enough to show 64 characters even if most are hidden. */
const MAX_SEARCHED_LENGTH = 4096;

/** Matches a token up to the end of the string, and anything that looks like an App ID or a certificate. */
const SECRET = /(?<token>00[67][\w+/%= -]{40}[^]*)|[0-9a-f]{32,}/giu;

/**
 * Formats any value for a message. Strings are escaped as JSON and shortened to 64 characters; secrets are hidden. Only
 * the kind of an object is shown, because reading its properties could run code or reveal secrets.
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') return quoteString(value);
  if (typeof value === 'symbol' || typeof value === 'function') return `a ${typeof value}`;
  if (typeof value === 'object' && value !== null) return isArray(value) ? 'an array' : 'an object';
  if (typeof value === 'bigint') {
    return `the bigint ${value > -(2n ** 64n) && value < 2n ** 64n ? String(value) : 'beyond 64 bits'}`;
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Formats a property name like {@link quote}, without the quotes. */
export function quoteName(name: string): string {
  return name === '' ? '""' : quoteString(name).slice(1, -1);
}

function quoteString(value: string): string {
  let escaped = '';
  for (const character of hideSecrets(value)) {
    const next = escapeUnprintable(JSON.stringify(character).slice(1, -1));
    if (escaped.length + next.length > MAX_QUOTED_LENGTH) return `"${escaped}…"`;
    escaped += next;
  }
  return `"${escaped}"`;
}

function hideSecrets(value: string): string {
  const hidden = value
    .slice(0, MAX_SEARCHED_LENGTH)
    .replace(SECRET, (_, token: string | undefined) => (token === undefined ? '<hidden>' : '<token>'));
  // A secret cut by the slice would not match SECRET, so mask the tail.
  return value.length > MAX_SEARCHED_LENGTH ? hidden.replace(/[\w+/%= -]{1,64}$/u, '…') : hidden;
}

/** Escapes characters that could forge or reorder a line: control, format and separator ones, and lone surrogates. */
export function escapeUnprintable(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** Calls `Array.isArray`, but returns false for a revoked proxy instead of throwing. */
function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
