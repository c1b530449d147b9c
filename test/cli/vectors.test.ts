import { describe, expect, test } from 'vitest';
import { buildToken006, buildTokenWithUid, tokensEqual } from '../../src/index.js';
import { buildVector, vectorFiles } from '../vectors.js';
import { runMain } from './fake-io.js';

/** A line of JSON, as other implementations read and write it. */
type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Returns the tokens of a file of vectors, as the output of another implementation. */
function tokensOf(file: string): readonly { readonly id: number; readonly token: string }[] {
  const { vectors } = vectorFiles().find((one) => one.file === `${file}.json`) ?? { vectors: [] };
  return vectors
    .map((vector) => vector as { readonly id: number; readonly token: string })
    .map(({ id, token }) => ({ id, token }));
}

async function compare(files: readonly string[], lines: string): Promise<Awaited<ReturnType<typeof runMain>>> {
  return runMain(['vectors', ...files, '--against', '-'], { stdin: lines, env: {} });
}

describe('this library', () => {
  test('passes all bundled files', async () => {
    expect(await runMain(['vectors'], { env: {} })).toEqual({
      status: 0,
      stdout: '',
      stderr: '360 cases, all good\n',
    });
  });

  test('passes files given by path or by name', async () => {
    const outcome = await runMain(['vectors', 'vectors/go-broken.json', 'node-builders', 'go-services'], {
      env: {},
    });
    expect(outcome).toEqual({ status: 0, stdout: '', stderr: '163 cases, all good\n' });
  });

  const { vectors } = JSON.parse(JSON.stringify(vectorFiles().find(({ file }) => file === 'go-builders.json'))) as {
    readonly vectors: readonly Record<string, unknown>[];
  };
  const first = vectors[0] ?? {};
  const limited = vectors.find((vector) => vector['beyondLimits'] !== undefined) ?? {};
  const broken = {
    id: 1,
    appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
    now: 1_800_000_000,
    token: 'x',
  };

  test.each<[string, string, Line, RegExp]>([
    ['another content', 'builders', { ...first, content: '00' }, /order of the format/u],
    ['other services', 'builders', { ...first, services: [] }, /^mine\/1: services\[0\] is there, expected none/u],
    ['another lifetime', 'builders', { ...first, expire: 1 }, /^mine\/1: expire is 3600, expected 1$/u],
    ['another builder', 'builders', { ...first, builder: 'constructor' }, /no function for "constructor"/u],
    ['limits that are kept', 'builders', { ...first, beyondLimits: ['uid'] }, /none of uid is refused/u],
    ['limits that are broken', 'builders', { ...limited, beyondLimits: undefined }, /^mine\/\d+: \w+: expected/u],
    ['no token', 'builders', { ...first, token: 1 }, /has no token/u],
    ['another verdict', 'broken', { ...broken, verdict: 'valid' }, /^mine\/1: is found invalid$/u],
  ])('fails by name: %s', async (_, kind, vector, line) => {
    const files = { 'mine.json': JSON.stringify({ kind, vectors: [vector] }) };
    const { status, stdout, stderr } = await runMain(['vectors', 'mine.json'], { files });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '1 case, 1 failure\n' });
    expect(stdout.trimEnd()).toMatch(line);
    const json = await runMain(['vectors', 'mine.json', '--json'], { files });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      count: 1,
      failures: [{ id: expect.stringMatching(/^mine/u) as string }],
    });
  });
});

describe('--cases', () => {
  test('writes inputs without outputs', async () => {
    const { status, stdout, stderr } = await runMain(['vectors', '--cases'], { env: {} });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = linesOf(stdout);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect(lines.map(({ id }) => String(id).split('/')[0])).toContain('go-access-token-006');
    for (const line of lines) expect(line).not.toHaveProperty('token');
    expect(stdout).not.toMatch(/"(?:content|signature)"|00[67]eJ/u);
  });

  test('uses the ids of the vectors if they are unique', async () => {
    const { stdout } = await runMain(['vectors', 'go-builders', 'go-services', '--cases'], { env: {} });
    expect(linesOf(stdout).map(({ id }) => id)).toEqual(Array.from({ length: 212 }, (_, index) => index + 1));
  });

  test('writes enough to mint from', async () => {
    const { stdout } = await runMain(['vectors', 'go-builders', 'node-builders', '--cases'], { env: {} });
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(142);
    const tokens = lines.map((line) => {
      const { id, issueTs, salt } = line;
      const options = { issueTs, salt, limits: 'format' } as {
        issueTs: number;
        salt: number;
        limits: 'format';
      };
      return { id, token: buildVector(line as unknown as Parameters<typeof buildVector>[0], options) };
    });
    const outcome = await compare(['go-builders', 'node-builders'], textOf(tokens));
    expect(outcome).toEqual({ status: 0, stdout: '', stderr: '142 cases, all good\n' });
  });
});

describe('--against', () => {
  test.each(['go-builders', 'node-builders', 'go-services', 'go-access-token-006', 'official-literals'])(
    'accepts the official tokens of %s, by number, by string and by name',
    async (file) => {
      const tokens = tokensOf(file);
      for (const idOf of [(id: number) => id, String, (id: number) => `${file}/${id}`]) {
        const lines = textOf(tokens.map(({ id, token }) => ({ id: idOf(id), token })));
        const { status, stdout } = await compare([file], lines);
        expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      }
    },
  );

  test('compares contents, not strings', async () => {
    const [{ token } = { token: '' }] = tokensOf('go-builders');
    const args = ['7d72365eb983485397e3e3f9d460bdda', 2882341273, 1, 3600, 3600] as const;
    const project = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'] as const;
    const ours = buildTokenWithUid(...project, ...args, { issueTs: 1_795_522_172, salt: 32_160_792 });
    expect(ours).not.toBe(token);
    expect(tokensEqual(ours, token)).toBe(true);
    expect((await compare(['go-builders'], textOf([{ id: 1, token: ours }]))).stdout).not.toMatch(/^1: /mu);
  });

  const [appId, appCertificate] = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
  interface Changes {
    readonly certificate?: string;
    readonly uid?: number;
    readonly expire?: number;
    readonly privilege?: number;
    readonly salt?: number;
  }

  /** Mints the first of the vectors, or something else. */
  function mint(changes: Changes): string {
    const { certificate = appCertificate, uid = 2882341273, expire = 3600, privilege = 3600 } = changes;
    const options = { issueTs: 1_795_522_172, salt: changes.salt ?? 32_160_792 };
    const channel = '7d72365eb983485397e3e3f9d460bdda';
    return buildTokenWithUid(appId, certificate, channel, uid, 1, expire, privilege, options);
  }

  test.each<[string, string, RegExp]>([
    ['another lifetime', textOf([{ id: 1, token: mint({ expire: 7200 }) }]), /^1: expire is 7200, expected 3600$/u],
    [
      'another uid',
      textOf([{ id: 1, token: mint({ uid: 0 }) }]),
      /^1: services\[0\]\.uid is "", expected "2882341273"$/u,
    ],
    [
      'another privilege',
      textOf([{ id: 1, token: mint({ privilege: 0 }) }]),
      /^1: services\[0\]\.privileges\[1\] is 0, expected 3600$/u,
    ],
    ['another salt', textOf([{ id: 1, token: mint({ salt: 1 }) }]), /^1: salt is 1, expected 32160792$/u],
    [
      'another certificate',
      textOf([{ id: 1, token: mint({ certificate: '0'.repeat(32) }) }]),
      /^1: .*signed with another/u,
    ],
    ['a token that was cut', textOf([{ id: 1, token: mint({}).slice(0, 50) }]), /^1: token: /u],
    [
      'a token of the older version',
      textOf([{ id: 1, token: tokensOf('go-access-token-006')[0]?.token }]),
      /^1: .*006/u,
    ],
    [
      'no text',
      textOf([
        { id: 1, token: mint({}) },
        { id: 1, token: null },
      ]),
      /^line 2: is not \{"id"/u,
    ],
    ['no id', textOf([{ id: 1, token: mint({}) }, { token: mint({}) }]), /^line 2: is not/u],
    ['no JSON', `${textOf([{ id: 1, token: mint({}) }])}\n007\n`, /^line 3: is not/u],
    ['no object', `${textOf([{ id: 1, token: mint({}) }])}[1]\n`, /^line 2: is not/u],
    [
      'an id that there is not',
      textOf([1, 9999].map((id) => ({ id, token: mint({}) }))),
      /^9999: there is no case of this id$/u,
    ],
    [
      'a hostile id',
      textOf([1, '\x1b[31m'].map((id) => ({ id, token: mint({}) }))),
      /^\\u001b\[31m: there is no case/u,
    ],
    ['an id twice', textOf([1, '1'].map((id) => ({ id, token: mint({}) }))), /^1: has a second token$/u],
    ['an id without a token', '', /^1: has no token$/u],
  ])('fails by id: %s', async (_, lines, line) => {
    const others = tokensOf('go-builders').filter(({ id }) => id !== 1);
    const { status, stdout, stderr } = await compare(['go-builders'], lines + textOf(others));
    expect({ status, stderr }).toEqual({ status: 1, stderr: '126 cases, 1 failure\n' });
    expect(stdout).toMatch(/^[^\n]+\n$/u);
    expect(stdout.trimEnd()).toMatch(line);
  });

  test('compares 006 tokens', async () => {
    const [one] = tokensOf('go-access-token-006');
    const project = {
      appId,
      appCertificate,
      channelName: '7d72365eb983485397e3e3f9d460bdda',
      uid: 2882341273,
    };
    const other = { ...project, ts: 1_111_111, salt: 1, privileges: { 1: 1_446_455_471 } };
    const lineFor = async (changes: Line): Promise<string> => {
      const token = buildToken006({ ...other, ...changes });
      return (await compare(['go-access-token-006'], textOf([{ id: 213, token }]))).stdout.split('\n')[0] ?? '';
    };
    expect(tokensEqual(buildToken006(other), one?.token ?? '')).toBe(true);
    expect(await lineFor({})).toBe('214: has no token');
    expect(await lineFor({ uid: 1 })).toMatch(/^213: crcUid is \d+, expected 3847331927$/u);
    expect(await lineFor({ ts: 1 })).toBe('213: ts is 1, expected 1111111');
    expect(await lineFor({ privileges: {} })).toBe('213: privileges[1] is missing, expected 1446455471');
    expect(await lineFor({ appCertificate: '0'.repeat(32) })).toMatch(/^213: token: .*signed with another/u);
  });

  test('a vector with a defect needs no token, but if there is one it has to be signed', async () => {
    const tokens = tokensOf('node-builders').slice(0, 16);
    expect((await compare(['node-builders'], textOf(tokens))).status).toBe(0);
    const forged = { id: 17, token: mint({ certificate: '0'.repeat(32) }) };
    const { stdout } = await compare(['node-builders'], textOf([...tokens, forged]));
    expect(stdout).toMatch(/^17: token: .*signed with another[^\n]+\n$/u);
  });
});

describe('wrong usage', () => {
  const files = {
    'not.json': 'nonsense',
    'other.json': '{"kind":"x","vectors":[]}',
    'ids.json': '{"kind":"broken","vectors":[{}]}',
  };

  test.each<[string, RegExp]>([
    ['vectors nowhere.json', /^cannot read "nowhere\.json"; name a file, or one of .*go-builders/u],
    ['vectors ../package', /^cannot read/u],
    ['vectors not.json', /^"not\.json" is no file of vectors; /u],
    ['vectors other.json', /^"other\.json" is no file of vectors; /u],
    ['vectors ids.json', /^"ids\.json" is no file of vectors; /u],
    ['vectors --against nowhere.jsonl', /^cannot read "nowhere\.jsonl"; name a file with lines/u],
    ['vectors --against', /^--against lacks its value/u],
    ['vectors --cases --against -', /^--cases does not go with --against/u],
    ['vectors go-broken --cases', /^nothing can be minted from these files/u],
    ['vectors --demo', /^vectors has no option "--demo"/u],
  ])('accesstoken2 %s', async (line, message) => {
    const { status, stdout, stderr } = await runMain(line.split(' '), { files });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const [, text] = /^accesstoken2: ([^\n]+)\n$/u.exec(stderr) ?? [];
    expect(text).toMatch(message);
  });
});
