/** The documentation: its pages, their code blocks and tables, and a project in which they run. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, SAMPLE } from '../packed.js';

/** All pages, as paths from the root of the repository. */
export const PAGES: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'vectors/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The page about `accesstoken2 serve`. Its lines run in order, because some start a server and others call it. */
export const SERVE_PAGE = 'docs/serve.md';

/** The page whose blocks are parts of the files in `examples/`. */
export const FRAMEWORKS_PAGE = 'docs/frameworks.md';

export interface Block {
  readonly page: string;
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Lists the code blocks of a page, or of another Markdown text. */
export function blocksOf(page: string, markdown: string = read(page)): readonly Block[] {
  return Array.from(markdown.matchAll(/^```(.*)\n([^]*?)^```$/gmu), ([, language = '', code = ''], index) => ({
    page,
    name: `${page}, block ${index + 1}`,
    language,
    code,
  }));
}

/** The lines of the shell blocks among some blocks. */
export function shellLinesOf(blocks: readonly Block[]): readonly string[] {
  return blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.trim().split('\n'));
}

/** Tells whether a line starts a token server or calls it. */
export function isOfServer(line: string): boolean {
  return line.startsWith('npx accesstoken2 serve ') || line.startsWith('curl ');
}

/** Reads the table of a page that has this header in its first column. */
export function rowsOf(page: string, header: string): readonly (readonly string[])[] {
  const table = new RegExp(`^\\| ${header} +\\|.*\n.*\n((?:\\|.*\n)+)`, 'mu');
  const [, rows] = table.exec(read(page)) ?? [];
  if (rows === undefined) throw new Error(`${page} has no table with the header "${header}"`);
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split(/(?<!\\)\|/u)
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}

/** The output that a block states: after a `console.log` or `print`, or in the comment lines below it. */
export function outputStatedBy(code: string): string {
  const stated = /(?:console\.log|print)\(.*\);?(?: +(?:\/\/|#) (?<after>.+)|(?<below>(?:\n\/\/ .+)+))/gu;
  return Array.from(code.matchAll(stated), ({ groups }) => {
    return `${groups?.['after'] ?? groups?.['below']?.replace(/\n\/\/ /gu, '\n').trimStart() ?? ''}\n`;
  }).join('');
}

/** Matches an output. A line with only `…` stands for any lines, another `…` for the rest of a line. */
export function patternOf(output: string): RegExp {
  const pattern = output
    .replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&')
    .replace(/^…$/gmu, '[^]*?')
    .replaceAll('…', '.*');
  return new RegExp(`^${pattern}$`, 'u');
}

/** The environment of examples: the sample project. */
export const ENV: Readonly<Record<string, string | undefined>> = { PATH: process.env['PATH'], ...SAMPLE };

/** How the command is called here: as built, without the time that npx takes. */
export const COMMAND: string = [process.execPath, join(ROOT, 'dist/cli/bin.js')].map((path) => `'${path}'`).join(' ');

/** Creates a project with this package in its `node_modules`. */
export function createProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'accesstoken2-docs-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(ROOT, join(project, 'node_modules/accesstoken2'), 'junction');
  symlinkSync(join(ROOT, 'node_modules/hono'), join(project, 'node_modules/hono'), 'junction');
  return project;
}
