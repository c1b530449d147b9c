/**
 * The program `accesstoken2`: finds a command, runs it, and reports any error in one line.
 */
import { AccessTokenError } from '../index.js';
import { escapeUnprintable, quote } from '../redact.js';
import { COMMANDS, type Command } from './commands.js';
import { helpOf, overview } from './help.js';
import type { Io } from './io.js';
import { parseCommandLine } from './options.js';
import { Exit, UsageError } from './usage.js';

/**
 * Runs a command line and returns the exit code: 0 for success or a good token, 1 for a bad token, 2 for wrong usage.
 * @param argv - The arguments, without the path of the program.
 */
export async function main(argv: readonly string[], io: Io): Promise<Exit> {
  try {
    return await run(argv, io);
  } catch (error) {
    io.stderr.write(`accesstoken2: ${describeError(error)}\n`);
    return Exit.WrongUsage;
  }
}

async function run([word, ...args]: readonly string[], io: Io): Promise<Exit> {
  if (word === undefined) {
    io.stderr.write(overview());
    return Exit.WrongUsage;
  }
  if (['--help', '-h', 'help'].includes(word)) {
    const [name] = args;
    io.stdout.write(name === undefined ? overview() : helpOf(name, commandOf(name)));
    return Exit.Good;
  }
  if (word === '--version') {
    io.stdout.write(`${versionOf(io)}\n`);
    return Exit.Good;
  }
  const command = commandOf(word);
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(helpOf(word, command));
    return Exit.Good;
  }
  return command.run(parseCommandLine(word, args, command.options), io);
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command;
  if (name.startsWith('-')) {
    throw new UsageError('the command comes first, for example accesstoken2 rtc --demo --channel lobby --uid 42');
  }
  throw new UsageError(
    /^00[67]/u.test(name)
      ? 'to see what a token says, use accesstoken2 inspect TOKEN'
      : `there is no command ${quote(name)}; accesstoken2 --help lists them all`,
  );
}

function versionOf(io: Io): string {
  const manifest: unknown = JSON.parse(io.readFile(`${io.packageFolder}package.json`));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

/** Describes an error. For an unexpected one, shows only the name, because the message could contain a secret. */
function describeError(error: unknown): string {
  if (error instanceof UsageError || error instanceof AccessTokenError) return escapeUnprintable(error.message);
  const kind = error instanceof Error ? error.name : typeof error;
  return `failed unexpectedly (${kind}); please report it with the command, without its secrets`;
}
