import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type InspectExpected,
  Role,
  buildToken,
  buildToken006,
  buildTokenWithUid,
  inspectToken,
  verifyToken,
} from '../../src/index.js';
import { SAMPLE } from '../packed.js';
import { type Browser, type Fields, startBrowser } from './browser.js';
import { type Look, type OpenPage, openPage } from './open-page.js';
import { type Served, servePage } from './served.js';

const appId: string = SAMPLE.AGORA_APP_ID;
const appCertificate: string = SAMPLE.AGORA_APP_CERTIFICATE;
const OTHER_CERTIFICATE = '0123456789abcdef0123456789abcdef';

let browser: Browser;
let served: Served;

beforeAll(async () => {
  browser = await startBrowser();
  served = await servePage({ inspects: true });
});

afterAll(async () => {
  await browser.close();
  await served.close();
});

/** Every page that a test has opened, and where from. */
const opened: { readonly page: OpenPage; readonly origin: string }[] = [];

async function open(look: Look = {}, { origin }: Served = served): Promise<OpenPage> {
  const page = await openPage(browser, `${origin}/`, look);
  opened.push({ page, origin });
  return page;
}

afterEach(async () => {
  for (const { page, origin } of opened.splice(0)) {
    expect(complaintsOf(page)).toEqual([]);
    const exchanged = await exchangedBy(page);
    expect(exchanged.urls.length).toBeGreaterThanOrEqual(3);
    expect(exchanged.urls.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'))).toEqual([]);
    expect(exchanged.text).toContain('accesstoken2');
    expect(exchanged.text.toLowerCase()).not.toContain(appCertificate.toLowerCase());
  }
});

/** Lists errors, warnings and violations of the security policy; a status that a server answers with is none. */
function complaintsOf({ told }: OpenPage): readonly unknown[] {
  return told.filter(({ method, params }) => {
    if (method === 'Log.entryAdded') return (params['entry'] as Fields)['source'] !== 'network';
    return ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Network.loadingFailed'].includes(method);
  });
}

/** Returns all addresses that a page has asked, and all that was sent and received. */
async function exchangedBy({ told, send }: OpenPage): Promise<{ urls: readonly string[]; text: string }> {
  const about = (method: string): readonly Fields[] =>
    told.filter((event) => event.method === method).map(({ params }) => params);
  const bodies = about('Network.loadingFinished').map(({ requestId }) =>
    send('Network.getResponseBody', { requestId }),
  );
  const requests = about('Network.requestWillBeSent');
  const text = JSON.stringify([requests, about('Network.responseReceived'), await Promise.all(bodies)]);
  return { urls: requests.map(({ request }) => String((request as Fields)['url'])), text };
}

async function mint(page: OpenPage, channel: string, uid: string): Promise<void> {
  await page.fill('mint-channel', channel);
  await page.fill('mint-uid', uid);
  await page.click('#mint-form button');
}

/** Puts a token into the page as if pasted, and waits until its result is announced. */
async function paste(page: OpenPage, token: string, channel = '', user = ''): Promise<void> {
  await page.fill('expected-channel', channel);
  await page.fill('expected-user', user);
  await page.fill('token', token);
  await page.evaluate(`document.getElementById('status').textContent = ''`);
  await announced(page);
}

async function announced(page: OpenPage): Promise<void> {
  await page.until(`document.getElementById('status').textContent !== ''`);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** A token of the user 42 in the channel lobby. */
function tokenOf({ certificate = appCertificate, age = 30, expire = 3600 } = {}): string {
  return buildTokenWithUid(appId, certificate, 'lobby', 42, Role.Publisher, expire, undefined, {
    issueTs: now() - age,
  });
}

describe('minting', () => {
  test('shows the token and inspects it for the channel and uid', async () => {
    const page = await open();
    await mint(page, 'lobby', '42');
    await announced(page);
    const token = String(await page.evaluate(`document.getElementById('token').value`));
    const expected = { appId, channelName: 'lobby', uid: 42, privileges: [1, 2, 3, 4] };
    expect(verifyToken(token, appCertificate, expected).expire).toBe(3600);
    expect(await page.textOf('#verdict')).toBe('This token is good');
    expect(await page.textOf('#status')).toMatch(/^Token minted\. This token is good\. /u);
    const result = await page.textOf('#result');
    for (const text of ['"lobby"', '"42"', 'Publish audio stream', appId, 'signed by this server’s project']) {
      expect(result).toContain(text);
    }
    expect(await page.evaluate(`document.getElementById('expected-channel').value`)).toBe('lobby');
    expect(await page.evaluate(`document.getElementById('expected-user').value`)).toBe('42');
  });

  test('a subscriber lacks the privileges to publish', async () => {
    const page = await open();
    await page.click('input[name=role][value="2"]');
    await mint(page, 'lobby', '42');
    await announced(page);
    const result = await page.textOf('#result');
    expect(result).toContain('Join channel');
    expect(result).not.toContain('Publish');
  });

  test('works by keyboard, in visual order', async () => {
    const page = await open();
    const focused: unknown[] = [];
    const next = async (): Promise<void> => {
      await page.press('Tab');
      focused.push(await page.evaluate('document.activeElement.id || document.activeElement.textContent'));
      const outline = `[document.activeElement, document.activeElement.nextElementSibling]
        .some((each) => each && getComputedStyle(each).outlineStyle === 'solid')`;
      expect(await page.evaluate(outline)).toBe(true);
    };
    await next();
    await page.send('Input.insertText', { text: 'lobby' });
    await next();
    await page.send('Input.insertText', { text: '42' });
    await next();
    await page.press('ArrowRight');
    expect(await page.evaluate(`document.querySelector('input[name=role]:checked').value`)).toBe('2');
    await next();
    await page.press('Enter');
    await announced(page);
    for (let left = 5; left > 0; left--) await next();
    const order = ['mint-channel', 'mint-uid', '', 'Mint token', 'token', 'expected-channel'];
    expect(focused).toEqual([...order, 'expected-user', 'Inspect', 'copy']);
    expect(await page.textOf('#verdict')).toBe('This token is good');
  });

  test.each([
    ['', '42', 'Name the channel.', 'mint-channel'],
    ['lobby', '', 'The uid is a whole number.', 'mint-uid'],
    ['lobby', '-1', 'The uid is a whole number.', 'mint-uid'],
  ])('channel "%s", uid "%s" is rejected in the page: %s', async (channel, uid, words, field) => {
    const page = await open();
    await mint(page, channel, uid);
    await page.until(`document.getElementById('mint-refusal').textContent !== ''`);
    expect(await page.textOf('#mint-refusal')).toBe(words);
    const invalid = `[...document.querySelectorAll('[aria-invalid=true]')].map(({ id }) => id)`;
    expect(await page.evaluate(invalid)).toEqual([field]);
    expect(await page.evaluate('document.activeElement.id')).toBe(field);
    await page.fill(field, '7');
    expect(await page.evaluate(invalid)).toEqual([]);
  });

  test.each([
    ['smörgås', '42', 'ChannelName'],
    ['lobby', '4294967296', 'uid'],
    ['lobby', '0', 'uid'],
  ])('channel "%s", uid "%s" shows the error of the server', async (ChannelName, uid, argument) => {
    const page = await open();
    await mint(page, ChannelName, uid);
    await page.until(`document.getElementById('mint-refusal').textContent !== ''`);
    const shown = await page.textOf('#mint-refusal');
    const body = JSON.stringify({ ChannelName, uid: Number(uid), role: 1 });
    const response = await fetch(`${served.origin}/fetch_rtc_token`, { method: 'POST', body });
    const { token: words } = (await response.json()) as { readonly token: string };
    expect(words).toContain(argument);
    expect(shown).toBe(`Refused: ${words}`);
    expect(await page.textOf('#verdict')).toBe('Nothing inspected yet');
  });
});

interface Pasted {
  readonly what: string;
  readonly token: () => string;
  readonly expected?: Pick<InspectExpected, 'channelName' | 'uid' | 'account'>;
  readonly code: string;
}

const PASTED: readonly Pasted[] = [
  {
    what: 'of another certificate',
    token: () => tokenOf({ certificate: OTHER_CERTIFICATE }),
    code: 'SIGNATURE_MISMATCH',
  },
  {
    what: 'of another App ID',
    token: () =>
      buildTokenWithUid(OTHER_CERTIFICATE, appCertificate, 'lobby', 42, 'publisher', 3600, undefined, {
        issueTs: now(),
      }),
    code: 'APP_ID_MISMATCH',
  },
  { what: 'that has ended', token: () => tokenOf({ age: 9030 }), code: 'TOKEN_EXPIRED' },
  { what: 'that was cut', token: () => tokenOf().slice(0, 110), code: 'TRUNCATED' },
  { what: 'in quotes', token: () => `"${tokenOf()}"`, code: 'MANGLED_IN_TRANSIT' },
  { what: 'that is none', token: () => 'https://example.org/token', code: 'NOT_A_TOKEN' },
  {
    what: 'of another channel',
    token: tokenOf,
    expected: { channelName: 'Lobby' },
    code: 'CHANNEL_MISMATCH',
  },
  { what: 'of another uid', token: tokenOf, expected: { uid: 43 }, code: 'UID_MISMATCH' },
  { what: 'of another account', token: tokenOf, expected: { account: '042' }, code: 'UID_MISMATCH' },
  {
    what: 'with timestamps as lifetimes',
    token: () => {
      const service = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600 } } as const;
      const claims = { issueTs: now() - 90, expire: now() + 3600, limits: 'format' } as const;
      return buildToken({ appId, appCertificate, services: [service], ...claims });
    },
    code: 'EXPIRE_LOOKS_ABSOLUTE',
  },
];

describe('inspecting', () => {
  test.each(PASTED)('a token $what shows the findings of the library', async ({ token: make, expected, code }) => {
    const page = await open();
    const token = make();
    const user = expected?.account ?? expected?.uid?.toString() ?? '';
    await paste(page, token, expected?.channelName ?? '', user);
    const { findings, ok } = inspectToken(token, { appId, appCertificate, ...expected });
    expect(findings.map((finding) => finding.code)).toContain(code);
    const result = (await page.textOf('#result')).toLowerCase();
    for (const { code, message, hint } of findings) {
      for (const words of [code, message, hint]) expect(result).toContain(words.toLowerCase());
    }
    const count = `document.querySelectorAll('.findings li').length`;
    expect(await page.evaluate(count)).toBe(findings.length);
    const verdict = await page.textOf('#verdict');
    expect(verdict === 'This token is good').toBe(ok);
    expect(await page.textOf('#status')).toContain(verdict);
  });

  test('draws the timeline, and describes it in words', async () => {
    const page = await open();
    const privileges = { 1: 3600, 2: 1200, 3: 60 };
    const services = [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges }] as const;
    const options = { appId, appCertificate, expire: 3600, services, issueTs: now() - 900 };
    await paste(page, buildToken(options));
    const words = String(await page.evaluate(`document.querySelector('.drawing').ariaLabel`));
    expect(words).toMatch(
      /^Timeline\. issued 15 min ago; to be renewed 14 min ago; Token ends in 4[45] min; rtc: Join channel ends in 4[45] min; rtc: Publish audio stream ends in [45] min; rtc: Publish video stream ended 14 min ago\.$/u,
    );
    const widths = `[...document.querySelectorAll('.drawing .bar')].map((bar) => Math.round(bar.getBBox().width /
      document.querySelector('.drawing .track').getBBox().width * 60))`;
    expect(await page.evaluate(widths)).toEqual([60, 60, 20, 1]);
    const nowAt = `Math.round(parseFloat(document.querySelector('line.now').getAttribute('x1')))`;
    expect(await page.evaluate(nowAt)).toBe(25);
    expect(await page.evaluate(`document.querySelectorAll('tbody tr').length`)).toBe(3);
  });

  test('shows a 006 token with an unchecked signature', async () => {
    const page = await open();
    const ts = now() + 3630;
    const options = { appId, appCertificate, channelName: 'lobby', uid: 42, ts, privileges: { 1: ts } };
    await paste(page, buildToken006(options));
    expect(await page.textOf('#verdict')).toBe('No fault found, but the signature was not checked');
    const result = await page.textOf('#result');
    for (const words of ['LEGACY_TOKEN', 'SIGNATURE_UNCHECKED', 'over channel and uid', 'in 1 h']) {
      expect(result).toContain(words);
    }
  });

  test('shows an unchecked signature if the server does not inspect', async () => {
    const silent = await servePage({ inspects: false });
    try {
      const page = await open({}, silent);
      await mint(page, 'lobby', '42');
      await announced(page);
      expect(await page.textOf('#verdict')).toBe('No fault found, but the signature was not checked');
      expect(await page.textOf('#result')).toContain('this server does not inspect tokens');
      expect(await page.textOf('#result')).not.toContain('give the certificate');
    } finally {
      await silent.close();
    }
  });

  test('shows no result without a token', async () => {
    const page = await open();
    await paste(page, tokenOf());
    await page.evaluate(`document.getElementById('token').select()`);
    await page.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Delete',
      windowsVirtualKeyCode: 46,
    });
    await page.until(`document.getElementById('verdict').textContent === 'Nothing inspected yet'`);
    expect(await page.evaluate(`document.getElementById('copy').disabled`)).toBe(true);
  });

  test('copies the token', async () => {
    const page = await open();
    const token = tokenOf();
    await paste(page, token);
    await page.click('#copy');
    await page.until(`document.getElementById('status').textContent === 'Token copied.'`);
    await page.fill('expected-channel', '');
    const keys = { type: 'rawKeyDown', key: 'v', modifiers: 2, commands: ['paste'] };
    await page.send('Input.dispatchKeyEvent', keys);
    await page.until(`document.getElementById('expected-channel').value === ${JSON.stringify(token)}`);
  });
});

/** What may be on the page, to be looked at. */
const CONTENTS: readonly (readonly [what: string, fill: (page: OpenPage) => Promise<void>])[] = [
  ['nothing', () => Promise.resolve()],
  ['a refusal', (page) => mint(page, 'smörgås'.repeat(20), '1')],
  ['a good token', (page) => paste(page, tokenOf(), 'lobby', '42')],
  ['a bad token', (page) => paste(page, tokenOf({ age: 9000, certificate: OTHER_CERTIFICATE }), 'x', '1')],
  [
    'a token of long names',
    async (page) => {
      const name = 'w'.repeat(3000);
      const privileges = { 1: 3600, 65_535: 60 };
      const services = [
        { type: 'rtc', channelName: name, uid: '', privileges },
        { type: 'rtm', userId: '\u202e<b>&\n'.repeat(50), privileges: { 1: 1 } },
      ] as const;
      const options = {
        appId,
        appCertificate,
        expire: 3600,
        services,
        issueTs: now(),
        limits: 'format',
      } as const;
      await paste(page, buildToken(options), name.slice(0, 200), 'u'.repeat(200));
    },
  ],
];

/** Lists texts whose colour has a contrast below 4.5:1 with what is behind them. */
const PALE_TEXTS = `(() => {
  const rgb = (color) => color.match(/[\\d.]+/gu).map(Number);
  const light = (color) => {
    const [r, g, b] = rgb(color).map((value) => value / 255)
      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return (rgb(color)[3] ?? 1) === 1 ? color : behind(element.parentElement);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pale = [];
  let count = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility()) continue;
    if (element.closest('noscript, .visually-hidden, :disabled')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(element.closest('svg') ? style.fill : style.color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    count += 1;
    if (contrast < 4.5) pale.push(contrast.toFixed(2) + ' ' + walker.currentNode.data);
  }
  return count < 15 ? ['only ' + count + ' texts'] : pale;
})()`;

describe.each(CONTENTS)('with %s', (_, fill) => {
  test.each(['light', 'dark'] as const)(
    '%s: text has enough contrast, and 320 pixels are wide enough',
    async (scheme) => {
      const page = await open({ width: 320, scheme });
      await fill(page);
      await page.until(`document.getElementById('mint-form').ariaBusy !== 'true'`);
      const surplus = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(surplus)).toBe(0);
      expect(await page.evaluate('innerWidth')).toBe(320);
      expect(await page.evaluate(PALE_TEXTS)).toEqual([]);
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe({ light: 'rgb(246, 246, 244)', dark: 'rgb(18, 19, 22)' }[scheme]);
    },
  );
});

interface Accessible {
  readonly role: string;
  readonly name: string;
}

async function accessibleOf(page: OpenPage): Promise<readonly Accessible[]> {
  const { nodes } = await page.send('Accessibility.getFullAXTree');
  return (nodes as readonly Fields[])
    .filter(({ ignored }) => ignored === false)
    .map(({ role, name }) => ({ role: valueOf(role), name: valueOf(name) }));
}

function valueOf(property: unknown): string {
  const value = (property as Fields | undefined)?.['value'];
  return typeof value === 'string' ? value : '';
}

test('every control, region and drawing has an accessible name', async () => {
  const page = await open();
  await paste(page, tokenOf({ certificate: OTHER_CERTIFICATE }), 'lobby', '42');
  const all = await accessibleOf(page);
  const namesOf = (...roles: readonly string[]): readonly string[] =>
    all.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  expect(namesOf('textbox')).toEqual(['Channel', 'Uid', 'Token', 'Channel', 'Uid or user account']);
  expect(namesOf('radio')).toEqual(['Publisher', 'Subscriber']);
  expect(namesOf('group')).toEqual(['Role', 'What your app joins with (optional)']);
  expect(namesOf('button')).toEqual(['Mint token', 'Inspect', 'Copy token']);
  expect(namesOf('region')).toEqual(['Mint a token', 'Inspect a token', 'This token will be refused']);
  expect(namesOf('heading')).toEqual([
    'accesstoken2',
    'Mint a token',
    'Inspect a token',
    'This token will be refused',
    'Findings',
    'Timeline',
    'What it says',
    'Service rtc',
  ]);
  expect(namesOf('image', 'img')).toEqual([expect.stringMatching(/^Timeline\. issued /u)]);
  expect(namesOf('table')).toEqual(['Privileges']);
  expect(namesOf('main', 'banner', 'status', 'alert')).toHaveLength(4);
  const controls = ['button', 'textbox', 'radio', 'checkbox', 'combobox', 'link', 'image', 'img', 'table'];
  expect(all.filter(({ role, name }) => controls.includes(role) && name === '')).toEqual([]);
});

test('says that it is for development', async () => {
  const page = await open();
  const words = await page.textOf('.notice');
  expect(words).toContain('development on this machine');
  expect(words).toContain('anyone who can open this page can mint');
});

test.each([
  ['reduce', '0s'],
  ['no-preference', '0.15s'],
] as const)('with reduced motion set to %s, a transition takes %s', async (motion, duration) => {
  const page = await open({ motion });
  const found = `getComputedStyle(document.getElementById('copy')).transitionDuration`;
  expect(await page.evaluate(found)).toBe(duration);
});
