/**
 * The commands that read a token: `inspect` says what is wrong with it, `verify` whether it may be trusted.
 */
import { AccessTokenError, type Expected, type Inspection, inspectToken, verifyToken } from '../index.js';
import { type Io, readStdin } from './io.js';
import type { CommandLine, Given, Options } from './options.js';
import { type Project, projectOf, required } from './project.js';
import { describeInspection } from './report.js';
import { type Style, escaped, jsonLine, styleFor } from './terminal-text.js';
import { tokenIn } from './token-input.js';
import { Exit, UsageError } from './usage.js';

/** The options of both. */
export const READING_OPTIONS: Options = {
  channel: { value: 'NAME', help: 'the channel that the token has to be for' },
  uid: { value: 'NUMBER', help: 'the uid that joins; 0 asks for a token for any user' },
  account: { value: 'TEXT', help: 'the user account that joins' },
  user: { value: 'TEXT', help: 'the RTM or Chat user' },
  service: { value: 'TYPE', help: 'the service, such as rtc, rtm or chat' },
  privilege: { value: 'ID', help: 'a privilege of that service; may be repeated', many: true },
  now: { value: 'UNIX-SECONDS', help: 'the time of the check (now)' },
  'max-lifetime': { value: 'SECONDS', help: 'when a token ends at the latest (86400)' },
  'clock-tolerance': { value: 'SECONDS', help: 'for how long an ended token is accepted (0)' },
  demo: { help: "check against Agora's published sample project" },
  json: { help: 'write the report as JSON' },
};

/** The expectation that each option is. */
const EXPECTATIONS: Readonly<
  Record<string, readonly [property: keyof Expected, kind: 'text' | 'integer' | 'integers']>
> = {
  channel: ['channelName', 'text'],
  uid: ['uid', 'integer'],
  account: ['account', 'text'],
  user: ['userId', 'text'],
  service: ['service', 'text'],
  privilege: ['privileges', 'integers'],
  now: ['now', 'integer'],
  'max-lifetime': ['maxLifetime', 'integer'],
  'clock-tolerance': ['clockTolerance', 'integer'],
};

/** Says what is wrong with a token; it is bad if anything is an error. */
export async function runInspect(line: CommandLine, io: Io): Promise<Exit> {
  const { given } = line;
  const project = projectOf(given, io);
  const token = await takeToken('inspect', line, io);
  const inspection = inspect(token, expectedOf(given, project, io), project);
  const errors = inspection.findings.filter(({ severity }) => severity === 'error').length;
  if (given.has('json')) {
    io.stdout.write(jsonLine(inspection));
  } else {
    writeReport(inspection, given, io, (style) => inspectVerdict(inspection, errors, style));
  }
  return errors === 0 ? Exit.Good : Exit.BadToken;
}

/** Says whether a token is signed by the project and is what was expected. */
export async function runVerify(line: CommandLine, io: Io): Promise<Exit> {
  const { given } = line;
  const project = projectOf(given, io);
  const certificate = required(project, 'appCertificate').value;
  const expected = expectedOf(given, project, io);
  const token = await takeToken('verify', line, io);
  const refusal = refusalOf(token, certificate, expected, project);
  const inspection = inspect(token, expected, project);
  if (given.has('json')) {
    const error = refusal === undefined ? null : { code: refusal.code, message: refusal.message };
    io.stdout.write(jsonLine({ ...inspection, ok: refusal === undefined, error }));
  } else {
    writeReport(inspection, given, io, (style) => verifyVerdict(refusal, style));
  }
  return refusal === undefined ? Exit.Good : Exit.BadToken;
}

async function takeToken(command: string, { positionals }: CommandLine, io: Io): Promise<string> {
  const [text, surplus] = positionals;
  if (text === undefined) {
    throw new UsageError(`${command} needs a token; pass it, or - to read it from standard input`);
  }
  if (surplus !== undefined) {
    throw new UsageError(`${command} takes one token; put what was pasted in quotes, or pipe it and pass -`);
  }
  const { token, note } = tokenIn(text === '-' ? (await readStdin(io)).replace(/\r?\n$/u, '') : text);
  if (note !== undefined) io.stderr.write(`accesstoken2: ${note}\n`);
  return token;
}

/** The project of the environment is an expectation like those of the options. */
function expectedOf(given: Given, { appId }: Project, io: Io): Expected {
  const entries = Object.entries(EXPECTATIONS)
    .filter(([option]) => given.has(option))
    .map(([option, [property, kind]]) => [
      property,
      kind === 'text'
        ? given.text(option)
        : kind === 'integer'
          ? given.integer(option)
          : given.integers(option),
    ]);
  const project = appId === undefined ? {} : { appId: appId.value };
  // The library says what is wrong with a text such as that of a service.
  return { now: io.now(), ...project, ...Object.fromEntries(entries) } as Expected;
}

function inspect(token: string, expected: Expected, project: Project): Inspection {
  const { appCertificate } = project;
  const inspection = inspectToken(
    token,
    appCertificate === undefined ? expected : { ...expected, appCertificate: appCertificate.value },
  );
  const bad = inspection.findings.find(({ code }) => code === 'BAD_EXPECTED');
  if (bad !== undefined) throw new UsageError(inOptions(bad.message, project));
  return inspection;
}

/** Why a token is not verified; undefined if it is. */
function refusalOf(
  token: string,
  certificate: string,
  expected: Expected,
  project: Project,
): AccessTokenError | undefined {
  try {
    verifyToken(token, certificate, expected);
    return undefined;
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    if (/^(?:appCertificate|expected)\b/u.test(error.argument ?? '')) {
      throw new UsageError(inOptions(error.message, project));
    }
    return error;
  }
}

/** Names expectations as the command line, or the environment, has them. */
function inOptions(message: string, project: Project): string {
  return message
    .replaceAll(/\bexpected\.(\w+)/gu, (path, property: string) => {
      if (property === 'appId' || property === 'appCertificate') return project[property]?.source ?? path;
      const found = Object.entries(EXPECTATIONS).find(([, [name]]) => name === property);
      return found === undefined ? path : `--${found[0]}`;
    })
    .replace(/^appCertificate\b/u, project.appCertificate?.source ?? '$&');
}

function writeReport(inspection: Inspection, given: Given, io: Io, verdict: (style: Style) => string): void {
  const style = styleFor(io.stdout, io);
  const report = describeInspection(inspection, {
    verdict: verdict(style),
    now: given.integer('now') ?? io.now(),
    style,
    columns: io.stdout.columns,
  });
  io.stdout.write(report);
}

function inspectVerdict({ signature }: Inspection, errors: number, style: Style): string {
  if (errors > 0) return style('red', `bad: ${errors === 1 ? '1 error' : `${errors} errors`}`);
  if (signature === 'valid') return style('green', 'good');
  return style('yellow', 'readable; to have its signature checked, set AGORA_APP_CERTIFICATE');
}

function verifyVerdict(refusal: AccessTokenError | undefined, style: Style): string {
  if (refusal === undefined) return style('green', 'verified');
  return `${style('red', 'refused')} ${style('bold', refusal.code)} ${escaped(refusal.message)}`;
}
