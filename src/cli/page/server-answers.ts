/**
 * What the page asks its server for: a token, and whether a signature is valid, which takes the certificate.
 */
import type { Finding, Inspection } from '../../web.js';

/** What a token is asked for. */
export interface Wanted {
  readonly channelName: string;
  readonly uid: number;
  /** 1: publisher, 2: subscriber. */
  readonly role: number;
}

/** A token, or why there is none. */
export type Minted = { readonly token: string } | { readonly refusal: string };

/** Asks for a token. */
export async function mint({ channelName, uid, role }: Wanted): Promise<Minted> {
  const answer = await post('/fetch_rtc_token', { ChannelName: channelName, uid, role });
  if (answer === undefined) return { refusal: NO_ANSWER };
  const { status, body } = answer;
  const token = textIn(body, 'token');
  if (status === 200 && token !== undefined) return { token };
  // What was wrong stands in the place of the token, or in a problem document.
  const said = token ?? textIn(body, 'detail') ?? textIn(body, 'title');
  return { refusal: said === undefined ? `The server refused, with status ${status}.` : `Refused: ${said}` };
}

/** Whether a signature is valid, and what the server found out about the token; or why it was not checked. */
export type SignatureCheck =
  | { readonly signature: 'valid' | 'invalid'; readonly findings: readonly Finding[] }
  | { readonly signature: 'unchecked'; readonly why: string };

/** Asks whether the signature of a token is valid. */
export async function checkSignature(token: string): Promise<SignatureCheck> {
  const answer = await post('/inspect', { token });
  if (answer === undefined) return unchecked(NO_ANSWER);
  const { status, body } = answer;
  if (status === 404) return unchecked('this server does not inspect tokens');
  if (status !== 200 || !isInspection(body)) return unchecked(`the server answered with status ${status}`);
  const { signature, findings } = body;
  return signature === 'unchecked' ? unchecked(NOT_CARRIED) : { signature, findings };
}

function unchecked(why: string): SignatureCheck {
  return { signature: 'unchecked', why };
}

const NOT_CARRIED = 'it is over channel and uid, which the token does not carry';
const NO_ANSWER = 'the server does not answer; is it still running?';

/** For how many milliseconds an answer is waited for. */
const PATIENCE = 10_000;

/** Posts JSON, and returns what was answered, if anything was: null as the body if that was no JSON. */
async function post(path: string, body: object): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    return { status: response.status, body: jsonIn(text) };
  } catch {
    return undefined;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textIn(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' ? value : undefined;
}

function isInspection(body: unknown): body is Pick<Inspection, 'signature' | 'findings'> {
  if (typeof body !== 'object' || body === null || !('findings' in body)) return false;
  const { findings } = body;
  return (
    ['valid', 'invalid', 'unchecked'].includes(textIn(body, 'signature') ?? '') &&
    Array.isArray(findings) &&
    findings.every(isFinding)
  );
}

function isFinding(value: unknown): value is Finding {
  return (
    ['error', 'warning', 'info'].includes(textIn(value, 'severity') ?? '') &&
    ['code', 'message', 'hint'].every((name) => textIn(value, name) !== undefined)
  );
}
