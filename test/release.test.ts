/** What goes along with a release: the workflows, the changelog and the API reference. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './packed.js';

const { version, scripts, exports } = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
};

const { typedocOptions } = JSON.parse(read('tsconfig.json')) as {
  readonly typedocOptions: { readonly entryPoints: readonly string[] };
};

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const WORKFLOWS = '.github/workflows';

describe.each(readdirSync(join(ROOT, WORKFLOWS)))('%s', (file) => {
  const text = read(`${WORKFLOWS}/${file}`);
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('pins every action to a commit, and says which version that is', () => {
    const lines = text.split('\n').filter((line) => /^[\s-]*uses:/u.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    const pinned = /^ +- uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u;
    expect(lines.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('may read the repository, and a job no more than it needs', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions = {}, steps } of jobs) {
      const publishes = steps.some(({ run }) => run?.startsWith('npm publish'));
      const own = publishes ? { contents: 'read', 'id-token': 'write' } : {};
      expect(permissions).toEqual(own);
    }
  });

  test('leaves no credentials in a checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toHaveLength(jobs.length);
    expect(checkouts.map((step) => step.with)).toEqual(jobs.map(() => ({ 'persist-credentials': false })));
  });

  test('ends in time, and does not overtake itself', () => {
    expect(workflow.concurrency).toBeDefined();
    for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });

  test('takes no secret, and puts nothing that others may choose into a script', () => {
    expect(text).not.toContain('secrets.');
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('runs scripts of package.json', () => {
    const named = steps.flatMap(({ run = '' }) =>
      Array.from(run.matchAll(/npm run ([\w:-]+)/gu), ([, name]) => name),
    );
    expect(named.filter((name = '') => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test('nothing is published that was not tested', () => {
  const { jobs } = parse(read(`${WORKFLOWS}/release.yml`)) as Workflow;
  const commandsOf = (name: string): readonly string[] =>
    jobs[name]?.steps.flatMap(({ run = [] }) => run) ?? [];
  expect(commandsOf('test')).toEqual(
    expect.arrayContaining(['npm ci', 'npm run lint', 'npm run typecheck', 'npm test']),
  );
  expect(jobs['publish']).toMatchObject({ needs: 'test' });
  expect(commandsOf('publish').at(-1)).toContain('npm publish --provenance --access public');
});

test('the changelog has this version, or changes that are not released', () => {
  const titles = Array.from(read('CHANGELOG.md').matchAll(/^## (.+)$/gmu), ([, title = '']) => title);
  const form = /^\[(?:Unreleased\]|\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})$/u;
  expect(titles.filter((title) => !form.test(title))).toEqual([]);
  expect(titles.some((title) => title === '[Unreleased]' || title.startsWith(`[${version}] - `))).toBe(true);
});

describe('the API reference', () => {
  test('builds without a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));
    try {
      execFileSync(join(ROOT, 'node_modules/.bin/typedoc'), ['--out', folder], { cwd: ROOT, stdio: 'pipe' });
      expect(readdirSync(join(folder, 'functions'))).toContain('index.verifyToken.html');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('is of every entry', () => {
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    expect(typedocOptions.entryPoints).toHaveLength(entries.length);
  });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

test('what SECURITY.md names is there', () => {
  const named = Array.from(
    read('SECURITY.md').matchAll(/`((?:test|fuzz|examples|\.github)\/[\w./-]*)`/gu),
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('what users install is audited on each push', () => {
  const { jobs } = parse(read(`${WORKFLOWS}/test.yml`)) as Workflow;
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
  expect(commands).toContain('npm audit --omit=dev');
});
