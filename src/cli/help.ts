/**
 * The help texts: the list of all commands, and the description of each.
 */
import { COMMANDS, type Command } from './commands.js';
import type { Option } from './options.js';

const PROJECT = `App ID and certificate come from AGORA_APP_ID and AGORA_APP_CERTIFICATE, or APP_ID and
APP_CERTIFICATE, or the file that AGORA_APP_CERTIFICATE_FILE names; never from an argument.
--demo uses Agora's published sample project instead.
`;

/** Returns the help for the program. */
export function overview(): string {
  return `Mints, reads and verifies Agora tokens.

Usage: accesstoken2 COMMAND [options]

Commands:
${table(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]))}
accesstoken2 COMMAND --help tells the options of a command.

Example:
  accesstoken2 rtc --demo --channel lobby --uid 42

${PROJECT}
The token, or the report, goes to standard output, everything else to standard error.
Exit codes: 0 done or good, 1 the token is bad, 2 wrong usage.
`;
}

/** Returns the help for a command. */
export function helpOf(name: string, { summary, operands, options, notes, examples }: Command): string {
  return `accesstoken2 ${name}: ${summary}

Usage: accesstoken2 ${name}${operands === undefined ? '' : ` ${operands}`} [options]

Options:
${table(Object.entries(options).map(([option, declared]) => [usageOf(option, declared), declared.help]))}
${notes}
${examples.length === 1 ? 'Example' : 'Examples'}:
${examples.map((example) => `  ${example}\n`).join('')}${'demo' in options ? `\n${PROJECT}` : ''}`;
}

function usageOf(name: string, { value }: Option): string {
  return `--${name}${value === undefined ? '' : ` ${value}`}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
}
