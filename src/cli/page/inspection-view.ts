/**
 * What was found out about a token, as elements of the page.
 */
import type { Finding, Service, Timeline } from '../../web.js';
import { descriptions, drawn, element } from './elements.js';
import { type Judgement, type Verdict, WORDS } from './judgement.js';
import { duration, localTime, relative, utcTime } from './moments.js';
import { quoted, visible } from './plain-text.js';
import { LISTED, drawTimeline, labelOf, renewalMark } from './timeline-drawing.js';

/** How many services are shown. */
const SERVICES = 24;

/** Shows a judgement; `now` is Unix time in seconds, at which it was made. */
export function viewJudgement(judgement: Judgement, now: number): readonly HTMLElement[] {
  const { findings, timeline, verdict } = judgement;
  return [
    viewVerdict(verdict),
    ...(findings.length === 0 ? [] : [part('Findings', listFindings(findings))]),
    ...(timeline === null ? [] : [part('Timeline', ...viewTimeline(timeline, now))]),
    ...viewContents(judgement),
  ];
}

function part(title: string, ...contents: readonly Node[]): HTMLElement {
  return element('section', { class: 'card' }, element('h3', {}, title), ...contents);
}

function viewVerdict({ tone, title, summary }: Verdict): HTMLElement {
  const words = element(
    'div',
    {},
    element('h2', { id: 'verdict' }, title),
    element('p', { class: 'counts' }, summary),
  );
  return element('div', { class: `card verdict ${tone}` }, toneMark(tone), words);
}

const MARKS: Readonly<Record<Verdict['tone'], string>> = {
  good: 'M7 12.5l3.5 3.5L17 9',
  bad: 'M8 8l8 8M16 8l-8 8',
  unsure: 'M9.2 9.3a2.9 2.9 0 1 1 4.3 2.5c-.9.5-1.5 1-1.5 2.1M12 16.6v.1',
};

function toneMark(tone: Verdict['tone']): SVGElement {
  return drawn(
    'svg',
    { class: 'mark', viewBox: '0 0 24 24', width: 36, height: 36, 'aria-hidden': 'true' },
    drawn('circle', { cx: 12, cy: 12, r: 11 }),
    drawn('path', { d: MARKS[tone] }),
  );
}

function listFindings(findings: readonly Finding[]): HTMLElement {
  return element('ul', { class: 'findings' }, ...findings.map(viewFinding));
}

function viewFinding({ code, severity, message, hint }: Finding): HTMLElement {
  return element(
    'li',
    { class: severity },
    element(
      'p',
      { class: 'kind' },
      element('strong', {}, WORDS[severity]),
      ' ',
      element('code', {}, visible(code)),
    ),
    element('p', { class: 'message' }, visible(message)),
    element('p', { class: 'fix' }, element('span', {}, 'What to do: '), visible(hint)),
  );
}

function viewTimeline(timeline: Timeline, now: number): readonly Node[] {
  const { issued, end, renewAt, privileges } = timeline;
  const moments = descriptions('moments', [
    ...(issued === null ? [] : [['Issued', ...viewMoment(issued, now)] as const]),
    ['Now', ...viewMoment(now, now)],
    ...(renewAt === null ? [] : [[renewalTerm(), ...viewMoment(renewAt, now)] as const]),
    end === null ? ['Ends', 'It has no end'] : ['Ends', ...viewMoment(end, now)],
  ]);
  return [
    element('div', { class: 'frame' }, drawTimeline(timeline, now)),
    moments,
    ...(privileges.length === 0 ? [] : [tableOfEnds(timeline, now)]),
  ];
}

/** Tells the mark in the drawing. */
function renewalTerm(): HTMLElement {
  const box = { class: 'legend', viewBox: '-7 -7 14 14', width: 14, height: 14, 'aria-hidden': 'true' };
  return element('span', {}, 'Renew ', drawn('svg', box, renewalMark()));
}

function viewMoment(moment: number, now: number): readonly HTMLElement[] {
  const utc = utcTime(moment);
  return [
    element('time', { datetime: utc }, localTime(moment)),
    ...(moment === now ? [] : [element('span', { class: 'relative' }, relative(moment, now))]),
    element('span', { class: 'utc' }, utc),
  ];
}

function tableOfEnds({ privileges }: Timeline, now: number): HTMLElement {
  const more = privileges.length - LISTED;
  const rows = privileges.slice(0, LISTED).map((privilege) => {
    const { end } = privilege;
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, labelOf(privilege)),
      element(
        'td',
        {},
        end === null ? 'no end' : element('time', { datetime: utcTime(end) }, localTime(end)),
      ),
      element('td', {}, end === null ? '' : relative(end, now)),
    );
  });
  const headings = ['Privilege', 'Ends', 'From now'].map((text) => element('th', { scope: 'col' }, text));
  return element(
    'table',
    {},
    element(
      'caption',
      {},
      more > 0 ? `The first ${LISTED} privileges; there are ${more} more` : 'Privileges',
    ),
    element('thead', {}, element('tr', {}, ...headings)),
    element('tbody', {}, ...rows),
  );
}

function viewContents({ token, signature }: Judgement): readonly HTMLElement[] {
  if (token === null) return [];
  const is007 = token.version === '007';
  const fields = descriptions('fields', [
    ['Version', is007 ? '007, AccessToken2' : '006, the older AccessToken'],
    ...known('App ID', token.appId, appIdText),
    ['Signature', SIGNATURES[signature]],
    ...(is007 ? known('Lifetime', token.expire, lifetimeText) : []),
    ...('salt' in token ? known('Salt', token.salt, String) : []),
    ...('crcUid' in token ? [['Checksums', checksumText(token)] as const] : []),
  ]);
  const services = is007 ? token.services.slice(0, SERVICES).map(viewService) : [];
  return [part('What it says', fields, ...services)];
}

/** Describes what could be read, and nothing of what could not. */
function known<Value>(
  term: string,
  value: Value | undefined,
  describe: (value: Value) => string,
): readonly (readonly [term: string, said: string])[] {
  return value === undefined ? [] : [[term, describe(value)]];
}

const SIGNATURES: Readonly<Record<Judgement['signature'], string>> = {
  valid: 'Valid, signed by this server’s project',
  invalid: 'Invalid',
  unchecked: 'Not checked',
};

/** Shows no text in the place of an App ID: it may be a secret. */
function appIdText(appId: string): string {
  return /^[0-9a-f]{32}$/iu.test(appId) ? appId : 'not 32 hex digits';
}

function lifetimeText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${duration(seconds)} (${seconds} s)`;
}

function checksumText(checksums: { readonly crcChannelName: number; readonly crcUid: number }): string {
  return `Channel ${checksums.crcChannelName}, uid ${checksums.crcUid}`;
}

/** The properties of services in the words of the page. */
const TERMS: Readonly<Record<string, string>> = {
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
    .map(([name, value]: [string, unknown]) => [TERMS[name] ?? name, valueText(value)] as const);
  return element(
    'section',
    { class: 'service' },
    element('h4', {}, 'Service ', element('code', {}, service.type)),
    entries.length === 0 ? element('p', {}, 'For the whole project') : descriptions('fields', entries),
  );
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '"" (empty)' : quoted(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return visible(JSON.stringify(value));
}
