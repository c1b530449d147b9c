/**
 * Finds the token in what people paste: the token itself, a URL, a JSON document, an `Authorization` line.
 */
import { UsageError } from './usage.js';
import { quoted } from './terminal-text.js';

/** What a token begins with. */
const TOKEN = /^00[67]/u;

/** `Authorization: agora token=…`, also within a longer line such as a curl command. */
const AUTHORIZATION = /\bagora\s+token\s*=\s*(?<quote>["']?)(?<token>[^\r\n"',;]*)\k<quote>/iu;

/** A token that was found, and where. */
interface Found {
  readonly place: string;
  readonly token: string;
}

/** A token, and what to tell about the way it was written. */
export interface TokenInput {
  readonly token: string;
  readonly note?: string;
}

/**
 * Returns the token in a text. A text that holds none is returned whole, so that the reader can say what it is
 * instead; nothing of a token is repaired here.
 */
export function tokenIn(text: string): TokenInput {
  if (TOKEN.test(text)) return { token: text };
  const pasted = text.trim();
  const authorization = AUTHORIZATION.exec(pasted)?.groups?.['token'];
  if (authorization !== undefined) return { token: authorization.trimEnd() };
  if (/^[a-z][a-z\d+.-]*:\/\//iu.test(pasted)) return inUrl(pasted);
  if (/^[[{]/u.test(pasted)) return inJson(pasted);
  return { token: text };
}

function inUrl(url: string): TokenInput {
  const [base = '', ...parameters] = url.split(/[?#&;]/u);
  const [, inPath] = /\/(00[67][^]{20,})$/u.exec(base) ?? [];
  const found = [
    { place: 'its path', written: inPath ?? '' },
    ...parameters.map((parameter) => {
      const [, place = '', written = ''] = /^(?:([^=]*)=)?([^]*)$/u.exec(parameter) ?? [];
      return { place, written };
    }),
  ]
    .map(({ place, written }) => ({ place, written, token: percentDecoded(written) }))
    .filter(({ token }) => TOKEN.test(token));
  const token = onlyOne('URL', found);
  if (token === undefined) return { token: url };
  return found.some(({ written }) => written.includes('+')) ? { token, note: RAW_PLUS } : { token };
}

const RAW_PLUS =
  'the URL has a + that is not encoded, which most servers read as a space; encodeURIComponent writes it as %2B';

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inJson(text: string): TokenInput {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { token: text };
  }
  return { token: onlyOne('JSON document', tokensOf(document, '')) ?? text };
}

/** Finds all tokens in a JSON document; without any, what stands under a name such as `token`. */
function tokensOf(document: unknown, place: string): readonly Found[] {
  const texts = textsOf(document, place);
  const tokens = texts.filter(({ token }) => TOKEN.test(token));
  return tokens.length > 0 ? tokens : texts.filter(({ place: path }) => /token$/iu.test(path));
}

function textsOf(value: unknown, place: string): readonly Found[] {
  if (typeof value === 'string') return [{ place, token: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    textsOf(entry, place === '' ? key : `${place}.${key}`),
  );
}

/** Returns the one token that was found, wherever it stands; refuses to choose among several. */
function onlyOne(kind: string, found: readonly Found[]): string | undefined {
  const tokens = new Set(found.map(({ token }) => token));
  if (tokens.size > 1) {
    const places = found.map(({ place }) => quoted(place)).join(', ');
    throw new UsageError(`the ${kind} holds ${tokens.size} tokens, at ${places}; pass one of them alone`);
  }
  return found[0]?.token;
}
