/**
 * Who is asking? Replace this file by what your application has: a session cookie, the JWT of your identity provider.
 *
 * So that the recipes run as they stand, a session is a bearer, `Authorization: Bearer <JSON in hex>.<HMAC in hex>`,
 * and says who somebody is and where they may join: `{ uid: 42, channels: ['lobby'], expires: 1795522172 }`.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Takes the session out of an Authorization header; null if there is none, it is forged, or it has ended. */
export async function sessionOf(authorization, secret) {
  const [, said, mac] = /^Bearer ((?:[0-9a-f]{2})+)\.([0-9a-f]{64})$/u.exec(authorization ?? '') ?? [];
  if (!said || !mac) return null;
  // Compares in constant time.
  const isOurs = await crypto.subtle.verify('HMAC', await keyOf(secret), bytesOf(mac), bytesOf(said));
  const session = isOurs ? JSON.parse(decoder.decode(bytesOf(said))) : null;
  return session?.expires > Date.now() / 1000 ? session : null;
}

/** Signs a session: what your login would hand to somebody whose password was right. */
export async function bearerOf(session, secret) {
  const said = encoder.encode(JSON.stringify(session));
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), said);
  return `Bearer ${hexOf(said)}.${hexOf(new Uint8Array(mac))}`;
}

async function keyOf(secret) {
  if (!secret) throw new Error('SESSION_SECRET is not set');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign', 'verify']);
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../gu), (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
