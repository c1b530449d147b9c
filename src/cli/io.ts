/**
 * What a command has of the world around it. `process` fits, and so does anything that a test puts together.
 */

/** A stream that takes text, perhaps a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. */
  readonly columns?: number;
}

/** The environment, the streams, the clock and the files of a command. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The folder of this package, ending in a separator. */
  readonly packageFolder: string;
  /** Unix time in seconds. */
  now(): number;
  /** Reads a file as UTF-8; throws what Node.js throws. */
  readFile(path: string): string;
  /** Lists the names of the files in a folder. */
  listFolder(path: string): readonly string[];
  /** Calls back each time that the command is told to stop, which then no longer ends it. */
  onStop(stop: () => void): void;
}

/** Reads all of standard input as UTF-8. */
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
