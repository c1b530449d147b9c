/**
 * The commands by name.
 */
import { READING_OPTIONS, runInspect, runVerify } from './inspect.js';
import type { Io } from './io.js';
import { MINT_OPTIONS, runMinter } from './mint.js';
import { MINTERS, type Minter } from './minters.js';
import { type CommandLine, type Options, rejectPositionals } from './options.js';
import { SERVE_OPTIONS } from './serve/settings.js';
import type { Exit } from './usage.js';
import { VECTORS_OPTIONS, runVectors } from './vectors.js';

/** A command. */
export interface Command {
  readonly summary: string;
  /** The positional arguments, as shown in the help. */
  readonly operands?: string;
  readonly options: Options;
  /** Additional lines for the help. */
  readonly notes: string;
  readonly examples: readonly string[];
  readonly run: (line: CommandLine, io: Io) => Exit | Promise<Exit>;
}

const TOKEN_NOTES = `TOKEN is a token, or what it was pasted with: a URL, a JSON document, a line such as
Authorization: agora token=007…; - reads it from standard input.
`;

export const COMMANDS: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(Object.entries(MINTERS).map(([name, minter]) => [name, mintingCommand(name, minter)])),
  inspect: {
    summary: 'says what is in a token, what is wrong with it, and what to do',
    operands: 'TOKEN|-',
    options: READING_OPTIONS,
    notes: `${TOKEN_NOTES}
The token is checked against the project of the environment, as far as it is set: without a
certificate its signature is not checked.
`,
    examples: ['accesstoken2 rtc --demo --channel lobby --uid 42 | accesstoken2 inspect - --channel lobby --uid 42'],
    run: runInspect,
  },
  verify: {
    summary: 'says whether a token is signed by your project and is what you expect',
    operands: 'TOKEN|-',
    options: READING_OPTIONS,
    notes: TOKEN_NOTES,
    examples: [
      'accesstoken2 rtc --demo --channel lobby --uid 42 | accesstoken2 verify - --demo --channel lobby --uid 42',
    ],
    run: runVerify,
  },
  serve: {
    summary: 'serves tokens over HTTP: to your backends, or while you develop',
    options: SERVE_OPTIONS,
    notes: `With a secret, from --auth-token-file or ACCESSTOKEN2_AUTH_TOKEN, clients that send it as
Authorization: Bearer get any token. It is for your backends, which know who their users are; an app must
never have it.

With --open there is no secret, and only programs and pages of this machine are answered.

A line of JSON for each request goes to standard output. SIGTERM and SIGINT stop it once requests under way
are answered, a second one at once.
`,
    examples: ['accesstoken2 serve --open --demo', 'accesstoken2 serve --auth-token-file auth-token'],
    run: serve,
  },
  vectors: {
    summary: 'checks an implementation against tokens of the official builders',
    operands: '[FILE…]',
    options: VECTORS_OPTIONS,
    notes: `FILE is a file of vectors, or the name of one that comes with this package, such as go-builders;
without any it is all of those. Without --cases or --against this library is checked.

Mint a token from each line of --cases, and write {"id": …, "token": "…"} lines for --against.
`,
    examples: [
      'accesstoken2 vectors',
      'accesstoken2 vectors go-builders node-builders --cases > cases.jsonl',
      'accesstoken2 vectors go-builders node-builders --against tokens.jsonl',
    ],
    run: runVectors,
  },
};

function mintingCommand(name: string, minter: Minter): Command {
  return {
    summary: minter.summary,
    options: { ...minter.options, ...MINT_OPTIONS },
    notes: 'The token alone goes to standard output; on a terminal, what it says goes to standard error.\n',
    examples: minter.examples.map((example) => `accesstoken2 ${example}`),
    run: ({ values, positionals }, io) => {
      rejectPositionals(name, positionals);
      return runMinter(minter, values, io);
    },
  };
}

/** Loads the server on demand, so that other commands start faster. */
async function serve(line: CommandLine, io: Io): Promise<Exit> {
  const { runServe } = await import('./serve/serve.js');
  return runServe(line, io);
}
