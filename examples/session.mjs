/**
 * A stand-in for your sessions. Replace this file with what your application uses: a session cookie, or the JWT of your
 * identity provider.
 *
 * A session here is a header, `Authorization: Bearer <JSON in hex>.<HMAC in hex>`. The JSON says who the user is and
 * which channels they may join: `{ uid: 42, channels: ['lobby'], expires: 1795522172 }`.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Returns the session in an Authorization header, or null if it is missing, forged or expired. */
export async function sessionOf(authorization, secret) {
  const [, payload, mac] = /^Bearer ((?:[0-9a-f]{2})+)\.([0-9a-f]{64})$/u.exec(authorization ?? '') ?? [];
  if (!payload || !mac) return null;
  // Compares in constant time.
  const isValid = await crypto.subtle.verify('HMAC', await keyOf(secret), bytesOf(mac), bytesOf(payload));
  const session = isValid ? JSON.parse(decoder.decode(bytesOf(payload))) : null;
  return session?.expires > Date.now() / 1000 ? session : null;
}

/** Signs a session, as your login would after checking the password. */
export async function bearerOf(session, secret) {
  const payload = encoder.encode(JSON.stringify(session));
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), payload);
  return `Bearer ${hexOf(payload)}.${hexOf(new Uint8Array(mac))}`;
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
