/**
 * Reads a token that may be damaged: repairs what transit does to it, reads what is left of it, or says what it is
 * instead.
 */
import { isHex32 } from '../arguments.js';
import { decodeBase64, firstBytes } from '../codec/base64.js';
import { inflateUpTo } from '../codec/inflate.js';
import { AccessTokenError, shown } from '../errors.js';
import { append } from '../own.js';
import { isoTime } from '../time.js';
import { type DecodedToken, type PartialToken, unpackSome, unpackToken } from '../token.js';
import { type DecodedToken006, unpackToken006 } from '../token006.js';
import { MISSING, isMissing, percentDecoded, unquoted } from './causes.js';
import { type Finding, finding } from './findings.js';

/** What could be read of a 006 token that is not whole. */
export interface PartialToken006 {
  readonly version: '006';
  readonly appId?: string;
}

/** A token that was read, as it is or once repaired; or what is left of it, and why it cannot be read. */
export type Reading =
  | { readonly whole: DecodedToken | DecodedToken006; readonly findings: readonly Finding[] }
  | {
      readonly whole: undefined;
      readonly partial: PartialToken | PartialToken006 | null;
      readonly findings: readonly Finding[];
    };

/** Reads a token. */
export function readToken(value: unknown, maxContentLength: number): Reading {
  if (typeof value !== 'string') {
    const hint = 'pass the text of the token; a promise has to be awaited first';
    return unread(null, finding('NOT_A_TOKEN', `no text but ${shown(value)}`, hint));
  }
  const given = attempt(value, maxContentLength);
  if (!(given instanceof AccessTokenError)) return { whole: given, findings: [] };
  if (value.length > MAX_REPAIRED_LENGTH) return unreadable(value, value, given, maxContentLength);

  // The candidate that is the most likely, and why it cannot be read either.
  let likeliest: readonly [text: string, failure: AccessTokenError] | undefined;
  for (const { text, repairs } of repaired(value)) {
    const whole = text === value ? given : attempt(text, maxContentLength);
    if (!(whole instanceof AccessTokenError)) return { whole, findings: [mangled(repairs)] };
    likeliest ??= [text, whole];
  }
  const [text, failure] = likeliest ?? [value, given];
  return unreadable(value, text, failure, maxContentLength);
}

/** A longer text is taken as it is: no transit mangles what no header, URL or JSON document holds. */
const MAX_REPAIRED_LENGTH = 2 ** 17;

function attempt(text: string, maxContentLength: number): DecodedToken | DecodedToken006 | AccessTokenError {
  try {
    return text.startsWith('006') ? unpackToken006(text) : unpackToken(text, maxContentLength);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
}

/** A text, and what was done to get it. */
interface Repaired {
  readonly text: string;
  readonly repairs: readonly string[];
}

type Repair = readonly [says: string, repair: (text: string) => string];

const WHITE_SPACE_AROUND: Repair = ['white space around it', trimmed];
const QUOTES: Repair = ['quotes around it', unquoted];
const PERCENT: Repair = ['percent-encoding', (text) => percentDecoded(percentDecoded(percentDecoded(text)))];
const BACKSLASHES: Repair = ['backslashes before its slashes', (text) => text.replaceAll('\\/', '/')];
const LINE_BREAKS: Repair = ['line breaks in it', (text) => linesOf(text).join('')];
const INDENTED_LINES: Repair = ['line breaks in it', (text) => linesOf(text).map(trimmed).join('')];
const SPACES_ARE_PLUSES: Repair = ['spaces in the place of +', (text) => text.replaceAll(' ', '+')];
const SPACES_ARE_NOTHING: Repair = ['white space in it', (text) => text.replace(/\s/gu, '')];
const LETTERS: readonly Repair[] = [
  ['the letters - and _ of base64url', (text) => text.replaceAll('-', '+').replaceAll('_', '/')],
  ['lost or superfluous padding', padded],
];

const WRAPPING: readonly Repair[] = [QUOTES, PERCENT, WHITE_SPACE_AROUND, QUOTES, BACKSLASHES];

/** Lists what a text may have been before transit, the most likely first. */
function repaired(text: string): readonly Repaired[] {
  return [
    [WHITE_SPACE_AROUND, ...WRAPPING, WHITE_SPACE_AROUND, LINE_BREAKS, SPACES_ARE_PLUSES, ...LETTERS],
    [WHITE_SPACE_AROUND, ...WRAPPING, WHITE_SPACE_AROUND, INDENTED_LINES, SPACES_ARE_PLUSES, ...LETTERS],
    [WHITE_SPACE_AROUND, ...WRAPPING, LINE_BREAKS, SPACES_ARE_NOTHING, ...LETTERS],
    // A token may end with +, which became a space.
    [QUOTES, PERCENT, BACKSLASHES, LINE_BREAKS, SPACES_ARE_PLUSES, ...LETTERS],
  ]
    .map((repairs) => applied(text, repairs))
    .filter((candidate, index, all) => all.findIndex((other) => other.text === candidate.text) === index);
}

/** Splits a text at line breaks, also where they are written as escapes. */
function linesOf(text: string): readonly string[] {
  return text.split(/[\r\n]|\\[rn]/u);
}

/** Removes white space at both ends, that of no width as well. */
function trimmed(text: string): string {
  return text.replaceAll('\u200b', '').trim();
}

function applied(text: string, repairs: readonly Repair[]): Repaired {
  const done = new Set<string>();
  let result = text;
  for (const [says, repair] of repairs) {
    const next = repair(result);
    if (next !== result) done.add(says);
    result = next;
  }
  return { text: result, repairs: [...done] };
}

/** Writes the padding of the base64. It begins behind 3 characters, or 35 in a 006 token: 3 more than fours. */
function padded(text: string): string {
  let end = text.length;
  while (text[end - 1] === '=') end--;
  return text.slice(0, end) + '='.repeat((3 - end) & 3);
}

function mangled(repairs: readonly string[]): Finding {
  return finding(
    'MANGLED_IN_TRANSIT',
    `it can be read once repaired: ${repairs.join(', ')}`,
    'send it in JSON or through encodeURIComponent, and decode it once; all else is said of the repaired token',
  );
}

/** Says what can be said of a text, as it was given and as it is once repaired, that is no whole token. */
function unreadable(
  given: string,
  text: string,
  failure: AccessTokenError,
  maxContentLength: number,
): Reading {
  if (!/^00[67]/u.test(text)) return unread(null, notAToken(unquoted(given.trim()).trim()));
  if (failure.code === 'ERR_TOKEN_TOO_LARGE') return unread(null, malformed(failure));
  const isBase64 = failure.code !== 'ERR_TOKEN_BASE64';
  const { token, isCut } = text.startsWith('006')
    ? readSome006(text)
    : readSome(text, isBase64, maxContentLength);
  const onlyEndMissing = isBase64 ? failure.code === 'ERR_TOKEN_TRUNCATED' : isCut;
  return unread(token, onlyEndMissing ? truncated(given.length, token) : malformed(failure));
}

function unread(partial: PartialToken | PartialToken006 | null, why: Finding): Reading {
  return { whole: undefined, partial, findings: [why] };
}

function malformed(failure: AccessTokenError): Finding {
  return finding(
    'MALFORMED',
    failure.message,
    'it was damaged on its way: compare it with what the server sent',
  );
}

function truncated(length: number, token: PartialToken | PartialToken006): Finding {
  const read = summaryOf(token);
  return finding(
    'TRUNCATED',
    `it ends early, after ${length} characters; read so far: ${read === '' ? 'nothing' : read}`,
    'something cut it on its way: a column or field that is too short, a limit on headers, a copy of a part?',
  );
}

/** Of how many services a summary tells. */
const SUMMARIZED = 8;

function summaryOf(token: PartialToken | PartialToken006): string {
  // Own properties alone: one that could not be read may be inherited.
  const own = Object.assign(Object.create(null) as object, token);
  const parts = own.appId === undefined ? [] : [isHex32(own.appId) ? 'App ID' : 'an App ID that is none'];
  if (own.version === '007') {
    if (own.issueTs !== undefined) append(parts, `issued at ${isoTime(own.issueTs)}`);
    if (own.expire !== undefined) append(parts, `expire ${own.expire} s`);
    for (const service of own.services.slice(0, SUMMARIZED)) {
      const names = Object.entries(service).flatMap(([name, value]: [string, unknown]) =>
        name !== 'type' && typeof value === 'string' ? [`${name} ${shown(value)}`] : [],
      );
      append(parts, [service.type, ...names].join(' '));
    }
  }
  return parts.join(', ');
}

/** Reads the beginning of a token, and tells whether only its end is missing. */
function readSome(
  text: string,
  isBase64: boolean,
  maxContentLength: number,
): { token: PartialToken; isCut: boolean } {
  const [body = ''] = BASE64.exec(text.slice(3)) ?? [];
  const whole = isBase64 ? text : `007${body.slice(0, body.length - (body.length % 4))}`;
  const { bytes, status } = decodeBase64(whole, 3, (stream, length) =>
    inflateUpTo(firstBytes(stream, length), maxContentLength),
  );
  return { token: unpackSome(bytes), isCut: isPadding(text.slice(3 + body.length)) && status === 'cut' };
}

function readSome006(text: string): { token: PartialToken006; isCut: boolean } {
  const appId = text.slice(3, 35);
  const [body = ''] = BASE64.exec(text.slice(35)) ?? [];
  return {
    token: isHex32(appId) ? { version: '006', appId } : { version: '006' },
    isCut: isPadding(text.slice(35 + body.length)),
  };
}

const BASE64 = /^[A-Za-z0-9+/]*/u;

function isPadding(text: string): boolean {
  return ['', '=', '==', '==='].includes(text);
}

/** What stands in the place of a token, how it looks, and what to do. */
const IMPOSTORS: readonly (readonly [looks: RegExp, what: string, hint: string])[] = [
  [/^$/u, 'an empty text', 'no token came: did the request for it fail, is the field named otherwise?'],
  [
    MISSING,
    'a missing value turned into text',
    'no token came: was the promise awaited, is the field there?',
  ],
  [
    /^[\da-f]{32}$/iu,
    '32 hex digits: an App ID or a certificate, no token',
    'mint a token with them; the App ID alone will do only for projects without a certificate',
  ],
  [
    /^e[wy][\w-]*\.[\w-]+\.[\w-]*$/u,
    'a JSON Web Token (JWT)',
    'this is the login of another system: fetch the Agora token from the token server',
  ],
  [/^[a-z][a-z\d+.-]*:\/\//iu, 'a URL', 'pass the token alone, without the address around it'],
  [/^[{[]/u, 'a JSON document', 'parse it, and pass the token that is in it'],
  [
    /^(?:authorization\b|bearer |basic |agora token)/iu,
    'a header',
    'pass the token alone, without the words before it',
  ],
  [/^eJ[\w+/]{20}/u, 'a token without its beginning: 007 is missing', 'pass the whole text, from 007 on'],
  [
    /^00[1-5][\w+/=]{20}/u,
    'a token of a version before 006',
    'mint a new one with a current builder, for example buildTokenWithUid',
  ],
  [/00[67][\w+/]{20}/u, 'a text with a token in it', 'pass the token alone'],
];

function notAToken(text: string): Finding {
  for (const [looks, what, hint] of IMPOSTORS) {
    if (looks.test(text))
      return finding('NOT_A_TOKEN', `${what}${isMissing(text) ? `: ${shown(text)}` : ''}`, hint);
  }
  const message = `a text that begins with ${shown(text.slice(0, 3))}; a token begins with 007`;
  return finding('NOT_A_TOKEN', message, 'pass the text that the token server answered, and nothing else');
}
