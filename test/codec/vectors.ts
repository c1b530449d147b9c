import { readFileSync } from 'node:fs';

/** Returns the zlib stream of each 007 token in a file of `vectors/`. */
export function vectorsOf(file: string): readonly { readonly id: number; readonly stream: Uint8Array }[] {
  const url = new URL(`../../vectors/${file}`, import.meta.url);
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly vectors: readonly { readonly id: number; readonly token: string }[];
  };
  return vectors
    .filter(({ token }) => token.startsWith('007'))
    .map(({ id, token }) => ({ id, stream: Uint8Array.from(Buffer.from(token.slice(3), 'base64')) }));
}
