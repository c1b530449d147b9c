// What the library speaks of beyond a browser's own types. It comes along where its web entry is imported, and is
// checked where it belongs, with the types of Node.js, which the page is not to see.

declare module 'node:buffer' {
  export interface Buffer extends Uint8Array {
    toString(encoding?: string): string;
  }
  export const Buffer: {
    readonly prototype: Buffer;
    from(data: ArrayBufferLike | string, ...how: readonly unknown[]): Buffer;
  };
}

declare module 'node:crypto';

declare module 'node:module' {
  export function createRequire(path: string): (id: string) => unknown;
}

declare module 'node:zlib' {
  export function deflateSync(data: Uint8Array): Uint8Array;
}

interface SubtleCrypto {
  importKey(
    format: 'raw',
    keyData: Uint8Array,
    algorithm: HmacImportParams,
    extractable: boolean,
    keyUsages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  sign(algorithm: AlgorithmIdentifier, key: CryptoKey, data: Uint8Array): Promise<ArrayBuffer>;
}
