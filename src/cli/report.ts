/**
 * Human-readable reports about a token.
 */
import type { DecodedToken, Finding, Inspection, Service, ServiceName } from '../index.js';
import { escapeUnprintable } from '../redact.js';
import { privilegeName } from '../services.js';
import { formatLocal, formatLongDuration, formatRelative, formatUtcOffset } from '../text.js';
import { isHex32 } from '../validate.js';
import type { Style } from './terminal.js';
import { drawBars } from './timeline.js';

/** The names of service fields in reports: those of the options. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  channelName: 'channel',
  userId: 'user',
  userUuid: 'user',
  roomUuid: 'room',
  typeId: 'type',
};

/** The report width: the default if the terminal width is unknown, and the maximum. */
const COLUMNS = { default: 80, max: 120 } as const;

/** Describes a minted token in a few lines: its services, and when it ends. */
export function describeMinted(token: DecodedToken, isDemo: boolean, now: number, style: Style): string {
  const { services, expiresAt } = token;
  const notes = isDemo ? [field(style, 'project', "the sample of Agora's tests: no app of yours accepts it")] : [];
  return joinLines([
    ...services.map((service) => field(style, service.type, describeFields(service))),
    field(style, 'ends', describeTime(expiresAt, now)),
    ...notes,
  ]);
}

/** What an inspection report needs besides the inspection. */
export interface ReportOptions {
  readonly verdict: string;
  readonly now: number;
  readonly style: Style;
  readonly columns: number | undefined;
}

/** Describes an inspected token: its verdict, fields, timeline and findings. */
export function describeInspection(inspection: Inspection, options: ReportOptions): string {
  const { style } = options;
  return joinLines([
    options.verdict,
    ...fieldLines(inspection, options),
    ...timelineLines(inspection, options),
    ...inspection.findings.flatMap((finding) => ['', ...findingLines(finding, style)]),
  ]);
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function field(style: Style, name: string, value: string): string {
  return style('dim', name.padEnd(11)) + value;
}

function describeTime(time: number, now: number): string {
  return `${formatLocal(time)} ${formatUtcOffset(time)}, ${formatRelative(time, now)}`;
}

function fieldLines({ signature, token }: Inspection, { now, style }: ReportOptions): readonly string[] {
  if (token === null) return [];
  const color = { valid: 'green', invalid: 'red', unchecked: 'yellow' } as const;
  const is007 = token.version === '007';
  return [
    '',
    field(style, 'version', is007 ? '007, AccessToken2' : '006, the older AccessToken'),
    ...optional(token.appId, (appId) => field(style, 'App ID', isHex32(appId) ? appId : 'not 32 hex digits')),
    field(style, 'signature', style(color[signature], signature)),
    ...(is007 ? optional(token.issueTs, (issued) => field(style, 'issued', describeTime(issued, now))) : []),
    ...(is007 ? optional(token.expire, (expire) => field(style, 'lifetime', formatLongDuration(expire))) : []),
    ...('salt' in token ? optional(token.salt, (salt) => field(style, 'salt', String(salt))) : []),
    ...(is007 ? token.services.flatMap((service) => serviceLines(service, style)) : []),
    ...('crcUid' in token ? [field(style, 'checksums', `channel ${token.crcChannelName}, uid ${token.crcUid}`)] : []),
  ];
}

function optional<Value>(value: Value | undefined, describe: (value: Value) => string): readonly string[] {
  return value === undefined ? [] : [describe(value)];
}

function serviceLines(service: Service, style: Style): readonly string[] {
  const lines = [field(style, service.type, describeFields(service))];
  if (service.type === 'unknown') return lines;
  for (const [id, seconds] of Object.entries(service.privileges)) {
    const lifetime = seconds === 0 ? 'as long as the token' : formatLongDuration(seconds);
    lines.push(`${' '.repeat(11)}${describePrivilege(service.type, Number(id)).padEnd(20)}${lifetime}`);
  }
  return lines;
}

/** Lists the fields of a service other than its privileges. */
function describeFields(service: Service): string {
  return Object.entries(service)
    .filter(([name]) => name !== 'type' && name !== 'privileges')
    .map(([name, value]: [string, unknown]) => `${FIELD_NAMES[name] ?? name} ${describeValue(value)}`)
    .join(', ');
}

function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `of ${value.length} bytes`;
  return escapeUnprintable(JSON.stringify(value));
}

function describePrivilege(service: ServiceName, privilege: number): string {
  return privilegeName(service, privilege) ?? `privilege ${privilege}`;
}

function timelineLines({ timeline }: Inspection, { now, style, columns }: ReportOptions): readonly string[] {
  if (timeline === null) return [];
  const { issued, end, renewAt } = timeline;
  const rows = [
    { label: 'token', end, renewAt },
    ...timeline.privileges.map(({ service, privilege, end }) => {
      return { label: `${service} ${describePrivilege(service, privilege)}`, end };
    }),
  ];
  const labelWidth = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const ends = rows.map(({ end }) => (end === null ? 'no end' : formatRelative(end, now)));
  const endWidth = Math.max(...ends.map(({ length }) => length)) + 2;
  const room = Math.min(columns ?? COLUMNS.default, COLUMNS.max) - labelWidth - endWidth;
  const bars = drawBars(rows, { issued, now, width: Math.max(room, 12) });
  return [
    '',
    ...rows.map(({ label, end }, index) => {
      const color = end !== null && end <= now ? 'red' : 'green';
      return `${label.padEnd(labelWidth)}${style(color, bars[index] ?? '')}  ${ends[index] ?? ''}`;
    }),
    ...(issued === null ? [] : [field(style, '├ issued', describeTime(issued, now))]),
    field(style, '● now', `${formatLocal(now)} ${formatUtcOffset(now)}`),
    ...(renewAt === null ? [] : [field(style, '◇ renew', describeTime(renewAt, now))]),
    ...(end === null ? [] : [field(style, '┤ end', describeTime(end, now))]),
  ];
}

const COLOR_OF_SEVERITY = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

function findingLines({ code, severity, message, hint }: Finding, style: Style): readonly string[] {
  return [
    style(COLOR_OF_SEVERITY[severity], severity.padEnd(11)) + style('bold', code),
    `${' '.repeat(11)}${escapeUnprintable(message)}`,
    `${' '.repeat(11)}${style('dim', 'fix: ')}${escapeUnprintable(hint)}`,
  ];
}
