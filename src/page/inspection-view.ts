/**
 * The view of an inspected token: its verdict, findings, timeline and contents.
 */
import { formatLocal, formatLongDuration, formatRelative, formatUtc } from '../text.js';
import { isHex32 } from '../validate.js';
import type { Finding, Service, Timeline } from '../web.js';
import { type Assessment, SEVERITY_NAMES, type Verdict } from './assessment.js';
import { displayJson, displayText } from './display.js';
import { type Description, descriptionList, element, svgElement } from './elements.js';
import { MAX_PRIVILEGES, drawTimeline, labelOf, renewalMark } from './timeline-drawing.js';

/** The maximum number of services to show. */
const MAX_SERVICES = 24;

/** Creates the elements that show an assessment. `now` is the time of the assessment, as Unix time in seconds. */
export function viewAssessment(assessment: Assessment, now: number): readonly HTMLElement[] {
  const { findings, timeline, verdict } = assessment;
  return [
    viewVerdict(verdict),
    ...(findings.length === 0 ? [] : [part('Findings', listFindings(findings))]),
    ...(timeline === null ? [] : [part('Timeline', ...viewTimeline(timeline, now))]),
    ...viewContents(assessment),
  ];
}

function part(title: string, ...contents: readonly Node[]): HTMLElement {
  return element('section', { class: 'card' }, element('h3', {}, title), ...contents);
}

function viewVerdict({ tone, title, summary }: Verdict): HTMLElement {
  const lines = [element('h2', { id: 'verdict' }, title), element('p', { class: 'counts' }, summary)];
  return element('div', { class: `card verdict ${tone}` }, toneMark(tone), element('div', {}, ...lines));
}

const MARKS: Readonly<Record<Verdict['tone'], string>> = {
  good: 'M7 12.5l3.5 3.5L17 9',
  bad: 'M8 8l8 8M16 8l-8 8',
  unsure: 'M9.2 9.3a2.9 2.9 0 1 1 4.3 2.5c-.9.5-1.5 1-1.5 2.1M12 16.6v.1',
};

function toneMark(tone: Verdict['tone']): SVGElement {
  return svgElement(
    'svg',
    { class: 'mark', viewBox: '0 0 24 24', width: 36, height: 36, 'aria-hidden': 'true' },
    svgElement('circle', { cx: 12, cy: 12, r: 11 }),
    svgElement('path', { d: MARKS[tone] }),
  );
}

function listFindings(findings: readonly Finding[]): HTMLElement {
  return element('ul', { class: 'findings' }, ...findings.map(viewFinding));
}

function viewFinding({ code, severity, message, hint }: Finding): HTMLElement {
  const name = element('strong', {}, SEVERITY_NAMES[severity]);
  return element(
    'li',
    { class: severity },
    element('p', { class: 'kind' }, name, ' ', element('code', {}, displayText(code))),
    element('p', { class: 'message' }, displayText(message)),
    element('p', { class: 'fix' }, element('span', {}, 'What to do: '), displayText(hint)),
  );
}

function viewTimeline(timeline: Timeline, now: number): readonly Node[] {
  const { issued, end, renewAt, privileges } = timeline;
  const moments = descriptionList('moments', [
    ...(issued === null ? [] : [['Issued', ...viewTime(issued, now)] as const]),
    ['Now', ...viewTime(now, now)],
    ...(renewAt === null ? [] : [[renewalTerm(), ...viewTime(renewAt, now)] as const]),
    end === null ? ['Ends', 'It has no end'] : ['Ends', ...viewTime(end, now)],
  ]);
  return [
    element('div', { class: 'frame' }, drawTimeline(timeline, now)),
    moments,
    ...(privileges.length === 0 ? [] : [viewEnds(timeline, now)]),
  ];
}

/** Creates the term for the renewal time, with the same mark as in the drawing. */
function renewalTerm(): HTMLElement {
  const box = { class: 'legend', viewBox: '-7 -7 14 14', width: 14, height: 14, 'aria-hidden': 'true' };
  return element('span', {}, 'Renew ', svgElement('svg', box, renewalMark()));
}

function viewTime(time: number, now: number): readonly HTMLElement[] {
  const utc = formatUtc(time);
  return [
    element('time', { datetime: utc }, formatLocal(time)),
    ...(time === now ? [] : [element('span', { class: 'relative' }, formatRelative(time, now))]),
    element('span', { class: 'utc' }, utc),
  ];
}

function viewEnds({ privileges }: Timeline, now: number): HTMLElement {
  const more = privileges.length - MAX_PRIVILEGES;
  const rows = privileges.slice(0, MAX_PRIVILEGES).map((privilege) => {
    const { end } = privilege;
    const [time, fromNow] =
      end === null
        ? ['no end', '']
        : [element('time', { datetime: formatUtc(end) }, formatLocal(end)), formatRelative(end, now)];
    const heading = element('th', { scope: 'row' }, labelOf(privilege));
    return element('tr', {}, heading, element('td', {}, time), element('td', {}, fromNow));
  });
  const headings = ['Privilege', 'Ends', 'From now'].map((text) => element('th', { scope: 'col' }, text));
  const caption = more > 0 ? `The first ${MAX_PRIVILEGES} privileges; there are ${more} more` : 'Privileges';
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...headings)),
    element('tbody', {}, ...rows),
  );
}

function viewContents({ token, signature }: Assessment): readonly HTMLElement[] {
  if (token === null) return [];
  const is007 = token.version === '007';
  const fields = descriptionList('fields', [
    ['Version', is007 ? '007, AccessToken2' : '006, the older AccessToken'],
    ...optional('App ID', token.appId, appIdText),
    ['Signature', SIGNATURES[signature]],
    ...(is007 ? optional('Lifetime', token.expire, lifetimeText) : []),
    ...('salt' in token ? optional('Salt', token.salt, String) : []),
    ...('crcUid' in token ? [['Checksums', checksumText(token)] as const] : []),
  ]);
  const services = is007 ? token.services.slice(0, MAX_SERVICES).map(viewService) : [];
  return [part('What it says', fields, ...services)];
}

/** Returns an entry for a value, or no entry if the value could not be read. */
function optional<Value>(
  term: string,
  value: Value | undefined,
  describe: (value: Value) => string,
): readonly Description[] {
  return value === undefined ? [] : [[term, describe(value)]];
}

const SIGNATURES: Readonly<Record<Assessment['signature'], string>> = {
  valid: 'Valid, signed by this server’s project',
  invalid: 'Invalid',
  unchecked: 'Not checked',
};

/** Hides anything that is not a valid App ID, because it may be a secret. */
function appIdText(appId: string): string {
  return isHex32(appId) ? appId : 'not 32 hex digits';
}

function lifetimeText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${formatLongDuration(seconds)} (${seconds} s)`;
}

function checksumText(checksums: { readonly crcChannelName: number; readonly crcUid: number }): string {
  return `Channel ${checksums.crcChannelName}, uid ${checksums.crcUid}`;
}

/** The labels of service fields. */
const FIELD_LABELS: Readonly<Record<string, string>> = {
  channelName: 'Channel',
  uid: 'Uid',
  account: 'Account',
  userId: 'User',
  userUuid: 'User',
  roomUuid: 'Room',
  role: 'Role',
  permissions: 'Permissions',
  typeId: 'Type',
  count: 'Services',
  body: 'Contents',
};

function viewService(service: Service): HTMLElement {
  const entries = Object.entries(service)
    .filter(([name]) => name !== 'type' && name !== 'privileges')
    .map(([name, value]: [string, unknown]) => [FIELD_LABELS[name] ?? name, valueText(value)] as const);
  return element(
    'section',
    { class: 'service' },
    element('h4', {}, 'Service ', element('code', {}, service.type)),
    entries.length === 0 ? element('p', {}, 'For the whole project') : descriptionList('fields', entries),
  );
}

function valueText(value: unknown): string {
  if (value === '') return '"" (empty)';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return displayJson(value);
}
