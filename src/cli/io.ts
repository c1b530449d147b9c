/**
 * Everything that a command uses from outside: environment, streams, clock and files. Tests pass their own.
 */

/** A stream that strings are written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. */
  readonly columns?: number;
}

/** Everything that a command reads from and writes to. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The folder of this package, with a separator at the end. */
  readonly packageFolder: string;
  /** Returns Unix time in seconds. */
  now(): number;
  /** Reads a file as UTF-8. Throws the original Node.js error. */
  readFile(path: string): string;
  /** Lists the names of the files in a folder. */
  listFolder(path: string): readonly string[];
  /** Calls `stop` on every SIGINT or SIGTERM, instead of ending the process. */
  onStop(stop: () => void): void;
}

/** Reads standard input to its end, as UTF-8. */
export async function readStdin(io: Io): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Reads a file, or returns undefined if it cannot be read. */
export function readFileIfThere(io: Io, path: string): string | undefined {
  try {
    return io.readFile(path);
  } catch {
    return undefined;
  }
}

/** Removes the trailing line break that editors and `echo` add. */
export function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/u, '');
}
