/**
 * The files of the development page, and their headers.
 */
import type { Io } from '../io.js';

/** A file of the page. */
export interface PageFile {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const FILES = [
  ['/', 'index.html', 'text/html'],
  ['/page.css', 'page.css', 'text/css'],
  ['/page.js', 'page.js', 'text/javascript'],
] as const;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Reads the files of the development page. */
export function readPage(io: Pick<Io, 'packageFolder' | 'readFile'>): readonly PageFile[] {
  return FILES.map(([path, name, type]) => ({
    path,
    body: io.readFile(`${io.packageFolder}dist/cli/page/${name}`),
    headers: headersOf(type),
  }));
}

function headersOf(type: string): PageFile['headers'] {
  return {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}
