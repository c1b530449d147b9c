import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Project, createProject, removeProject } from '../installed.js';
import { ROOT, SAMPLE } from '../packed.js';
import { errorsIn } from '../programs.js';

const run = promisify(execFile);

const NAMES = [
  'ApaasTokenBuilder',
  'ChatTokenBuilder',
  'ConvoAITokenBuilder',
  'EducationTokenBuilder',
  'FpaTokenBuilder',
  'RtcRole',
  'RtcTokenBuilder',
  'Rtm2Permissions',
  'RtmTokenBuilder',
  'SttTokenBuilder',
];

let packed: Project;
let project: string;

beforeAll(async () => {
  packed = await createProject();
  project = packed.folder;
  symlinkSync(join(ROOT, 'node_modules/agora-token'), join(project, 'node_modules/agora-token'), 'junction');
}, 60_000);

afterAll(() => {
  removeProject(packed);
});

interface Output {
  readonly printed: unknown;
  readonly stderr: string;
}

/** Runs a program in the project, without `require` of ES modules. */
async function outputOf(kind: 'module' | 'commonjs', code: string): Promise<Output> {
  const flags = ['--no-experimental-require-module', `--input-type=${kind}`, '--eval'];
  const prelude = 'const print = (value) => console.log(JSON.stringify(value));';
  const env = { PATH: process.env['PATH'], ...SAMPLE };
  const { stdout, stderr } = await run(process.execPath, [...flags, prelude + code], { cwd: project, env });
  return { printed: JSON.parse(stdout), stderr };
}

const ARGS = `process.env.AGORA_APP_ID, process.env.AGORA_APP_CERTIFICATE`;

describe('loading', () => {
  test('import provides every name, and a default export with all of them', async () => {
    const { printed } = await outputOf(
      'module',
      `import agoraToken, * as all from 'accesstoken2/agora-token';
      import { RtcRole, RtcTokenBuilder } from 'accesstoken2/agora-token';
      import { decodeToken } from 'accesstoken2';
      const token = RtcTokenBuilder.buildTokenWithUid(${ARGS}, 'lobby', 42, RtcRole.PUBLISHER, 600);
      print([Object.keys(all), Object.keys(agoraToken).sort(), decodeToken(token).services]);`,
    );
    const privileges = { 1: 0, 2: 0, 3: 0, 4: 0 };
    expect(printed).toEqual([
      [...NAMES, 'default'],
      NAMES,
      [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges }],
    ]);
  });

  test('require provides every name, marked as an ES module', async () => {
    const { printed } = await outputOf(
      'commonjs',
      `const { RtcRole, RtcTokenBuilder, ...others } = require('accesstoken2/agora-token');
      const { decodeToken } = require('accesstoken2');
      const token = RtcTokenBuilder.buildTokenWithUid(${ARGS}, 'lobby', 42, RtcRole.SUBSCRIBER, 600, 300);
      const { __esModule, default: all } = require('accesstoken2/agora-token');
      print([Object.keys(others), Object.keys(all).sort(), __esModule, decodeToken(token).services]);`,
    );
    expect(printed).toEqual([
      [...NAMES.filter((name) => !name.startsWith('Rtc')), 'default'].sort(),
      NAMES,
      true,
      [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 300 } }],
    ]);
  });

  test.each([
    ['module', `import { AccessTokenError } from 'accesstoken2'; import all from 'accesstoken2/agora-token';`],
    ['module', `import { AccessTokenError } from 'accesstoken2/web'; import all from 'accesstoken2/agora-token';`],
    ['commonjs', `const { AccessTokenError } = require('accesstoken2'), all = require('accesstoken2/agora-token');`],
  ] as const)('instanceof works for its errors: %s, %s', async (kind, load) => {
    const { printed } = await outputOf(
      kind,
      `${load}
      try {
        all.FpaTokenBuilder.buildToken('', '');
      } catch (error) {
        print([error instanceof AccessTokenError, error.code, error.argument]);
      }`,
    );
    expect(printed).toEqual([true, 'ERR_APP_ID', 'appId']);
  });
});

describe('a Unix timestamp as a lifetime', () => {
  const mint = (lifetime: string): string =>
    `RtcTokenBuilder.buildTokenWithUid(${ARGS}, 'lobby', 42, 1, ${lifetime}, ${lifetime})`;
  const warning = /^\(node:\d+\) \[ACCESSTOKEN2_TIMESTAMP_AS_LIFETIME\] Warning: tokenExpire .+ 3600.*$/gmu;

  test('is signed with one warning per process', async () => {
    const { printed, stderr } = await outputOf(
      'module',
      `import { createRequire } from 'node:module';
      import { decodeToken } from 'accesstoken2';
      import all from 'accesstoken2/agora-token';
      const tokens = [all, createRequire(import.meta.url)('accesstoken2/agora-token')].flatMap(
        ({ RtcTokenBuilder }) => [${mint('1795522172')}, ${mint('"1795522172"')}],
      );
      print(tokens.map((token) => decodeToken(token).expire));`,
    );
    expect(printed).toEqual([1795522172, 1795522172, 1795522172, 1795522172]);
    expect(stderr.match(warning)).toHaveLength(1);
    expect(stderr.match(/Warning/gu)).toHaveLength(1);
  });

  test('a lifetime of hours or years causes no warning', async () => {
    const { printed, stderr } = await outputOf(
      'commonjs',
      `const { RtcTokenBuilder } = require('accesstoken2/agora-token');
      print([${mint('3600')}, ${mint('"86400"')}, ${mint('1e9')}].length);`,
    );
    expect(printed).toBe(3);
    expect(stderr).toBe('');
  });

  test('is signed where there is no process', async () => {
    const { printed, stderr } = await outputOf(
      'module',
      `import { RtcTokenBuilder } from 'accesstoken2/agora-token';
      const args = [${ARGS}];
      delete globalThis.process;
      print(RtcTokenBuilder.buildTokenWithUid(...args, 'lobby', 42, 1, 1795522172, 0).slice(0, 3));`,
    );
    expect(printed).toBe('007');
    expect(stderr).toBe('');
  });
});

describe('types', () => {
  /** A program that uses every export. */
  const program = (load: string): string => `
    ${load}

    const [appId, appCertificate] = ['970CA35de60c44645bbae8a215061b33', '5CFd2fd1755d40ecb72977518be15d3b'];
    let role = agora.RtcRole.PUBLISHER;
    role = agora.RtcRole.SUBSCRIBER;
    const lifetimes = [600, 600, 600, 600, 600] as const;
    const rtm2 = [appId, appCertificate, 'lobby', 'alice', role, ...lifetimes, 42, 600] as const;
    const permissions = new agora.Rtm2Permissions();
    permissions.add(agora.Rtm2Permissions.kMessageChannels, agora.Rtm2Permissions.kRead, ['a']);
    permissions.add(agora.Rtm2Permissions.kStreamChannels, agora.Rtm2Permissions.kWrite, ['a']);
    permissions.add(agora.Rtm2Permissions.kGroupChannels, agora.Rtm2Permissions.kWrite, ['a']);
    permissions.add(agora.Rtm2Permissions.kServerGroups, agora.Rtm2Permissions.kWrite, ['a']);
    permissions.add(agora.Rtm2Permissions.kUsers, agora.Rtm2Permissions.kWrite, ['a']);
    permissions.details[0] = { 1: ['b'] };
    const buildTokenWithUid: typeof agora.RtcTokenBuilder.buildTokenWithUid = (a, b, c, d, e, f, g) =>
      agora.RtcTokenBuilder.buildTokenWithUid(a, b, c, d, e, f, g.valueOf());

    class Named extends agora.Rtm2Permissions {
      readonly name = 'all';
    }

    export const tokens: string[] = [
      buildTokenWithUid(appId, appCertificate, 'lobby', 42, role, 600, 600),
      agora.RtcTokenBuilder.buildTokenWithUid(appId, appCertificate, 'lobby', '42', role, 600, 600),
      agora.RtcTokenBuilder.buildTokenWithUserAccount(appId, appCertificate, 'lobby', 42, role, 600, 600),
      agora.RtcTokenBuilder.buildTokenWithUidAndPrivilege(appId, appCertificate, 'lobby', 42, ...lifetimes),
      agora.RtcTokenBuilder.BuildTokenWithUserAccountAndPrivilege(appId, appCertificate, 'a', 'b', ...lifetimes),
      agora.RtcTokenBuilder.buildTokenWithRtm(appId, appCertificate, 'lobby', 'alice', role, 600, 600),
      agora.RtcTokenBuilder.buildTokenWithRtm2(...rtm2),
      agora.ConvoAITokenBuilder.buildToken(...rtm2),
      agora.SttTokenBuilder.buildToken(...rtm2),
      agora.RtmTokenBuilder.buildToken(appId, appCertificate, 42, 600),
      agora.RtmTokenBuilder.buildTokenWithPermissions(appId, appCertificate, 'alice', permissions, 600),
      agora.RtmTokenBuilder.buildTokenWithPermissions(appId, appCertificate, 'alice', new Named(), 600),
      agora.ChatTokenBuilder.buildUserToken(appId, appCertificate, 42, 600),
      agora.ChatTokenBuilder.buildAppToken(appId, appCertificate, 600),
      agora.FpaTokenBuilder.buildToken(appId, appCertificate),
      agora.ApaasTokenBuilder.buildRoomUserToken(appId, appCertificate, 'room', 'alice', 1, 600),
      agora.ApaasTokenBuilder.buildUserToken(appId, appCertificate, 42, 600),
      agora.ApaasTokenBuilder.buildAppToken(appId, appCertificate, 600),
      agora.EducationTokenBuilder.buildRoomUserToken(appId, appCertificate, 'room', 42, 1, 600),
      agora.EducationTokenBuilder.buildUserToken(appId, appCertificate, 'alice', 600),
      agora.EducationTokenBuilder.buildAppToken(appId, appCertificate, 600),
    ];
  `;

  const LOADS = {
    'a default import': (name: string) => `import agora from '${name}';`,
    'a namespace import': (name: string) => `import * as agora from '${name}';`,
    'named imports': (name: string) =>
      `import { ${NAMES.join(', ')} } from '${name}'; const agora = { ${NAMES.join(', ')} };`,
  };
  const REQUIRE = { 'an import of require': (name: string) => `import agora = require('${name}');` };

  describe.each([
    ['node10', ts.ModuleKind.CommonJS, ts.ModuleResolutionKind.Node10],
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('under %s', (resolution, module, moduleResolution) => {
    test.each(['agora-token', 'accesstoken2/agora-token'])('all members of %s compile', (name) => {
      const programs = [
        ...Object.entries(LOADS).map((load) => ['mts', ...load] as const),
        ...Object.entries(resolution === 'bundler' ? LOADS : { ...LOADS, ...REQUIRE }).map(
          (load) => ['cts', ...load] as const,
        ),
      ].filter(([extension]) => extension === 'cts' || resolution !== 'node10');
      const files = programs.map(([extension, , load], index) => {
        const file = join(project, `${resolution}-${name.replace('/', '-')}-${index}.${extension}`);
        writeFileSync(file, program(load(name)));
        return file;
      });
      expect(errorsIn(files, { module, moduleResolution, esModuleInterop: true })).toEqual([]);
    });
  });
});
