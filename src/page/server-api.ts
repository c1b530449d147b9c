/**
 * Requests to the server, which has the certificate: minting a token, and checking a signature.
 */
import type { Finding, Inspection } from '../web.js';

/** The values of the form that mints a token. */
export interface MintRequest {
  readonly channelName: string;
  readonly uid: number;
  /** 1 for a publisher, 2 for a subscriber. */
  readonly role: number;
}

/** A token, or the reason why there is none. */
export type MintResult = { readonly token: string } | { readonly problem: string };

/** Mints a token. */
export async function mint({ channelName, uid, role }: MintRequest): Promise<MintResult> {
  const response = await post('/fetch_rtc_token', { ChannelName: channelName, uid, role });
  if (response === undefined) return { problem: NO_RESPONSE };
  const { status, body } = response;
  const token = stringIn(body, 'token');
  if (status === 200 && token !== undefined) return { token };
  // The error message is in the field `token`, or in a problem document.
  const detail = token ?? stringIn(body, 'detail') ?? stringIn(body, 'title');
  return {
    problem: detail === undefined ? `The server refused, with status ${status}.` : `Refused: ${detail}`,
  };
}

/** The server's inspection of a token, or the reason why the signature was not checked. */
export type SignatureCheck =
  | { readonly signature: 'valid' | 'invalid'; readonly findings: readonly Finding[] }
  | { readonly signature: 'unchecked'; readonly reason: string };

/** Checks the signature of a token. */
export async function checkSignature(token: string): Promise<SignatureCheck> {
  const response = await post('/inspect', { token });
  if (response === undefined) return unchecked(NO_RESPONSE);
  const { status, body } = response;
  if (status === 404) return unchecked('this server does not inspect tokens');
  if (status !== 200 || !isInspection(body)) return unchecked(`the server answered with status ${status}`);
  const { signature, findings } = body;
  return signature === 'unchecked' ? unchecked(NOT_IN_TOKEN) : { signature, findings };
}

function unchecked(reason: string): SignatureCheck {
  return { signature: 'unchecked', reason };
}

const NOT_IN_TOKEN = 'it is over channel and uid, which the token does not carry';
const NO_RESPONSE = 'the server does not answer; is it still running?';

const TIMEOUT_MS = 10_000;

/** Posts JSON. Returns undefined if there is no response. `body` is null if the response is not JSON. */
async function post(path: string, body: object): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stringIn(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' ? value : undefined;
}

/** Tells whether JSON is an inspection. The server belongs to the same package, so findings are not validated. */
function isInspection(body: unknown): body is Pick<Inspection, 'signature' | 'findings'> {
  if (typeof body !== 'object' || body === null || !('findings' in body)) return false;
  const signature = stringIn(body, 'signature') ?? '';
  return ['valid', 'invalid', 'unchecked'].includes(signature) && Array.isArray(body.findings);
}
