/** Compares the lists, links and figures of the documentation with what the package has. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../packed.js';
import { exportedFunctions, namesOf } from './entries.js';
import { FRAMEWORKS_PAGE, PAGES, SERVE_PAGE, blocksOf, read, rowsOf } from './pages.js';

/** The first column of a table. */
function firstColumn(page: string, header: string): readonly string[] {
  return rowsOf(page, header).map(([name = '']) => name);
}

describe('the README', () => {
  test('has at most 250 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(250);
  });

  test.each(['npm ci && npm start', 'npm ci && npm test'])('has the line "%s"', (line) => {
    expect(read('README.md').split('\n')).toContain(line);
  });

  test('names builders that exist', () => {
    const functions = exportedFunctions().map(({ name }) => name);
    expect(functions).toEqual(expect.arrayContaining([...firstColumn('README.md', 'function')]));
  });

  test('names every entry point', () => {
    const { exports } = JSON.parse(read('package.json')) as { readonly exports: object };
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    const imports = entries.map((path) => path.replace(/^\./u, 'accesstoken2'));
    expect(firstColumn('README.md', 'import')).toEqual(expect.arrayContaining(imports));
  });
});

describe('lists are complete', () => {
  test('builders, with their arguments', () => {
    const documented = new Map(rowsOf('docs/builders.md', 'function').map(([name = '', args = '']) => [name, args]));
    const inFull = Array.from(documented, ([name, args]) => {
      const [, other] = /^those of (\w+)$/u.exec(args) ?? [];
      return [name, other === undefined ? args : documented.get(other)];
    });
    const builders = exportedFunctions().filter(({ name }) => /^build.+Token$|^build.+TokenWith/u.test(name));
    const expected = builders
      .concat(exportedFunctions().filter(({ name }) => name.startsWith('buildTokenWith')))
      .map(({ name, parameters }) => [name, parameters.slice(2, -1).join(', ')]);
    expect(Object.fromEntries(inFull)).toEqual(Object.fromEntries(expected));
  });

  test.each([
    ['docs/builders.md', 'option', 'BuildOptions', '.'],
    ['docs/verifying.md', 'expectation', 'Expected', '.'],
    ['docs/errors.md', 'argument code', 'ArgumentErrorCode', '.'],
    ['docs/errors.md', 'format code', 'TokenFormErrorCode', '.'],
    ['docs/errors.md', 'claim code', 'TokenClaimErrorCode', '.'],
    ['docs/why-is-my-token-refused.md', 'property', 'Inspection', '.'],
    ['docs/token-server.md', 'option', 'TokenAppOptions', './server'],
  ])('%s, %s: as in the type %s', (page, header, type, entry) => {
    expect([...firstColumn(page, header)].sort()).toEqual([...namesOf(type, entry)].sort());
  });

  test('services of buildToken', () => {
    const types = firstColumn('docs/builders.md', '`type`').map((name) => name.replaceAll("'", ''));
    expect([...types].sort()).toEqual(
      namesOf('ServiceName')
        .filter((name) => name !== 'unknown')
        .sort(),
    );
  });

  test('findings of inspectToken', () => {
    const page = read('docs/why-is-my-token-refused.md');
    const headings = Array.from(page.matchAll(/^### (.+)$/gmu), ([, heading = '']) => heading);
    const codes = headings.flatMap((heading) => heading.split(' and '));
    expect(codes.sort()).toEqual([...namesOf('FindingCode')].sort());
  });

  test('commands and options of the command line', () => {
    const helpOf = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [join(ROOT, 'dist/cli/bin.js'), ...args, '--help'], {
        encoding: 'utf8',
      });
    const [, commands = ''] = /^Commands:\n((?: .+\n)+)/mu.exec(helpOf()) ?? [];
    const names = Array.from(commands.matchAll(/^ {2}(\S+)/gmu), ([, name]) => name);
    expect(firstColumn('docs/command.md', 'command').flatMap((cell) => cell.split(' '))).toEqual(names);

    const [, options = ''] = /^Options:\n((?: .+\n)+)/mu.exec(helpOf('serve')) ?? [];
    const serveOptions = Array.from(options.matchAll(/^ {2}(--[\w-]+)/gmu), ([, name]) => name);
    expect(firstColumn(SERVE_PAGE, 'option')).toEqual(serveOptions);
  });

  test('scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: object };
    const documented = firstColumn('docs/development.md', 'command').map((name) => name.replace(/^npm (?:run )?/u, ''));
    const own = Object.keys(scripts).filter((name) => !name.startsWith('pre'));
    expect([...documented].sort()).toEqual(own.sort());
    const named = PAGES.flatMap((page) =>
      Array.from(read(page).matchAll(/`npm run ([\w:-]+)/gu), ([, name = '']) => name),
    );
    expect(named.filter((name) => !own.includes(name))).toEqual([]);
  });

  test('pages, in the README and in the index', () => {
    const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    for (const page of pages) {
      expect(read('README.md')).toContain(`](${page})`);
      expect(read('docs/README.md')).toContain(`](${page.slice('docs/'.length)})`);
    }
  });
});

test('the code of the frameworks page is part of the Express example', () => {
  const [block] = blocksOf(FRAMEWORKS_PAGE);
  expect(read('examples/express.mjs')).toContain(block?.code);
});

test('every link leads to a file and a heading', () => {
  const anchorsOf = (page: string): readonly string[] =>
    Array.from(read(page).matchAll(/^#+ (.+)$/gmu), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const broken = PAGES.flatMap((page) => {
    const text = read(page).replace(/^```[^]*?^```$/gmu, '');
    return Array.from(text.matchAll(/\]\((?!https:)([^)]+)\)/gu), ([, target = '']) => target).filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
  });
  expect(broken).toEqual([]);
});

describe('figures', () => {
  test('are all filled in', () => {
    const open = PAGES.flatMap((page) => read(page).match(/\{\{\w+\}\}/gu) ?? []);
    expect(open).toEqual([]);
  });

  /** The size of a bundle of what is published, minified and compressed, in kB. */
  function sizeOf(code: string): number {
    const { outputFiles } = buildSync({
      stdin: { contents: code, resolveDir: ROOT },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000;
  }

  test.each([
    ['decodeToken', "export { decodeToken } from './dist/web.js';"],
    ['decodeToken, inspectToken', "export { decodeToken, inspectToken } from './dist/web.js';"],
    ['everything', "export * from './dist/web.js';"],
  ])('the size of %s is as stated', (name, code) => {
    const [, stated = ''] = rowsOf('docs/performance.md', 'import').find(([first]) => first === name) ?? [];
    expect(Math.abs(Number.parseFloat(stated) - sizeOf(code))).toBeLessThan(0.1);
  });

  test('the README states the sizes and the speed of the page on performance', () => {
    const valueOf = (header: string, row: string, column: number): string =>
      rowsOf('docs/performance.md', header).find(([first]) => first === row)?.[column] ?? 'missing';
    const readme = read('README.md');
    expect(readme).toContain(`decodeToken\` takes ${valueOf('import', 'decodeToken', 1)}`);
    expect(readme).toContain(`everything ${valueOf('import', 'everything', 1)}`);
    expect(readme).toContain(`${valueOf('operation', 'mint an RTC publisher token', 3)} times as fast`);
  });
});
