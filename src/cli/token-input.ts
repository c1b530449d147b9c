/**
 * Finds the token in pasted text: a plain token, a URL, a JSON document, or an `Authorization` line.
 */
import { percentDecode } from '../inspect/causes.js';
import { quote } from '../redact.js';
import { UsageError } from './usage.js';

/** The prefix of a token. */
const TOKEN = /^00[67]/u;

/** `Authorization: agora token=…`, also within a longer line such as a curl command. */
const AUTHORIZATION = /\bagora\s+token\s*=\s*(?<quote>["']?)(?<token>[^\r\n"',;]*)\k<quote>/iu;

/** A token, and the parameter or property that contains it. */
interface Found {
  readonly place: string;
  readonly token: string;
}

/** The token to read, and a note about where it was found. */
export interface TokenInput {
  readonly token: string;
  readonly note?: string;
}

/**
 * Returns the token in a text. If there is none, returns the whole text, so that the inspector can explain it. Tokens
 * are returned without repairs.
 */
export function findToken(text: string): TokenInput {
  if (TOKEN.test(text)) return { token: text };
  const pasted = text.trim();
  const authorization = AUTHORIZATION.exec(pasted)?.groups?.['token'];
  if (authorization !== undefined) return { token: authorization.trimEnd() };
  if (/^[a-z][a-z\d+.-]*:\/\//iu.test(pasted)) return findInUrl(pasted);
  if (/^[[{]/u.test(pasted)) return findInJson(pasted);
  return { token: text };
}

function findInUrl(url: string): TokenInput {
  const [base = '', ...parameters] = url.split(/[?#&;]/u);
  const [, inPath] = /\/(00[67][^]{20,})$/u.exec(base) ?? [];
  const found = [
    { place: 'its path', encoded: inPath ?? '' },
    ...parameters.map((parameter) => {
      const [, place = '', encoded = ''] = /^(?:([^=]*)=)?([^]*)$/u.exec(parameter) ?? [];
      return { place, encoded };
    }),
  ]
    .map(({ place, encoded }) => ({ place, encoded, token: percentDecode(encoded) }))
    .filter(({ token }) => TOKEN.test(token));
  const token = singleToken('URL', found);
  if (token === undefined) return { token: url };
  return found.some(({ encoded }) => encoded.includes('+')) ? { token, note: RAW_PLUS } : { token };
}

const RAW_PLUS =
  'the URL has a + that is not encoded, which most servers read as a space; encodeURIComponent writes it as %2B';

function findInJson(text: string): TokenInput {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { token: text };
  }
  return { token: singleToken('JSON document', tokensIn(document)) ?? text };
}

/** Lists all tokens in a JSON document. If there are none, lists the strings under names such as `token`. */
function tokensIn(document: unknown): readonly Found[] {
  const strings = stringsIn(document, '');
  const tokens = strings.filter(({ token }) => TOKEN.test(token));
  return tokens.length > 0 ? tokens : strings.filter(({ place }) => /token$/iu.test(place));
}

function stringsIn(value: unknown, place: string): readonly Found[] {
  if (typeof value === 'string') return [{ place, token: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => stringsIn(entry, place === '' ? key : `${place}.${key}`));
}

/** Returns the token that was found, possibly in several places. Throws if there are different tokens. */
function singleToken(kind: string, found: readonly Found[]): string | undefined {
  const tokens = new Set(found.map(({ token }) => token));
  if (tokens.size > 1) {
    const places = found.map(({ place }) => quote(place)).join(', ');
    throw new UsageError(`the ${kind} holds ${tokens.size} tokens, at ${places}; pass one of them alone`);
  }
  return found[0]?.token;
}
