/**
 * What people read about a token.
 */
import {
  ApaasPrivilege,
  ChatPrivilege,
  type DecodedToken,
  FcdnPrivilege,
  type Finding,
  FpaPrivilege,
  type Inspection,
  Rtm2Privilege,
  RtcPrivilege,
  RtmPrivilege,
  type Service,
  StreamingPrivilege,
} from '../index.js';
import { duration, localTime, moment, relative } from './moments.js';
import { type Style, escaped, quoted } from './terminal-text.js';
import { drawBars } from './timeline.js';

const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  rtc: RtcPrivilege,
  rtm: RtmPrivilege,
  streaming: StreamingPrivilege,
  fpa: FpaPrivilege,
  chat: ChatPrivilege,
  fcdn: FcdnPrivilege,
  apaas: ApaasPrivilege,
  rtm2: Rtm2Privilege,
};

/** The properties of services in the words of the options. */
const WORDS: Readonly<Record<string, string>> = {
  channelName: 'channel',
  userId: 'user',
  userUuid: 'user',
  roomUuid: 'room',
  typeId: 'type',
};

/** How wide a report is where the terminal does not tell, and at most. */
const COLUMNS = { default: 80, max: 120 } as const;

/** Tells what a token that was just minted is for, and when it ends. */
export function describeMinted(token: DecodedToken, isDemo: boolean, now: number, style: Style): string {
  const { services, issueTs, expire } = token;
  const notes = isDemo
    ? [field(style, 'project', "the sample of Agora's tests: no app of yours accepts it")]
    : [];
  return linesOf([
    ...services.map((service) => field(style, service.type, summaryOf(service))),
    field(style, 'ends', moment(issueTs + expire, now)),
    ...notes,
  ]);
}

/** What a report shows besides the token. */
export interface ReportOptions {
  readonly verdict: string;
  readonly now: number;
  readonly style: Style;
  readonly columns: number | undefined;
}

/** Tells all that was found out about a token. */
export function describeInspection(inspection: Inspection, options: ReportOptions): string {
  const { style } = options;
  return linesOf([
    options.verdict,
    ...fieldLines(inspection, options),
    ...timelineLines(inspection, options),
    ...inspection.findings.flatMap((finding) => ['', ...findingLines(finding, style)]),
  ]);
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function field(style: Style, name: string, value: string): string {
  return style('dim', name.padEnd(11)) + value;
}

function fieldLines({ signature, token }: Inspection, { now, style }: ReportOptions): readonly string[] {
  if (token === null) return [];
  const colour = { valid: 'green', invalid: 'red', unchecked: 'yellow' } as const;
  const is007 = token.version === '007';
  return [
    '',
    field(style, 'version', is007 ? '007, AccessToken2' : '006, the older AccessToken'),
    ...optional(token.appId, (appId) => field(style, 'App ID', isHex32(appId) ? appId : 'not 32 hex digits')),
    field(style, 'signature', style(colour[signature], signature)),
    ...(is007 ? optional(token.issueTs, (issued) => field(style, 'issued', moment(issued, now))) : []),
    ...(is007 ? optional(token.expire, (expire) => field(style, 'lifetime', duration(expire))) : []),
    ...('salt' in token ? optional(token.salt, (salt) => field(style, 'salt', String(salt))) : []),
    ...(is007 ? token.services.flatMap((service) => serviceLines(service, style)) : []),
    ...('crcUid' in token
      ? [field(style, 'checksums', `channel ${token.crcChannelName}, uid ${token.crcUid}`)]
      : []),
  ];
}

function optional<Value>(value: Value | undefined, describe: (value: Value) => string): readonly string[] {
  return value === undefined ? [] : [describe(value)];
}

function isHex32(text: string): boolean {
  return /^[0-9a-f]{32}$/iu.test(text);
}

function serviceLines(service: Service, style: Style): readonly string[] {
  const lines = [field(style, service.type, summaryOf(service))];
  if (service.type === 'unknown') return lines;
  for (const [id, seconds] of Object.entries(service.privileges)) {
    const lifetime = seconds === 0 ? 'as long as the token' : duration(seconds);
    lines.push(`${' '.repeat(11)}${privilegeName(service.type, Number(id)).padEnd(20)}${lifetime}`);
  }
  return lines;
}

/** Writes what a service has besides its privileges. */
function summaryOf(service: Service): string {
  return Object.entries(service)
    .filter(([name]) => name !== 'type' && name !== 'privileges')
    .map(([name, value]: [string, unknown]) => `${WORDS[name] ?? name} ${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array) return `of ${value.length} bytes`;
  return escaped(JSON.stringify(value));
}

function privilegeName(service: string, privilege: number): string {
  const found = Object.entries(PRIVILEGES[service] ?? {}).find(([, id]) => id === privilege);
  return found?.[0] ?? `privilege ${privilege}`;
}

function timelineLines({ timeline }: Inspection, { now, style, columns }: ReportOptions): readonly string[] {
  if (timeline === null) return [];
  const { issued, end, renewAt } = timeline;
  const rows = [
    { label: 'token', end, renewAt },
    ...timeline.privileges.map(({ service, privilege, end }) => {
      return { label: `${service} ${privilegeName(service, privilege)}`, end };
    }),
  ];
  const labelWidth = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const ends = rows.map(({ end }) => (end === null ? 'no end' : relative(end, now)));
  const endWidth = Math.max(...ends.map(({ length }) => length)) + 2;
  const room = Math.min(columns ?? COLUMNS.default, COLUMNS.max) - labelWidth - endWidth;
  const bars = drawBars(rows, { issued, now, width: Math.max(room, 12) });
  return [
    '',
    ...rows.map(({ label, end }, index) => {
      const colour = end !== null && end <= now ? 'red' : 'green';
      return `${label.padEnd(labelWidth)}${style(colour, bars[index] ?? '')}  ${ends[index] ?? ''}`;
    }),
    ...(issued === null ? [] : [field(style, '├ issued', moment(issued, now))]),
    field(style, '● now', localTime(now)),
    ...(renewAt === null ? [] : [field(style, '◇ renew', moment(renewAt, now))]),
    ...(end === null ? [] : [field(style, '┤ end', moment(end, now))]),
  ];
}

const COLOUR_OF_SEVERITY = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

function findingLines({ code, severity, message, hint }: Finding, style: Style): readonly string[] {
  const colour = COLOUR_OF_SEVERITY[severity];
  return [
    style(colour, severity.padEnd(11)) + style('bold', code),
    `${' '.repeat(11)}${escaped(message)}`,
    `${' '.repeat(11)}${style('dim', 'fix: ')}${escaped(hint)}`,
  ];
}
