/** Guesses why two strings differ that should be equal, and which certificate was intended. */
import { quote } from '../redact.js';

export const MISSING: Readonly<RegExp> = /^(?:undefined|null|NaN|false|true|\[object \w+\])$/u;

/** Matches an unfilled placeholder from a template or route. */
const PLACEHOLDER = /^(?::\w+|\$?\{\{?\w*\}?\}|<\w+>)$/u;

const INTEGER = /^[+-]?\d{1,20}(?:\.0+)?$/u;

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/iu;

export function isMissing(text: string): boolean {
  return MISSING.test(text);
}

/**
 * Guesses why the name in a token differs from the expected name, and suggests a fix.
 * @param actual - The name in the token.
 * @param expected - The name that the client uses; '' for uid 0.
 */
export function causeOfDifference(actual: string, expected: string): string | undefined {
  if (isMissing(actual)) {
    return `a missing value was turned into text (${quote(actual)}) where the token was minted: look where it gets lost`;
  }
  if (isMissing(expected)) {
    return `a missing value was turned into text (${quote(expected)}) where the token is used: look where it gets lost`;
  }
  if (PLACEHOLDER.test(actual)) {
    return `${quote(actual)} is a placeholder that was never filled in where the token was minted`;
  }
  if (actual === '0' && expected === '') {
    return 'the text "0" is a user account of that name: pass uid 0 as a number for any user';
  }
  return causeOfNumbers(actual, expected) ?? causeOfStrings(actual, expected);
}

function causeOfNumbers(actual: string, expected: string): string | undefined {
  if (!INTEGER.test(actual) || !INTEGER.test(expected)) return undefined;
  const [a, b] = [integerOf(actual), integerOf(expected)];
  if (a === b) return 'the same number written otherwise, with leading zeros or a sign: write it in plain decimal';
  if (BigInt.asUintN(32, a) !== BigInt.asUintN(32, b)) return undefined;
  return 'the same 32 bits, signed and unsigned: make the uid unsigned with uid >>> 0 before minting and joining';
}

function integerOf(text: string): bigint {
  return BigInt(text.replace(/\.0+|\+/gu, ''));
}

/** Transformations that make the two strings equal, with the explanation to show. */
const CHANGES: readonly (readonly [change: (text: string) => string, cause: string])[] = [
  [(text) => text.trim(), 'only white space around it differs: trim it on both sides'],
  [unquote, 'only quotes around it differ: pass the text itself'],
  [percentDecode, 'one of them is percent-encoded: decode it before minting, with decodeURIComponent'],
  [
    (text) => percentDecode(text.replaceAll('+', ' ')),
    'one of them is encoded for a URL, with + for a space: decode it before minting',
  ],
  [
    (text) => text.normalize('NFC'),
    'the same characters in another Unicode form (NFC, NFD): call normalize() on both sides',
  ],
  [(text) => text.normalize('NFKC').toLowerCase(), 'only the letter case differs: names are compared with their case'],
  [(text) => text.replace(/\s/gu, ''), 'only white space inside it differs: use the same text on both sides'],
  [
    (text) => percentDecode(text.replaceAll('+', ' ')).normalize('NFKC').replace(/\s/gu, '').toLowerCase(),
    'they differ in letter case, white space or encoding only: use the same text on both sides',
  ],
];

function causeOfStrings(actual: string, expected: string): string | undefined {
  return CHANGES.find(([change]) => change(actual) === change(expected))?.[1];
}

/** Explains a mismatch between a user account and a uid. */
export function causeOfKinds(actual: string, expected: string): string | undefined {
  const [actualIsUid, expectedIsUid] = [/^\d+$/u.test(actual), /^\d*$/u.test(expected)];
  if (UUID.test(actual) && expectedIsUid) {
    return 'the token was minted for a user account, a UUID, but the client joins with a number: mint it for the uid';
  }
  if (!actualIsUid && expectedIsUid) {
    return 'the token was minted for a user account, but the client joins with a number: use buildTokenWithUid';
  }
  if (actualIsUid && !expectedIsUid) {
    return 'the token was minted for a number, but the client joins with a user account: use buildTokenWithUserAccount';
  }
  return undefined;
}

export function unquote(text: string): string {
  return text.replace(/^\\?(["'`])(.*?)\\?\1$/su, '$2');
}

/** Decodes valid percent-encoding, and leaves everything else unchanged. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/giu, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/** A variant of a given certificate, and the explanation to show if the variant signed the token. */
export interface CertificateVariant {
  readonly certificate: string;
  readonly cause: string;
}

/** The longest string to try as a certificate. It has room for 32 digits, quotes and white space. */
const MAX_CERTIFICATE_LENGTH = 64;

/** Lists variants of a certificate that may have been intended, or used by mistake to mint the token. */
export function certificateVariants(given: string): readonly CertificateVariant[] {
  if (given.length > MAX_CERTIFICATE_LENGTH) return [];
  const bare = unquote(given.trim()).trim();
  const around = 'white space or quotes around the certificate: remove them, for example with trim()';
  const minted = (what: string): string =>
    `the token was minted with ${what} after the certificate: trim it where it is read`;
  const otherCase = 'the letter case of the certificate differs: use it as Agora Console shows it, in both places';
  const variants = [
    [bare, around],
    [bare.toLowerCase(), otherCase],
    [bare.toUpperCase(), otherCase],
    [`${bare}\n`, minted('a line break')],
    [`${bare}\r\n`, minted('a line break')],
    [`${bare}\r`, minted('a carriage return')],
    [`${bare} `, minted('white space')],
    [` ${bare}`, 'the token was minted with white space before the certificate: trim it'],
    [`"${bare}"`, 'the token was minted with quotes around the certificate: remove them'],
  ] as const;
  return variants
    .filter(([certificate]) => certificate !== given && certificate !== '')
    .map(([certificate, cause]) => ({ certificate, cause }));
}
