/**
 * The App ID and certificate of the project that signs. They come only from the environment.
 */
import type { AccessTokenError } from '../index.js';
import { quote } from '../redact.js';
import { type Io, readFileIfThere, withoutLineBreak } from './io.js';
import type { OptionValues } from './options.js';
import { UsageError } from './usage.js';

/** A value, with the option or variable that it comes from. */
export interface Sourced {
  readonly value: string;
  readonly source: string;
}

/** A project. Parts that the environment does not set are undefined. */
export interface Project {
  readonly appId: Sourced | undefined;
  readonly appCertificate: Sourced | undefined;
}

/** The sample project that Agora publishes in its official tests. */
const SAMPLE: Project = {
  appId: { value: '970CA35de60c44645bbae8a215061b33', source: 'the sample project' },
  appCertificate: { value: '5CFd2fd1755d40ecb72977518be15d3b', source: 'the sample project' },
};

/** Returns the project from the environment, or the sample project with `--demo`. */
export function projectOf(values: OptionValues, io: Io): Project {
  if (values.has('demo')) return SAMPLE;
  return {
    appId: variable(io, 'AGORA_APP_ID') ?? variable(io, 'APP_ID'),
    appCertificate: variable(io, 'AGORA_APP_CERTIFICATE') ?? certificateFile(io) ?? variable(io, 'APP_CERTIFICATE'),
  };
}

/** Returns the App ID or certificate of a project; throws if it is not set. */
export function required(project: Project, name: keyof Project): Sourced {
  const found = project[name];
  if (found !== undefined) return found;
  const missing = name === 'appId' ? 'AGORA_APP_ID' : 'AGORA_APP_CERTIFICATE';
  throw new UsageError(
    `${missing} is not set; set it to that of your project, or use --demo for Agora's published sample project`,
  );
}

/** Returns an environment variable. An empty variable counts as not set. */
export function variable({ env }: Io, name: string): Sourced | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : { value, source: name };
}

function certificateFile(io: Io): Sourced | undefined {
  const file = variable(io, 'AGORA_APP_CERTIFICATE_FILE');
  if (file === undefined) return undefined;
  const text = readFileIfThere(io, file.value);
  if (text === undefined) {
    throw new UsageError(`${file.source}: cannot read ${quote(file.value)}; name a file that holds the certificate`);
  }
  return { value: withoutLineBreak(text), source: file.source };
}

/**
 * Converts an argument error into a usage error about the option or variable that the value comes from.
 *
 * @param optionOf - Returns the option for an argument, without dashes.
 */
export function usageErrorFor(
  { argument = '', problem, hint }: AccessTokenError,
  project: Project,
  optionOf: (argument: string) => string,
  ownHint: string = hint,
): UsageError {
  const [, name = '', path = ''] = /^(?:expected\.)?(\w*)(.*)$/su.exec(argument) ?? [];
  const source = name === 'appId' || name === 'appCertificate' ? project[name]?.source : undefined;
  return new UsageError(`${source ?? `--${optionOf(name)}${path}`}: ${problem}; ${ownHint}`);
}
