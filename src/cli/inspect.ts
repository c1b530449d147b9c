/**
 * The commands `inspect`, which explains a token, and `verify`, which accepts or rejects it.
 */
import { parseRequirements } from '../expected.js';
import { type AccessTokenError, type Expected, type Inspection, inspectToken, verifyToken } from '../index.js';
import { escapeUnprintable } from '../redact.js';
import { parseAppCertificate } from '../validate.js';
import { type Io, readStdin, withoutLineBreak } from './io.js';
import type { CommandLine, OptionValues, Options } from './options.js';
import { type Project, projectOf, required, usageErrorFor } from './project.js';
import { describeInspection } from './report.js';
import { type Style, jsonLine, styleFor } from './terminal.js';
import { findToken } from './token-input.js';
import { Exit, UsageError, errorOf } from './usage.js';

/** The options of both commands. */
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

/** The option for each expectation, and the type of its value. */
const EXPECTATIONS = {
  channelName: ['channel', 'string'],
  uid: ['uid', 'integer'],
  account: ['account', 'string'],
  userId: ['user', 'string'],
  service: ['service', 'string'],
  privileges: ['privilege', 'integers'],
  now: ['now', 'integer'],
  maxLifetime: ['max-lifetime', 'integer'],
  clockTolerance: ['clock-tolerance', 'integer'],
} as const satisfies Partial<Record<keyof Expected, readonly [string, 'string' | 'integer' | 'integers']>>;

/** Runs `inspect`, which reports the findings. The token is bad if any finding is an error. */
export async function runInspect(line: CommandLine, io: Io): Promise<Exit> {
  const { values } = line;
  const project = projectOf(values, io);
  const token = await readToken('inspect', line, io);
  const expected = expectedOf(values, project, io);
  validateArguments(values, project, () => parseRequirements(new Map(Object.entries(expected))));
  const inspection = inspect(token, expected, project);
  const errors = inspection.findings.filter(({ severity }) => severity === 'error').length;
  if (values.has('json')) {
    io.stdout.write(jsonLine(inspection));
  } else {
    writeReport(inspection, values, io, (style) => inspectVerdict(inspection, errors, style));
  }
  return errors === 0 ? Exit.Good : Exit.BadToken;
}

/** Runs `verify`, which requires that the project signed the token and that the token meets the expectations. */
export async function runVerify(line: CommandLine, io: Io): Promise<Exit> {
  const { values } = line;
  const project = projectOf(values, io);
  const certificate = required(project, 'appCertificate').value;
  const expected = expectedOf(values, project, io);
  const token = await readToken('verify', line, io);
  validateArguments(values, project, () => {
    parseAppCertificate(certificate, 'appCertificate');
    parseRequirements(new Map(Object.entries(expected)));
  });
  const error = errorOf(() => verifyToken(token, certificate, expected));
  const ok = error === undefined;
  const inspection = inspect(token, expected, project);
  if (values.has('json')) {
    const reason = ok ? null : { code: error.code, message: error.message };
    io.stdout.write(jsonLine({ ...inspection, ok, error: reason }));
  } else {
    writeReport(inspection, values, io, (style) => verifyVerdict(error, style));
  }
  return ok ? Exit.Good : Exit.BadToken;
}

async function readToken(command: string, { positionals }: CommandLine, io: Io): Promise<string> {
  const [text, surplus] = positionals;
  if (text === undefined) {
    throw new UsageError(`${command} needs a token; pass it, or - to read it from standard input`);
  }
  if (surplus !== undefined) {
    throw new UsageError(`${command} takes one token; put what was pasted in quotes, or pipe it and pass -`);
  }
  const { token, note } = findToken(text === '-' ? withoutLineBreak(await readStdin(io)) : text);
  if (note !== undefined) io.stderr.write(`accesstoken2: ${note}\n`);
  return token;
}

/** Collects the expectations from the options and the environment, without validating them. */
function expectedOf(values: OptionValues, { appId }: Project, io: Io): Expected {
  const entries = Object.entries(EXPECTATIONS)
    .filter(([, [option]]) => values.has(option))
    .map(([name, [option, type]]) => [name, values[type](option)]);
  const project = appId === undefined ? {} : { appId: appId.value };
  return { now: io.now(), ...project, ...Object.fromEntries(entries) } as Expected;
}

/** Runs a validation, and converts its errors into usage errors that name the option or variable. */
function validateArguments(values: OptionValues, project: Project, validate: () => unknown): void {
  const error = errorOf(validate);
  if (error === undefined) return;
  throw usageErrorFor(error, project, optionOf, isServiceMissing(error, values) ? SERVICE_HINT : undefined);
}

function optionOf(name: string): string {
  return Object.hasOwn(EXPECTATIONS, name) ? EXPECTATIONS[name as keyof typeof EXPECTATIONS][0] : name;
}

const SERVICE_HINT = 'name the service in --service, and only what it has';

/** Tells whether no service has all expected fields. The library's hint would name a property, not an option. */
function isServiceMissing({ code, argument }: AccessTokenError, values: OptionValues): boolean {
  const isField = ['channelName', 'uid', 'account', 'userId'].some((name) => argument === `expected.${name}`);
  return code === 'ERR_OPTIONS' && isField && !(values.has('uid') && values.has('account'));
}

function inspect(token: string, expected: Expected, { appCertificate }: Project): Inspection {
  const certificate = appCertificate === undefined ? {} : { appCertificate: appCertificate.value };
  return inspectToken(token, { ...expected, ...certificate });
}

function writeReport(inspection: Inspection, values: OptionValues, io: Io, verdict: (style: Style) => string): void {
  const style = styleFor(io.stdout, io);
  const report = describeInspection(inspection, {
    verdict: verdict(style),
    now: values.integer('now') ?? io.now(),
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

function verifyVerdict(error: AccessTokenError | undefined, style: Style): string {
  if (error === undefined) return style('green', 'verified');
  return `${style('red', 'refused')} ${style('bold', error.code)} ${escapeUnprintable(error.message)}`;
}
