/** The table of services: the format of each type, and that a new type needs nothing but an entry in the table. */
import { readFileSync } from 'node:fs';
import { type Plugin, build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { limitsFor } from '../src/limits.js';
import * as privileges from '../src/privileges.js';
import {
  SERVICE_NAMES,
  describePrivilege,
  fieldsOf,
  formatUid,
  hasField,
  parseServiceName,
  serviceNameOf,
  typeIdOf,
} from '../src/services.js';
import { parseField } from '../src/builders/any.js';
import { errorOf } from './error-of.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const NOW = 1_700_000_000;

describe('the table', () => {
  test('has the ten types with their numbers and fields in the order of the bytes', () => {
    expect(SERVICE_NAMES.map((name) => [name, ...fieldsOf(name).map(({ name: field }) => field)])).toEqual([
      ['rtc', 'channelName', 'uid'],
      ['rtm', 'userId'],
      ['streaming', 'channelName', 'account'],
      ['fpa'],
      ['chat', 'userId'],
      ['fcdn', 'channelName', 'account'],
      ['apaas', 'roomUuid', 'userUuid', 'role'],
      ['rtm2', 'userId', 'permissions'],
      ['convoai'],
      ['stt'],
    ]);
    const numbers = Object.values(privileges.ServiceType);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(numbers.map(serviceNameOf)).toEqual(SERVICE_NAMES);
    expect([0, 11, 65_535].map(serviceNameOf)).toEqual([undefined, undefined, undefined]);
  });

  test('tells the type number of a service', () => {
    expect(typeIdOf({ type: 'apaas', roomUuid: '', userUuid: '', role: -1, privileges: {} })).toBe(7);
    expect(typeIdOf({ type: 'unknown', typeId: 99, count: 1, body: new Uint8Array() })).toBe(99);
  });

  test('tells whether a type has a field', () => {
    expect([hasField('rtc', 'uid'), hasField('rtc', 'account'), hasField('fpa', 'uid')]).toEqual([true, false, false]);
  });

  test.each<[type: (typeof SERVICE_NAMES)[number], privilege: number, description: string]>([
    ['rtc', 1, 'rtc privilege 1 (JoinChannel)'],
    ['rtc', 4, 'rtc privilege 4 (PublishDataStream)'],
    ['rtc', 5, 'rtc privilege 5'],
    ['rtm', 1, 'rtm privilege 1 (Login)'],
    ['streaming', 2, 'streaming privilege 2 (PublishRawStream)'],
    ['fpa', 1, 'fpa privilege 1 (Login)'],
    ['chat', 2, 'chat privilege 2 (App)'],
    ['fcdn', 2, 'fcdn privilege 2 (Play)'],
    ['apaas', 3, 'apaas privilege 3 (App)'],
    ['rtm2', 1, 'rtm2 privilege 1 (Login)'],
    ['convoai', 1, 'convoai privilege 1'],
    ['stt', 0, 'stt privilege 0'],
  ])('describes privilege %s %d', (type, privilege, description) => {
    expect(describePrivilege(type, privilege)).toBe(description);
  });

  test('parses the name of a type, and rejects any other', () => {
    for (const name of SERVICE_NAMES) expect(parseServiceName(name, 'type')).toBe(name);
    for (const name of ['RTC', 'unknown', '', 'toString', '__proto__', 4, null, undefined, Object('rtc')]) {
      expect(errorOf(() => parseServiceName(name, 'type'))).toMatchObject({ code: 'ERR_SERVICE', argument: 'type' });
    }
    expect(errorOf(() => parseServiceName('RTC', 'type')).message).toBe(
      'type: expected the name of a service type, got "RTC"; use one of rtc, rtm, streaming, fpa, chat, fcdn, apaas, rtm2, convoai, stt',
    );
  });

  test('counts the bytes of each field against the budget', () => {
    const values: Readonly<Record<string, unknown>> = { role: 1, permissions: { 0: { 1: ['é', ''] } } };
    const spent = SERVICE_NAMES.map((type) =>
      fieldsOf(type).map(({ name, field }) => {
        let bytes = 0;
        const limits = limitsFor('format', false);
        parseField(field, values[name] ?? 'é', name, limits, (count) => (bytes += count));
        return [name, bytes];
      }),
    );
    const sizes = new Map(spent.flat() as [string, number][]);
    expect(Object.fromEntries(sizes)).toEqual({
      ...{ channelName: 4, uid: 4, account: 4, userId: 4, roomUuid: 4, userUuid: 4, role: 2 },
      // 2, then 2 + 2 of the resource, 2 + 2 of the permission, and 2 + 2 and 2 of the names.
      permissions: 2 + 4 + 4 + 4 + 2,
    });
  });

  test('formats uid 0 as the empty string', () => {
    expect([0, 1, 4_294_967_295].map(formatUid)).toEqual(['', '1', '4294967295']);
  });
});

type Entry = {
  readonly buildToken: (options: object) => string;
} & Readonly<
  Record<
    'decodeToken' | 'verifyToken' | 'inspectToken',
    (...args: unknown[]) => Record<'content' | 'services', unknown>
  >
>;

describe('a new service type', () => {
  const ENTRY = "layout('demo', 42, { Watch: 1, Speak: 7 }, { channelName, account }),";
  const DEMO = { type: 'demo', channelName: 'lobby', account: 'alice', privileges: { 1: 600, 7: 60 } };
  let entry: Entry;

  beforeAll(async () => {
    entry = await entryWith(ENTRY);
  });

  const mint = (services: readonly object[], options: object = {}): string => {
    const project = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600, issueTs: NOW, salt: 1 };
    return entry.buildToken({ ...project, services, ...options });
  };
  const errorAbout = (service: object, options?: object): unknown => {
    try {
      return mint([service], options);
    } catch (error) {
      return error;
    }
  };

  test('needs one entry in the table, to be packed and unpacked', () => {
    const { content, services } = entry.decodeToken(mint([DEMO]));
    expect(services).toEqual([DEMO]);
    const bytes = Buffer.from(content as Uint8Array).subarray(80);
    // One service, of type 42, with two privileges, then the two strings.
    expect(bytes.toString('hex')).toBe(
      ['0100', '2a00', '0200', '0100', '58020000', '0700', '3c000000', '0500', '6c6f626279', '0500', '616c696365'].join(
        '',
      ),
    );
  });

  test('is written in the order of its number', () => {
    const stt = { type: 'stt', privileges: {} };
    const unknown = { type: 'unknown', typeId: 11, count: 1, body: Uint8Array.of(0, 0) };
    expect(entry.decodeToken(mint([DEMO, stt, unknown])).services).toEqual([stt, DEMO, unknown]);
  });

  test('has its fields validated, with the limits and codes of their kind', () => {
    for (const [changes, code, argument] of [
      [{ channelName: '' }, 'ERR_CHANNEL_NAME', 'channelName'],
      [{ channelName: undefined }, 'ERR_CHANNEL_NAME', 'channelName'],
      [{ channelName: 'x'.repeat(65) }, 'ERR_CHANNEL_NAME', 'channelName'],
      [{ account: 'a*' }, 'ERR_ACCOUNT', 'account'],
      [{ privileges: { watch: 1 } }, 'ERR_PRIVILEGES', 'privileges'],
      [{ privileges: { 7: 86_401 } }, 'ERR_EXPIRE', 'privileges[7]'],
      [{ uid: '42' }, 'ERR_SERVICE', 'uid'],
    ] as const) {
      expect(errorAbout({ ...DEMO, ...changes })).toMatchObject({ code, argument: `services[0].${argument}` });
    }
    expect(errorAbout({ ...DEMO, type: 'none' })).toMatchObject({ hint: expect.stringContaining('demo') as string });
    expect(errorAbout({ type: 'unknown', typeId: 42, count: 1, body: Uint8Array.of(0) })).toMatchObject({
      message: "services[0].typeId: 42 is known; use { type: 'demo', … }",
    });
    expect(errorAbout({ ...DEMO, channelName: 'x'.repeat(65) }, { limits: 'format' })).toEqual(expect.any(String));
  });

  test('can be expected by verifyToken, with its fields and privileges', () => {
    const verify = (expected: object): unknown => {
      try {
        return entry.verifyToken(mint([DEMO]), CERTIFICATE, { service: 'demo', now: NOW, ...expected });
      } catch (error) {
        return error;
      }
    };
    expect(verify({})).toMatchObject({ services: [DEMO] });
    expect(verify({ channelName: 'lobby', account: 'alice', privileges: [1, 7] })).toMatchObject({ services: [DEMO] });
    expect(verify({ channelName: 'hall' })).toMatchObject({ code: 'ERR_CHANNEL_MISMATCH' });
    expect(verify({ account: 'bob' })).toMatchObject({ code: 'ERR_UID_MISMATCH' });
    expect(verify({ userId: 'alice' })).toMatchObject({ code: 'ERR_OPTIONS', argument: 'expected.userId' });
    expect(verify({ privileges: [7], now: NOW + 60 })).toMatchObject({
      code: 'ERR_PRIVILEGE_EXPIRED',
      problem: expect.stringContaining('demo privilege 7 (Speak)') as string,
    });
  });

  test('is known to inspectToken, with the names of its privileges', () => {
    const inspect = (service: object, options: object = {}): unknown =>
      entry.inspectToken(mint([service], { limits: 'format', ...options }), {
        ...{ appCertificate: CERTIFICATE, service: 'demo', now: NOW },
      });
    expect(inspect(DEMO)).toMatchObject({
      ok: true,
      findings: [],
      timeline: {
        privileges: [
          { service: 'demo', privilege: 1 },
          { service: 'demo', privilege: 7 },
        ],
      },
    });
    expect(inspect({ ...DEMO, channelName: '*', account: '', privileges: { 7: 5 } })).toMatchObject({
      findings: [
        { code: 'EXPIRE_TOO_SHORT', message: 'demo privilege 7 (Speak) is 5 s' },
        { code: 'ANY_UID', message: expect.stringContaining('its demo service') as string },
        { code: 'WILDCARD_CHANNEL', message: expect.stringContaining('its demo service') as string },
      ],
    });
    expect(inspect({ ...DEMO, channelName: 'a/b' })).toMatchObject({
      findings: [{ code: 'BEYOND_LIMITS', message: expect.stringContaining('demo channelName') as string }],
    });
  });
});

/** Bundles the entry with one more entry in the table of services. */
async function entryWith(line: string): Promise<Entry> {
  const path = new URL('../src/services.ts', import.meta.url).pathname;
  const source = readFileSync(path, 'utf8');
  const place = source.indexOf("layout('rtc',");
  const contents = `${source.slice(0, place)}${line}\n${source.slice(place)}`;
  const changed: Plugin = {
    name: 'changed-services',
    setup: (bundler) => {
      bundler.onLoad({ filter: /\/src\/services\.ts$/ }, () => ({ contents, loader: 'ts' }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [new URL('../src/index.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [changed],
    write: false,
  });
  const code = outputFiles[0]?.text ?? '';
  return (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Entry;
}
