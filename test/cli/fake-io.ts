/** Runs the command without a process: with given input, and captured output. */
import { readFileSync, readdirSync } from 'node:fs';
import { main } from '../../src/cli/main.js';
import { ROOT, SAMPLE } from '../packed.js';

/** The current time of the command. */
export const NOW = 1_800_000_000;

export interface World {
  /** Default: the sample project. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Files by path, besides those of the package. */
  readonly files?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command. */
export async function runMain(argv: readonly string[], world: World = {}): Promise<Outcome> {
  const { env = SAMPLE, stdin = '', files = {}, isTTY = false, columns } = world;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    write: (text: string) => (written[name] += text),
  });
  const status = await main(argv, {
    env,
    stdin: chunksOf(stdin),
    stdout: output('stdout'),
    stderr: output('stderr'),
    packageFolder: ROOT,
    now: () => NOW,
    readFile: (path) => files[path] ?? readFileSync(path, 'utf8'),
    listFolder: (path) => readdirSync(path),
    onStop: () => {
      // Never stopped.
    },
  });
  return { status, ...written };
}

/** Splits a string into chunks, also within characters. */
async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; offset += 1021) {
    yield await Promise.resolve(bytes.subarray(offset, offset + 1021));
  }
}
