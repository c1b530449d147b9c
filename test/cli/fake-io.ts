/** A world for the command that is no process: what it reads is given, what it writes is kept. */
import { readFileSync, readdirSync } from 'node:fs';
import { main } from '../../src/cli/main.js';
import { ROOT, SAMPLE } from '../packed.js';

/** The time in that world. */
export const NOW = 1_800_000_000;

export interface World {
  /** The sample project, if left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Files by their paths, besides those of the package. */
  readonly files?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a world of its own. */
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
      // Nobody stops a command in this world.
    },
  });
  return { status, ...written };
}

/** Splits a text where it hurts: within characters. */
async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; offset += 1021) {
    yield await Promise.resolve(bytes.subarray(offset, offset + 1021));
  }
}
