/** The workflows, the changelog and the API reference. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './packed.js';

const { version, scripts, exports } = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
};

const { typedocOptions } = JSON.parse(read('test/api/tsconfig.json')) as {
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

  test('pins each action to a commit and names its version', () => {
    const lines = text.split('\n').filter((line) => /^[\s-]*uses:/u.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    const pinned = /^ +- uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u;
    expect(lines.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('grants each job the permissions that it needs only', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions = {}, steps } of jobs) {
      const publishes = steps.some(({ run }) => run?.startsWith('npm publish'));
      const own = publishes ? { contents: 'read', 'id-token': 'write' } : {};
      expect(permissions).toEqual(own);
    }
  });

  test('keeps no credentials in a checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toHaveLength(jobs.length);
    expect(checkouts.map((step) => step.with)).toEqual(jobs.map(() => ({ 'persist-credentials': false })));
  });

  test('limits the time and the concurrency of its jobs', () => {
    expect(workflow.concurrency).toBeDefined();
    for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });

  test('uses no secrets and interpolates nothing into scripts', () => {
    expect(text).not.toContain('secrets.');
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('runs scripts that package.json has', () => {
    const named = steps.flatMap(({ run = '' }) => Array.from(run.matchAll(/npm run ([\w:-]+)/gu), ([, name]) => name));
    expect(named.filter((name = '') => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test('publishes only after the tests passed', () => {
  const { jobs } = parse(read(`${WORKFLOWS}/release.yml`)) as Workflow;
  const commandsOf = (name: string): readonly string[] => jobs[name]?.steps.flatMap(({ run = [] }) => run) ?? [];
  expect(commandsOf('test')).toEqual(
    expect.arrayContaining(['npm ci', 'npm run lint', 'npm run typecheck', 'npm test']),
  );
  expect(jobs['publish']).toMatchObject({ needs: 'test' });
  expect(commandsOf('publish').at(-1)).toContain('npm publish --provenance --access public');
});

test('the changelog contains this version or unreleased changes', () => {
  const titles = Array.from(read('CHANGELOG.md').matchAll(/^## (.+)$/gmu), ([, title = '']) => title);
  const form = /^\[(?:Unreleased\]|\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})$/u;
  expect(titles.filter((title) => !form.test(title))).toEqual([]);
  expect(titles.some((title) => title === '[Unreleased]' || title.startsWith(`[${version}] - `))).toBe(true);
});

describe('the API reference', () => {
  test('covers every entry', () => {
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    expect(typedocOptions.entryPoints).toHaveLength(entries.length);
  });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

test('SECURITY.md refers to files that exist', () => {
  const named = Array.from(
    read('SECURITY.md').matchAll(/`((?:test|examples|\.github)\/[\w./-]*)`/gu),
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('audits the dependencies of users on each push', () => {
  const { jobs } = parse(read(`${WORKFLOWS}/test.yml`)) as Workflow;
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
  expect(commands).toContain('npm audit --omit=dev');
});
