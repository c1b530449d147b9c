import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVE_OPTIONS } from '../src/cli/serve/settings.js';
import { buildTokenWithUid } from '../src/index.js';
import { type Packed, ROOT, SAMPLE, install, pack, remove } from './packed.js';

const run = promisify(execFile);

const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

interface Block {
  readonly name: string;
  readonly language: string;
  readonly code: string;
  /** The file that it is written to, without its extension. */
  readonly file: string;
}

const PAGES = ['docs/why-is-my-token-refused.md', 'docs/upgrading-from-006.md'];

const blocks = [...blocksOf(readme, 'README.md'), ...PAGES.flatMap((path) => blocksOf(read(path), path))];
/** The page whose blocks speak to a server, which they start. */
const serverPage = blocksOf(read('docs/token-server.md'), 'docs/token-server.md');
const SOURCES = [
  'src/index.ts',
  'src/face.ts',
  'src/errors.ts',
  'src/compat/agora-token.ts',
  'src/server/app.ts',
  'src/server/secret.ts',
];
const examples = SOURCES.flatMap((path) => blocksOf(docCommentsOf(path), path));

let packed: Packed;
/** A project into which the package was installed. */
let project: string;

/** The environment of what is run: the sample project, and nothing that changes what is printed. */
const env = { PATH: process.env['PATH'], ...SAMPLE };

beforeAll(() => {
  packed = pack();
  project = install(packed);
  symlinkSync(join(ROOT, 'node_modules/hono'), join(project, 'node_modules/hono'), 'junction');
}, 60_000);

afterAll(() => {
  remove(packed);
});

test('every block is in a language that is run here', () => {
  const languages = [...blocks, ...examples].map(({ language }) => language);
  expect(['js', 'python', 'sh', 'ts']).toEqual(expect.arrayContaining(languages));
  expect(examples.length).toBeGreaterThanOrEqual(exportedFunctions().length);
});

describe('JavaScript and TypeScript', () => {
  const programs = [...blocks, ...examples].filter(({ language }) => ['js', 'ts'].includes(language));

  test('every block compiles strictly', () => {
    const files = programs.map(({ file, code, language }) => {
      const path = join(project, `${file}.m${language}`);
      writeFileSync(path, withProject(code));
      return path;
    });
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      allowJs: true,
      checkJs: true,
      noEmit: true,
      skipLibCheck: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      types: ['node'],
    });
    const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(faults).toEqual([]);
  });

  test.concurrent.for(programs)('$name', async ({ file, code }, { expect }) => {
    const path = join(project, `${file}-run.mjs`);
    const { outputText } = ts.transpileModule(withAssertions(withProject(code)), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(path, outputText);
    const { stdout, stderr } = await run(process.execPath, [path], { cwd: project, env });
    expect(stdout).toMatch(patternOf(outputStatedBy(code)));
    expect(stderr).toBe('');
  });
});

describe('shell', () => {
  /** How each line is run. */
  const lines: Readonly<Record<string, () => Promise<void> | void>> = {
    'npm install accesstoken2': () => {
      expect(existsSync(join(project, 'node_modules/accesstoken2/dist/index.js'))).toBe(true);
    },
    // The installation is the one that this test runs from. The build must not disturb the tests beside this one.
    'npm ci && npm start': async () => {
      const clone = join(packed.folder, 'clone');
      mkdirSync(clone);
      for (const name of ['package.json', 'tsconfig.json', 'tsup.config.ts', 'src', 'examples']) {
        cpSync(join(ROOT, name), join(clone, name), { recursive: true });
      }
      symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'junction');
      const { stdout } = await run('npm', ['start'], { cwd: clone, env: { ...process.env, ...SAMPLE } });
      expect(stdout).toMatch(/^Verdict +valid/mu);
    },
    // A test cannot run all tests: `.ci/run` runs this line, taken from the README.
    'npm ci && npm test': () => {
      expect(scripts['test']).toMatch(/^vitest run\b/u);
    },
  };

  const written = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.trim().split('\n'));

  const commands = written.filter((line) => line.includes('npx accesstoken2 ') && !isOfServer(line));

  test.each(written.filter((line) => !commands.includes(line) && !isOfServer(line)))(
    '%s',
    { timeout: 300_000 },
    async (line) => {
      expect(Object.keys(lines)).toContain(line);
      await lines[line]?.();
    },
  );

  beforeAll(() => {
    // What another tool has minted, and a token that somebody was given.
    const { vectors } = JSON.parse(read('vectors/go-builders.json')) as {
      readonly vectors: readonly object[];
    };
    writeFileSync(join(project, 'tokens.jsonl'), vectors.map((vector) => JSON.stringify(vector)).join('\n'));
    const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: certificate } = SAMPLE;
    writeFileSync(
      join(project, 'token.txt'),
      buildTokenWithUid(appId, certificate, 'lobby', 42, 'publisher', 3600),
    );
  });

  test.each(commands)('%s', async (line) => {
    const { stdout } = await run('sh', ['-c', line], { cwd: project, env });
    expect(stdout === '').toBe(/ > |--against/u.test(line));
  });

  test('every script that the README names is one of package.json', () => {
    const named = Array.from(readme.matchAll(/`npm (?:run )?([\w:-]+)`/gu), ([, name = '']) => name);
    expect(named).toContain('test:long');
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

/** Whether a line starts a server, or asks one. */
function isOfServer(line: string): boolean {
  return line.startsWith('npx accesstoken2 serve ') || line.startsWith('curl ');
}

describe('a token server', () => {
  /** The port that is written, which somebody else may have. */
  const WRITTEN = /(?<=localhost:)8082/gu;

  /** What is shown and cannot be run here: it takes a system with systemd, a container engine, or a proxy. */
  const SHOWN_ALONE = ['ini', 'nginx'];
  const isShownAlone = (line: string): boolean => line.startsWith('docker ');

  /** Starts the server of a line on a free port, with all else as written. */
  async function start(line: string): Promise<{ readonly port: string; readonly stop: () => Promise<void> }> {
    const child = spawn('sh', ['-c', `exec node_modules/.bin/${line.replace('npx ', '')} --port 0`], {
      cwd: project,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'exit');
    const [said] = (await Promise.race([once(child.stderr, 'data'), ended])) as [unknown];
    const [, port] = /http:\/\/127\.0\.0\.1:(\d+) /u.exec(String(said)) ?? [];
    if (port === undefined) throw new Error(`it did not start: ${String(said)}`);
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    };
    return { port, stop };
  }

  /** Runs lines in their order; what asks a server asks the one that was started last. */
  async function runInOrder(lines: readonly string[]): Promise<void> {
    let server: Awaited<ReturnType<typeof start>> | undefined;
    try {
      for (const line of lines) {
        if (line.startsWith('npx accesstoken2 serve ')) {
          await server?.stop();
          server = await start(line);
          continue;
        }
        const { stdout } = await run('sh', ['-c', line.replace(WRITTEN, server?.port ?? '')], {
          cwd: project,
          env,
        });
        if (line.startsWith('curl ')) {
          expect(JSON.parse(stdout), line).toEqual({
            token: expect.stringMatching(/^007/u) as string,
            code: '200',
          });
        }
      }
    } finally {
      await server?.stop();
    }
  }

  const linesOf = (of: readonly Block[]): readonly string[] =>
    of.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.trim().split('\n'));

  test('the lines of the README', async () => {
    const lines = linesOf(blocks).filter(isOfServer);
    expect(lines).toHaveLength(2);
    await runInOrder(lines);
  });

  test('the lines of its page, in their order', async () => {
    const lines = linesOf(serverPage).filter((line) => !isShownAlone(line));
    expect(lines.filter(isOfServer)).toHaveLength(4);
    await runInOrder(lines);
  });

  test('what a page fetches', async () => {
    const [program, ...others] = serverPage.filter(({ language }) => language === 'js');
    expect(others).toEqual([]);
    const { port, stop } = await start('npx accesstoken2 serve --open --demo');
    try {
      const path = join(project, 'fetch-run.mjs');
      writeFileSync(path, (program?.code ?? '').replace(WRITTEN, port));
      const { stdout } = await run(process.execPath, [path], { cwd: project, env });
      expect(stdout).toMatch(patternOf(outputStatedBy(program?.code ?? '')));
    } finally {
      await stop();
    }
  });

  test('the line of a log is as it is written', async () => {
    const [shownLine, ...others] = serverPage.filter(({ language }) => language === 'json');
    expect(others).toEqual([]);
    const stdout = await new Promise<string>((resolve, reject) => {
      const child = spawn('node_modules/.bin/accesstoken2', ['serve', '--open', '--port', '0'], {
        cwd: project,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.once('data', (line: Buffer) => {
        child.kill();
        resolve(line.toString());
      });
      child.stderr.once('data', (said: Buffer) => {
        const [url = ''] = /http:\S+/u.exec(said.toString()) ?? [];
        fetch(`${url}/rtm/alice/`).catch(reject);
      });
    });
    const [written, real] = [shownLine?.code ?? '', stdout].map(
      (text) => JSON.parse(text) as Readonly<Record<string, unknown>>,
    );
    expect(Object.keys(real ?? {})).toEqual(Object.keys(written ?? {}));
    expect([real?.['method'], real?.['route'], real?.['status']]).toEqual([
      written?.['method'],
      written?.['route'],
      written?.['status'],
    ]);
  });

  test('its options are those of the command', () => {
    const rows = rowsOf('option', read('docs/token-server.md'));
    const names = Object.keys(SERVE_OPTIONS).map((name) => `--${name}`);
    expect(rows.map(([name]) => name)).toEqual(names);
  });

  test('what is shown alone is all that is not run', () => {
    const languages = serverPage.map(({ language }) => language);
    expect(new Set(languages)).toEqual(new Set(['sh', 'js', 'json', ...SHOWN_ALONE]));
    const dockerfile = read('examples/Dockerfile');
    for (const path of ['/run/secrets/app-certificate', '/run/secrets/auth-token']) {
      expect(dockerfile).toContain(path);
      expect(linesOf(serverPage).filter(isShownAlone).join('\n')).toContain(path);
    }
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython)('Python', () => {
  test.each(blocks.filter(({ language }) => language === 'python'))('$name', async ({ file, code }) => {
    const path = join(project, `${file}.py`);
    writeFileSync(path, code);
    const { stdout } = await run('python3', [path], { cwd: join(project, 'node_modules/accesstoken2') });
    expect(stdout).toMatch(patternOf(outputStatedBy(code)));
  });
});

test('every finding has its place in the page on refused tokens', () => {
  const [, table = ''] = /const SEVERITIES = \{([^}]+)\}/u.exec(read('src/inspect/findings.ts')) ?? [];
  const codes = Array.from(table.matchAll(/^ +(\w+):/gmu), ([, code = '']) => code);
  const headings = Array.from(
    read('docs/why-is-my-token-refused.md').matchAll(/^### (.+)$/gmu),
    ([, text = '']) => text,
  );
  expect(codes.length).toBeGreaterThan(20);
  expect(headings.flatMap((heading) => heading.split(' and ')).sort()).toEqual(codes.sort());
});

describe('tables', () => {
  test('the builders are those of the code, with their arguments', () => {
    const written = new Map(rowsOf('function').map(([name = '', args = '']) => [name, args]));
    const inFull = Array.from(written, ([name, args]) => {
      const [, other] = /^those of (\w+)$/u.exec(args) ?? [];
      return [name, other === undefined ? args : written.get(other)];
    });
    const builders = exportedFunctions().filter(({ name }) => /^build.+Token|^buildTokenWith/u.test(name));
    expect(inFull).toEqual(
      builders.map(({ name, parameters }) => [name, parameters.slice(2, -1).join(', ')]),
    );
  });

  test.each([
    ['option', 'src/mint.ts', 'BuildOptions'],
    ['expectation', 'src/verify.ts', 'Expected'],
    ['code of an argument', 'src/errors.ts', 'ArgumentErrorCode'],
    ["code of a token's form", 'src/errors.ts', 'TokenFormErrorCode'],
    ['code of what a token says', 'src/errors.ts', 'TokenClaimErrorCode'],
  ])('%s: as in %s, %s', (header, path, type) => {
    expect(rowsOf(header).map(([name]) => name)).toEqual(namesIn(path, type));
  });
});

test('every link leads somewhere', () => {
  const targets = Array.from(readme.matchAll(/\]\(([^)]+)\)/gu), ([, target = '']) => target);
  const anchors = Array.from(readme.matchAll(/^#+ (.+)$/gmu), ([, heading = '']) => {
    return `#${heading.toLowerCase().replaceAll(' ', '-')}`;
  });
  expect(targets).not.toEqual([]);
  expect(targets.filter((target) => ![...anchors, ...packed.files].includes(target))).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Finds the code blocks of a Markdown text. */
function blocksOf(markdown: string, path: string): readonly Block[] {
  return Array.from(
    markdown.matchAll(/^```(.*)\n([^]*?)^```$/gmu),
    ([, language = '', code = ''], index) => ({
      name: `${path}, block ${index + 1}`,
      language,
      code,
      file: `${path.replace(/\W/gu, '-')}-${index + 1}`,
    }),
  );
}

/** Reads the doc comments of a source file as one Markdown text. */
function docCommentsOf(path: string): string {
  return Array.from(read(path).matchAll(/^\/\*\*\n([^]*?)^ \*\/$/gmu), ([, comment = '']) =>
    comment.replace(/^ \* ?/gmu, ''),
  ).join('\n');
}

/** The line with which the README's first example takes the project from the environment. */
function projectLine(): string {
  const [line] = /^const \{ AGORA_APP_ID: .*$/mu.exec(readme) ?? [];
  if (line === undefined) throw new Error('no example takes the project from the environment');
  return line;
}

/** Defines `appId` and `appCertificate` before a block that does not do so itself. */
function withProject(code: string): string {
  return code.includes(projectLine()) ? code : `${projectLine()}\n${code}`;
}

/**
 * Turns what a block says of a value into an assertion. It says so behind an expression that is no `console.log`, or
 * below the `const` that takes the value from a result.
 */
function withAssertions(code: string): string {
  const behind = /^(?!console\.)([\w.]+\(.*\)[\w.]*); \/\/ (.+)$/gmu;
  const below = /^const \{ (\w+) \} = .+;\n\/\/ (\[.+\])$/gmu;
  const asserted = code
    .replace(behind, 'assert.deepEqual($1, $2);')
    .replace(below, '$&\nassert.deepEqual($1, $2);');
  return `import assert from 'node:assert/strict';\n${asserted}`;
}

/** What a block says that it prints: behind each `console.log` or `print`, or in the lines below it. */
function outputStatedBy(code: string): string {
  const stated = /(?:console\.log|print)\(.*\);?(?: +(?:\/\/|#) (?<behind>.+)|(?<below>(?:\n\/\/ .+)+))/gu;
  return Array.from(code.matchAll(stated), ({ groups }) => {
    return `${groups?.['behind'] ?? groups?.['below']?.replace(/\n\/\/ /gu, '\n').trimStart() ?? ''}\n`;
  }).join('');
}

/** Matches an output; `…` in it stands for the rest of a line. */
function patternOf(output: string): RegExp {
  const pattern = output.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&').replaceAll('…', '.*');
  return new RegExp(`^${pattern}$`, 'u');
}

/** Reads a table, of the README if it is not said otherwise, by the head of its first column. */
function rowsOf(header: string, markdown: string = readme): readonly (readonly string[])[] {
  const [, rows] = new RegExp(`^\\| ${header} .*\n.*\n((?:\\|.*\n)+)`, 'mu').exec(markdown) ?? [];
  if (rows === undefined) throw new Error(`no table of ${header}`);
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}

function statementsOf(path: string): readonly ts.Statement[] {
  return ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true).statements.slice();
}

/** Lists the functions that the entry exports, with the names of their parameters. */
function exportedFunctions(): readonly { readonly name: string; readonly parameters: readonly string[] }[] {
  return [...statementsOf('src/index.ts'), ...statementsOf('src/face.ts')]
    .filter(ts.isFunctionDeclaration)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map(({ name, parameters }) => ({
      name: name?.text ?? '',
      parameters: parameters.map((parameter) => {
        return parameter.name.getText() + (parameter.questionToken === undefined ? '' : '?');
      }),
    }));
}

/** Lists the properties of an interface, or the literals of a union. */
function namesIn(path: string, type: string): readonly string[] {
  for (const statement of statementsOf(path)) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === type) {
      return statement.members.map(({ name }) => name?.getText() ?? '');
    }
    if (
      ts.isTypeAliasDeclaration(statement) &&
      statement.name.text === type &&
      ts.isUnionTypeNode(statement.type)
    ) {
      return statement.type.types.map((literal) => literal.getText().slice(1, -1));
    }
  }
  throw new Error(`no ${type} in ${path}`);
}
