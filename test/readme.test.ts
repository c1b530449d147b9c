/** Runs the code blocks of the README, of the pages in docs/ and of doc comments, and compares their output. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTokenWithUid } from '../src/index.js';
import { docComments, exportedFunctions } from './docs/entries.js';
import {
  type Block,
  COMMAND,
  ENV,
  FRAMEWORKS_PAGE,
  PAGES,
  SERVE_PAGE,
  blocksOf,
  createProject,
  isOfServer,
  outputStatedBy,
  patternOf,
  read,
  shellLinesOf,
} from './docs/pages.js';
import { ROOT, SAMPLE } from './packed.js';

const run = promisify(execFile);

const { name: packageName, scripts } = JSON.parse(read('package.json')) as {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
};

/** The blocks that run one by one. The others are parts of examples, or call a server. */
const blocks = PAGES.filter((page) => page !== SERVE_PAGE && page !== FRAMEWORKS_PAGE).flatMap((page) =>
  blocksOf(page),
);
const docExamples = Array.from(docComments(), ([name, markdown]) => blocksOf(name, markdown)).flat();
const programs = [...blocks, ...docExamples].filter(({ language }) => ['js', 'ts', 'diff'].includes(language));

let project: string;

beforeAll(() => {
  project = createProject();
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

test('every block has a language that is run here', () => {
  const languages = new Set([...blocks, ...docExamples].map(({ language }) => language));
  expect([...languages].sort()).toEqual(['diff', 'python', 'sh', 'text', 'ts']);
});

test('every exported function has an example in its doc comment', () => {
  expect(docExamples.length).toBeGreaterThanOrEqual(exportedFunctions().length);
});

describe('programs', () => {
  interface Result {
    readonly stdout: string;
    readonly stderr: string;
    readonly error?: string;
  }

  let results: readonly Result[];

  beforeAll(async () => {
    const paths = programs.map((block, index) => {
      const extension = block.language === 'diff' ? 'cjs' : 'mjs';
      const path = join(project, `run-${index}.${extension}`);
      writeFileSync(path, block.language === 'diff' ? afterDiff(block.code) : toJavaScript(block.code));
      return path;
    });
    const runner = join(project, 'runner.mjs');
    writeFileSync(runner, RUNNER);
    const { stdout } = await run(process.execPath, [runner, ...paths], { cwd: project, env: ENV });
    results = JSON.parse(stdout) as readonly Result[];
  });

  test('compile strictly', () => {
    const files = programs
      .filter(({ language }) => language !== 'diff')
      .map(({ code, language }, index) => {
        const path = join(project, `types-${index}.m${language}`);
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
    const diagnostics = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.text ?? ''}\n${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(diagnostics).toEqual([]);
  });

  test.each(programs.map((block, index) => ({ ...block, index })))(
    'runs and prints what it shows: $name',
    ({ code, index }) => {
      const { stdout, stderr, error } = results[index] ?? { error: 'did not run' };
      expect(error).toBeUndefined();
      expect(stdout).toMatch(patternOf(outputStatedBy(code)));
      expect(stderr).toBe('');
    },
  );
});

/** Imports each program in turn, and prints the output of each as JSON. */
const RUNNER = `
  import { pathToFileURL } from 'node:url';
  const results = [];
  for (const path of process.argv.slice(2)) {
    const result = { stdout: '', stderr: '' };
    const restore = ['stdout', 'stderr'].map((name) => {
      const { write } = process[name];
      process[name].write = (text) => ((result[name] += text), true);
      return () => (process[name].write = write);
    });
    try {
      await import(pathToFileURL(path).href);
      await new Promise(setImmediate);
    } catch (error) {
      result.error = String(error.stack ?? error);
    }
    for (const each of restore) each();
    results.push(result);
  }
  process.stdout.write(JSON.stringify(results));
`;

/** The lines in which the first example of the README takes the project from the environment. */
function projectLines(): string {
  const [lines] =
    /^const appId = process\.env.*\nconst appCertificate = process\.env.*$/mu.exec(read('README.md')) ?? [];
  if (lines === undefined) throw new Error('no example takes the project from the environment');
  return lines;
}

/** Defines `appId` and `appCertificate` before a block that does not do so itself. */
function withProject(code: string): string {
  return code.includes(projectLines()) ? code : `${projectLines()}\n${code}`;
}

/** The code that a diff leads to. */
function afterDiff(diff: string): string {
  return withProject(diff.replace(/^-.*\n/gmu, '').replace(/^[+ ]/gmu, ''));
}

function toJavaScript(code: string): string {
  const { outputText } = ts.transpileModule(withAssertions(withProject(code)), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return outputText;
}

/**
 * Turns the value that a comment states into an assertion. The comment is after an expression other than
 * `console.log`, or below the `const` that takes the value from a result.
 */
function withAssertions(code: string): string {
  const after = /^(?!console\.)([\w.]+\(.*\)[\w.]*); \/\/ (.+)$/gmu;
  const below = /^const \{ (\w+) \} = .+;\n\/\/ (\[.+\])$/gmu;
  const asserted = code.replace(after, 'assert.deepEqual($1, $2);').replace(below, '$&\nassert.deepEqual($1, $2);');
  return `import assert from 'node:assert/strict';\n${asserted}`;
}

describe('shell lines', () => {
  beforeAll(() => {
    // The tokens that another implementation minted, the token that a client got, and code that uses 006.
    const { vectors } = JSON.parse(read('vectors/go-builders.json')) as {
      readonly vectors: readonly object[];
    };
    writeFileSync(join(project, 'tokens.jsonl'), vectors.map((vector) => JSON.stringify(vector)).join('\n'));
    const { AGORA_APP_ID: appId, AGORA_APP_CERTIFICATE: certificate } = SAMPLE;
    const token = buildTokenWithUid(appId, certificate, 'lobby', 42, 'publisher', 3600);
    writeFileSync(join(project, 'token.txt'), token);
    writeFileSync(join(project, 'old.js'), "const { RtcTokenBuilder } = require('agora-access-token');\n");
  });

  /** How lines that need more than a shell are checked. */
  const CHECKS: Readonly<Record<string, () => Promise<void> | void>> = {
    'npm install accesstoken2': () => {
      expect(packageName).toBe('accesstoken2');
    },
    'npm install accesstoken2 hono': () => {
      expect(existsSync(join(ROOT, 'node_modules/hono'))).toBe(true);
    },
    'npm uninstall agora-token': () => undefined,
    [`export AGORA_APP_ID=${SAMPLE.AGORA_APP_ID}`]: () => undefined,
    [`export AGORA_APP_CERTIFICATE=${SAMPLE.AGORA_APP_CERTIFICATE}`]: () => undefined,
    // `.ci/run` takes these two lines from the README and runs them in full.
    'npm ci && npm start': async () => {
      const [, program = ''] = / && node (\S+)$/u.exec(scripts['start'] ?? '') ?? [];
      const { stdout } = await run(process.execPath, [program], { cwd: ROOT, env: ENV });
      expect(stdout).toMatch(/^Verdict +valid/mu);
    },
    'npm ci && npm test': () => {
      expect(scripts['test']).toMatch(/^vitest run/u);
    },
  };

  const isCommand = (line: string): boolean => /^(?:npx accesstoken2|grep) /u.test(line);
  const lines = shellLinesOf(blocks).filter((line) => !isOfServer(line));

  test.each(lines.filter((line) => !isCommand(line)))('%s', async (line) => {
    expect(Object.keys(CHECKS)).toContain(line);
    await CHECKS[line]?.();
  });

  /** Runs a line. Exit code 1 is a verdict, not a failure. */
  function runLine(line: string): string {
    const script = line.replaceAll('npx accesstoken2', COMMAND);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
      cwd: project,
      env: ENV,
      encoding: 'utf8',
    });
    expect([0, 1], stderr).toContain(status);
    return stdout;
  }

  test.each(lines.filter(isCommand))('%s', (line) => {
    expect(runLine(line) === '').toBe(/ > |--against/u.test(line));
  });

  const shown = blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const isOutput = block.language === 'text' && before?.language === 'sh' && before.page === block.page;
    return isOutput ? [[shellLinesOf([before]).at(-1) ?? '', block.code] as const] : [];
  });

  test.each(shown)('prints the output that is shown: %s', (line, output) => {
    expect(runLine(line)).toMatch(patternOf(output));
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython)('Python', () => {
  test.each(blocks.filter(({ language }) => language === 'python'))(
    'runs and prints what it shows: $name',
    async ({ code }: Block) => {
      const path = join(project, 'program.py');
      writeFileSync(path, code);
      const { stdout } = await run('python3', [path], { cwd: join(project, 'node_modules/accesstoken2') });
      expect(stdout).toMatch(patternOf(outputStatedBy(code)));
    },
  );
});
