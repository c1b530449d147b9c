/**
 * Parses the command line into the values of the options that a command declares.
 */
import { parseArgs } from 'node:util';
import { quote } from '../redact.js';
import { UsageError } from './usage.js';

/** An option, as its command declares it. */
export interface Option {
  /** The placeholder for the value in the help. An option without a placeholder is a flag. */
  readonly value?: string;
  readonly help: string;
  /** Whether the option may be repeated. */
  readonly many?: true;
}

/** Options by name, without the dashes. */
export type Options = Readonly<Record<string, Option>>;

/** A parsed command line. */
export interface CommandLine {
  readonly values: OptionValues;
  readonly positionals: readonly string[];
}

/** Names of options that try to pass a certificate or App ID. They are rejected with an explanation. */
const PROJECT_OPTION = /cert|secret|app-?id/iu;

/** Parses the arguments of a command. Throws for unknown options, without echoing possible secrets. */
export function parseCommandLine(command: string, args: readonly string[], options: Options): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const option = rawName === `--${name}` && Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) throwUnknownOption(command, rawName);
    const earlier = values.get(name) ?? [];
    if (earlier.length > 0 && option.many === undefined) {
      throw new UsageError(`--${name} is given twice; give it once`);
    }
    values.set(name, [...earlier, parseValue(name, option, token.value, token.inlineValue === true)]);
  }
  return { values: new OptionValues(command, options, values), positionals };
}

function throwUnknownOption(command: string, rawName: string): never {
  if (PROJECT_OPTION.test(rawName)) {
    throw new UsageError(
      'App ID and certificate are never taken from an argument, which process lists and shell histories show; set AGORA_APP_ID and AGORA_APP_CERTIFICATE',
    );
  }
  throw new UsageError(
    `${command} has no option ${quote(rawName)}; accesstoken2 ${command} --help lists those that it has`,
  );
}

/** Throws if there are positional arguments, for commands that take none. */
export function rejectPositionals(command: string, [first]: readonly string[]): void {
  if (first === undefined) return;
  throw new UsageError(`${command} takes options only, got ${quote(first)}; see accesstoken2 ${command} --help`);
}

function parseValue(name: string, option: Option, value: string | undefined, isInline: boolean): string {
  if (option.value === undefined) {
    if (value === undefined) return '';
    throw new UsageError(`--${name} takes no value; write --${name} alone`);
  }
  if (value === undefined) throw new UsageError(`--${name} lacks its value; write --${name} ${option.value}`);
  // A negative number is a value. Anything else that begins with a dash is probably the next option.
  if (!isInline && /^-(?!\d|$)/u.test(value)) {
    throw new UsageError(`--${name} lacks its value; one that begins with a dash is written --${name}=${option.value}`);
  }
  return value;
}

/** The values of the options on a command line. */
export class OptionValues {
  readonly #command: string;
  readonly #options: Options;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(command: string, options: Options, values: ReadonlyMap<string, readonly string[]>) {
    this.#command = command;
    this.#options = options;
    this.#values = values;
  }

  /** Tells whether an option is given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Returns all values of an option; none if the option is missing. */
  strings(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Returns the option's value, or undefined if the option is missing. */
  string(name: string): string | undefined {
    return this.strings(name)[0];
  }

  /** Returns the option's value; throws if the option is missing. */
  requiredString(name: string): string {
    return this.string(name) ?? this.#throwMissing(name);
  }

  /** Returns all values of an option as integers. */
  integers(name: string): readonly number[] {
    return this.strings(name).map((value) => parseDecimal(name, value));
  }

  /** Returns the option's value as an integer, or undefined if the option is missing. */
  integer(name: string): number | undefined {
    return this.integers(name)[0];
  }

  /** Returns the option's value as an integer; throws if the option is missing. */
  requiredInteger(name: string): number {
    return this.integer(name) ?? this.#throwMissing(name);
  }

  /** Throws if an option is given together with one of the others. */
  rejectCombination(name: string, others: readonly string[]): void {
    const other = this.has(name) ? others.find((each) => this.has(each)) : undefined;
    if (other === undefined) return;
    throw new UsageError(`--${other} does not go with --${name}; leave one of them out`);
  }

  #throwMissing(name: string): never {
    const option = `--${name} ${this.#options[name]?.value ?? ''}`;
    throw new UsageError(`${this.#command} needs ${option}; accesstoken2 ${this.#command} --help has an example`);
  }
}

/** Parses a decimal integer; rejects a plus sign, leading zeros and white space. */
function parseDecimal(name: string, value: string): number {
  if (/^(?:0|-?[1-9]\d*)$/u.test(value)) return Number(value);
  const hint = name === 'uid' ? '; a user with a name has an --account' : '';
  throw new UsageError(`--${name}: expected an integer in decimal digits, got ${quote(value)}${hint}`);
}
