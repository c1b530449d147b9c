/**
 * The project that signs: its App ID and its certificate, from the environment and nowhere else.
 */
import { type Io, readFileIfThere } from './io.js';
import type { Given } from './options.js';
import { shown } from './terminal-text.js';
import { UsageError } from './usage.js';

/** A value, and where it comes from. */
export interface Sourced {
  readonly value: string;
  readonly source: string;
}

/** A project, as far as the environment tells. */
export interface Project {
  readonly appId: Sourced | undefined;
  readonly appCertificate: Sourced | undefined;
}

/** The published sample project of Agora's official tests. */
const SAMPLE: Project = {
  appId: { value: '970CA35de60c44645bbae8a215061b33', source: 'the sample project' },
  appCertificate: { value: '5CFd2fd1755d40ecb72977518be15d3b', source: 'the sample project' },
};

/** Finds the project of the environment; with `--demo` it is the sample. */
export function projectOf(given: Given, io: Io): Project {
  if (given.has('demo')) return SAMPLE;
  return {
    appId: variable(io, 'AGORA_APP_ID') ?? variable(io, 'APP_ID'),
    appCertificate:
      variable(io, 'AGORA_APP_CERTIFICATE') ?? certificateFile(io) ?? variable(io, 'APP_CERTIFICATE'),
  };
}

/** Returns what the environment has to tell, or names what is missing. */
export function required(project: Project, name: keyof Project): Sourced {
  const found = project[name];
  if (found !== undefined) return found;
  const missing = name === 'appId' ? 'AGORA_APP_ID' : 'AGORA_APP_CERTIFICATE';
  throw new UsageError(
    `${missing} is not set; set it to that of your project, or use --demo for Agora's published sample project`,
  );
}

/** Reads a variable of the environment; an empty one is taken for one that is not set. */
export function variable({ env }: Io, name: string): Sourced | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : { value, source: name };
}

function certificateFile(io: Io): Sourced | undefined {
  const file = variable(io, 'AGORA_APP_CERTIFICATE_FILE');
  if (file === undefined) return undefined;
  const text = readFileIfThere(io, file.value);
  if (text === undefined) {
    throw new UsageError(
      `${file.source}: cannot read ${shown(file.value)}; name a file that holds the certificate`,
    );
  }
  return { value: text.replace(/\r?\n$/u, ''), source: file.source };
}
