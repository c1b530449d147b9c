/**
 * The options of a command line, checked against what the command knows.
 */
import { parseArgs } from 'node:util';
import { shown } from './terminal-text.js';
import { UsageError } from './usage.js';

/** An option, as its command declares it. */
export interface Option {
  /** What stands for its value in the help; without it the option is a flag. */
  readonly value?: string;
  readonly help: string;
  /** Whether it may be given more than once. */
  readonly many?: true;
}

/** Options by their names, without the dashes. */
export type Options = Readonly<Record<string, Option>>;

/** What is written on the command line. */
export interface CommandLine {
  readonly given: Given;
  readonly positionals: readonly string[];
}

/** Words of options that would hand over the project. */
const PROJECT_WORD = /cert|secret|app-?id/iu;

/** Reads a command line; refuses what the command does not know, without repeating a value that could be secret. */
export function readCommandLine(command: string, args: readonly string[], options: Options): CommandLine {
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
    if (option === undefined) refuseOption(command, rawName);
    const earlier = values.get(name) ?? [];
    if (earlier.length > 0 && option.many === undefined) {
      throw new UsageError(`--${name} is given twice; give it once`);
    }
    values.set(name, [...earlier, valueOf(name, option, token.value, token.inlineValue === true)]);
  }
  return { given: new Given(command, options, values), positionals };
}

function refuseOption(command: string, rawName: string): never {
  if (PROJECT_WORD.test(rawName)) {
    throw new UsageError(
      'App ID and certificate are never taken from an argument, which process lists and shell histories show; set AGORA_APP_ID and AGORA_APP_CERTIFICATE',
    );
  }
  throw new UsageError(
    `${command} has no option ${shown(rawName)}; accesstoken2 ${command} --help lists those that it has`,
  );
}

function valueOf(name: string, option: Option, value: string | undefined, isInline: boolean): string {
  if (option.value === undefined) {
    if (value === undefined) return '';
    throw new UsageError(`--${name} takes no value; write --${name} alone`);
  }
  if (value === undefined) throw new UsageError(`--${name} lacks its value; write --${name} ${option.value}`);
  // A negative number is a value, `--demo` most likely the next option.
  if (!isInline && /^-(?!\d|$)/u.test(value)) {
    throw new UsageError(
      `--${name} lacks its value; one that begins with a dash is written --${name}=${option.value}`,
    );
  }
  return value;
}

/** The options that were given. */
export class Given {
  readonly #command: string;
  readonly #options: Options;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(command: string, options: Options, values: ReadonlyMap<string, readonly string[]>) {
    this.#command = command;
    this.#options = options;
    this.#values = values;
  }

  /** Tells whether an option is there. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Returns those of some options that are there. */
  among(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.has(name));
  }

  /** Returns all values of an option. */
  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Returns the value of an option, undefined if it is not there. */
  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** Returns the value of an option, or refuses the command line. */
  requiredText(name: string): string {
    return this.text(name) ?? this.#refuseMissing(name);
  }

  /** Returns the integers of an option. */
  integers(name: string): readonly number[] {
    return this.texts(name).map((text) => integerOf(name, text));
  }

  /** Returns the integer of an option, undefined if it is not there. */
  integer(name: string): number | undefined {
    return this.integers(name)[0];
  }

  /** Returns the integer of an option, or refuses the command line. */
  requiredInteger(name: string): number {
    return this.integer(name) ?? this.#refuseMissing(name);
  }

  #refuseMissing(name: string): never {
    const option = `--${name} ${this.#options[name]?.value ?? ''}`;
    throw new UsageError(
      `${this.#command} needs ${option}; accesstoken2 ${this.#command} --help has an example`,
    );
  }
}

/** Reads an integer as it is written in decimal: no sign but a minus, no leading zero, no blank. */
function integerOf(name: string, text: string): number {
  if (/^(?:0|-?[1-9]\d*)$/u.test(text)) return Number(text);
  const wayOut = name === 'uid' ? '; a user with a name has an --account' : '';
  throw new UsageError(`--${name}: expected an integer in decimal digits, got ${shown(text)}${wayOut}`);
}
