/**
 * Reads a token that may be damaged: repairs damage from transport, decodes the readable part, or says what the value
 * is instead of a token.
 */
import { decodeBase64 } from '../codec/base64.js';
import { decompressPartial } from '../codec/zlib.js';
import { AccessTokenError } from '../errors.js';
import type { Decoder } from '../platform/platform.js';
import { quote } from '../redact.js';
import { formatUtc } from '../text.js';
import { type DecodedToken, type PartialToken, unpackPartialContent, unpackToken } from '../token.js';
import { type DecodedToken006, unpackToken006 } from '../token006.js';
import { isHex32 } from '../validate.js';
import { MISSING, isMissing, percentDecode, unquote } from './causes.js';
import { type Finding, finding } from './findings.js';

export interface PartialToken006 {
  readonly version: '006';
  readonly appId?: string;
}

/** A decoded token, as given or repaired; or its readable part, with the reason why the rest is unreadable. */
export type Reading =
  | { readonly whole: DecodedToken | DecodedToken006; readonly findings: readonly Finding[] }
  | {
      readonly whole: undefined;
      readonly partial: PartialToken | PartialToken006 | null;
      readonly findings: readonly Finding[];
    };

export function readToken(decoder: Decoder, value: unknown, maxContentLength: number): Reading {
  if (typeof value !== 'string') {
    const hint = 'pass the text of the token; a promise has to be awaited first';
    return unread(null, finding('NOT_A_TOKEN', `expected a string, got ${quote(value)}`, hint));
  }
  const decode = (text: string): DecodedToken | DecodedToken006 | AccessTokenError =>
    tryDecode(decoder, text, maxContentLength);
  const given = decode(value);
  if (!(given instanceof AccessTokenError)) return { whole: given, findings: [] };
  // The most likely repair, and the reason why it cannot be decoded either.
  let [text, failure] = [value, given];
  if (value.length <= MAX_REPAIRED_LENGTH) {
    const candidates = repairCandidates(value);
    for (const [index, candidate] of candidates.entries()) {
      const whole = candidate.text === value ? given : decode(candidate.text);
      if (!(whole instanceof AccessTokenError)) return { whole, findings: [mangled(candidate.repairs)] };
      if (index === 0) [text, failure] = [candidate.text, whole];
    }
  }
  return readDamaged(decoder, value, text, failure, maxContentLength);
}

/** The longest string to repair. Longer ones do not occur in headers, URLs or JSON documents. */
const MAX_REPAIRED_LENGTH = 2 ** 17;

function tryDecode(
  decoder: Decoder,
  text: string,
  maxContentLength: number,
): DecodedToken | DecodedToken006 | AccessTokenError {
  try {
    return text.startsWith('006') ? unpackToken006(text) : unpackToken(decoder, text, maxContentLength);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
}

/** A repaired string, with descriptions of the repairs. */
interface Repaired {
  readonly text: string;
  readonly repairs: readonly string[];
}

type Repair = readonly [description: string, repair: (text: string) => string];

const WHITE_SPACE_AROUND: Repair = ['white space around it', trim];
const QUOTES: Repair = ['quotes around it', unquote];
const PERCENT: Repair = ['percent-encoding', (text) => percentDecode(percentDecode(percentDecode(text)))];
const BACKSLASHES: Repair = ['backslashes before its slashes', (text) => text.replaceAll('\\/', '/')];
const LINE_BREAKS: Repair = ['line breaks in it', (text) => linesOf(text).join('')];
const INDENTED_LINES: Repair = ['line breaks in it', (text) => linesOf(text).map(trim).join('')];
const SPACES_ARE_PLUSES: Repair = ['spaces in the place of +', (text) => text.replaceAll(' ', '+')];
const SPACES_ARE_NOTHING: Repair = ['white space in it', (text) => text.replace(/\s/gu, '')];
const LETTERS: readonly Repair[] = [
  ['the letters - and _ of base64url', (text) => text.replaceAll('-', '+').replaceAll('_', '/')],
  ['lost or superfluous padding', fixPadding],
];

const WRAPPING: readonly Repair[] = [QUOTES, PERCENT, WHITE_SPACE_AROUND, QUOTES, BACKSLASHES];

/** Lists what a string may have been before transport, the most likely candidate first. */
function repairCandidates(text: string): readonly Repaired[] {
  return [
    [WHITE_SPACE_AROUND, ...WRAPPING, WHITE_SPACE_AROUND, LINE_BREAKS, SPACES_ARE_PLUSES, ...LETTERS],
    [WHITE_SPACE_AROUND, ...WRAPPING, WHITE_SPACE_AROUND, INDENTED_LINES, SPACES_ARE_PLUSES, ...LETTERS],
    [WHITE_SPACE_AROUND, ...WRAPPING, LINE_BREAKS, SPACES_ARE_NOTHING, ...LETTERS],
    // Without trimming, because a trailing space may have been a +.
    [QUOTES, PERCENT, BACKSLASHES, LINE_BREAKS, SPACES_ARE_PLUSES, ...LETTERS],
  ]
    .map((repairs) => applyRepairs(text, repairs))
    .filter((candidate, index, all) => all.findIndex((other) => other.text === candidate.text) === index);
}

function linesOf(text: string): readonly string[] {
  return text.split(/[\r\n]|\\[rn]/u);
}

/** Removes white space at both ends, and zero-width spaces. */
function trim(text: string): string {
  return text.replaceAll('\u200b', '').trim();
}

function applyRepairs(text: string, repairs: readonly Repair[]): Repaired {
  const done = new Set<string>();
  let result = text;
  for (const [description, repair] of repairs) {
    const next = repair(result);
    if (next !== result) done.add(description);
    result = next;
  }
  return { text: result, repairs: Array.from(done) };
}

/** Corrects the base64 padding. The base64 starts after 3 or 35 characters, always 3 more than a multiple of 4. */
function fixPadding(text: string): string {
  let end = text.length;
  while (text[end - 1] === '=') end--;
  return text.slice(0, end) + '='.repeat((3 - end) & 3);
}

function mangled(repairs: readonly string[]): Finding {
  const hint =
    'send it in JSON or through encodeURIComponent, and decode it once; all else is said of the repaired token';
  return finding('MANGLED_IN_TRANSIT', `it can be read once repaired: ${repairs.join(', ')}`, hint);
}

/** Decodes the readable part of a token that cannot be decoded as a whole, as given and as repaired. */
function readDamaged(
  decoder: Decoder,
  given: string,
  text: string,
  failure: AccessTokenError,
  maxContentLength: number,
): Reading {
  if (!/^00[67]/u.test(text)) return unread(null, notAToken(unquote(given.trim()).trim()));
  if (failure.code === 'ERR_TOKEN_TOO_LARGE') return unread(null, malformed(failure));
  const isBase64 = failure.code !== 'ERR_TOKEN_BASE64';
  const { token, isTruncated } = text.startsWith('006')
    ? readPartial006(text)
    : readPartial(decoder, text, isBase64, maxContentLength);
  const isOnlyEndMissing = isBase64 ? failure.code === 'ERR_TOKEN_TRUNCATED' : isTruncated;
  return unread(token, isOnlyEndMissing ? truncated(given.length, token) : malformed(failure));
}

function unread(partial: PartialToken | PartialToken006 | null, why: Finding): Reading {
  return { whole: undefined, partial, findings: [why] };
}

function malformed(failure: AccessTokenError): Finding {
  const hint = 'it was damaged on its way: compare it with what the server sent';
  return finding('MALFORMED', `token: ${failure.problem}`, hint);
}

function truncated(length: number, token: PartialToken | PartialToken006): Finding {
  const message = `it ends early, after ${length} characters; read so far: ${summaryOf(token) || 'nothing'}`;
  const hint =
    'something cut it on its way: a column or field that is too short, a limit on headers, a copy of a part?';
  return finding('TRUNCATED', message, hint);
}

const MAX_SERVICES_LISTED = 8;

function summaryOf(token: PartialToken | PartialToken006): string {
  // Use own properties only. A property that could not be read may be inherited from a polluted prototype.
  const own = Object.assign(Object.create(null) as object, token);
  const parts = own.appId === undefined ? [] : [isHex32(own.appId) ? 'App ID' : 'an App ID that is none'];
  if (own.version === '007') {
    if (own.issueTs !== undefined) parts.push(`issued at ${formatUtc(own.issueTs)}`);
    if (own.expire !== undefined) parts.push(`expire ${own.expire} s`);
    for (const service of own.services.slice(0, MAX_SERVICES_LISTED)) {
      const names = Object.entries(service).flatMap(([name, value]: [string, unknown]) =>
        name !== 'type' && typeof value === 'string' ? [`${name} ${quote(value)}`] : [],
      );
      parts.push([service.type, ...names].join(' '));
    }
  }
  return parts.join(', ');
}

/** Decodes the readable part of a token, and tells whether only the end is missing. */
function readPartial(
  decoder: Decoder,
  text: string,
  isBase64: boolean,
  maxContentLength: number,
): { token: PartialToken; isTruncated: boolean } {
  const [body = ''] = BASE64.exec(text.slice(3)) ?? [];
  const whole = isBase64 ? text : `007${body.slice(0, body.length - (body.length % 4))}`;
  const { bytes, status } = decompressPartial(decodeBase64(whole, 3), maxContentLength, decoder.inflate);
  const isTruncated = isPadding(text.slice(3 + body.length)) && status === 'truncated';
  return { token: unpackPartialContent(bytes), isTruncated };
}

function readPartial006(text: string): { token: PartialToken006; isTruncated: boolean } {
  const appId = text.slice(3, 35);
  const [body = ''] = BASE64.exec(text.slice(35)) ?? [];
  return {
    token: isHex32(appId) ? { version: '006', appId } : { version: '006' },
    isTruncated: isPadding(text.slice(35 + body.length)),
  };
}

const BASE64 = /^[A-Za-z0-9+/]*/u;

function isPadding(text: string): boolean {
  return ['', '=', '==', '==='].includes(text);
}

/** Values that are mistaken for tokens: a pattern, what the value is, and a hint. */
const LOOKALIKES: readonly (readonly [pattern: RegExp, what: string, hint: string])[] = [
  [/^$/u, 'an empty text', 'no token came: did the request for it fail, is the field named otherwise?'],
  [MISSING, 'a missing value turned into text', 'no token came: was the promise awaited, is the field there?'],
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
  for (const [pattern, what, hint] of LOOKALIKES) {
    if (pattern.test(text)) return finding('NOT_A_TOKEN', `${what}${isMissing(text) ? `: ${quote(text)}` : ''}`, hint);
  }
  const message = `a text that begins with ${quote(text.slice(0, 3))}; a token begins with 007`;
  return finding('NOT_A_TOKEN', message, 'pass the text that the token server answered, and nothing else');
}
