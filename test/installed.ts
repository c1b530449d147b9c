/** Packs the package and installs it into projects. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { ROOT } from './packed.js';

/** A project in which the package is installed. */
export interface Project {
  /** A temporary folder, which {@link removeProject} deletes. */
  readonly folder: string;
  readonly tarball: string;
  /** The size of the tarball in bytes. */
  readonly size: number;
  /** The paths of the packed files. */
  readonly files: readonly string[];
}

/** Creates a project: a copy of the one that the first test file of the run has made. */
export async function createProject(): Promise<Project> {
  const shared = join(inject('runFolder'), 'package');
  const isFirst = mkdirSync(shared, { recursive: true }) !== undefined;
  const manifest = join(shared, 'project.json');
  if (isFirst) {
    const made = packAndInstall(shared);
    writeFileSync(`${manifest}.part`, JSON.stringify(made));
    renameSync(`${manifest}.part`, manifest);
  }
  while (!existsSync(manifest)) await new Promise((resolve) => setTimeout(resolve, 50));
  const made = JSON.parse(readFileSync(manifest, 'utf8')) as Project;
  const folder = mkdtempSync(join(inject('runFolder'), 'project-'));
  cpSync(made.folder, folder, { recursive: true, verbatimSymlinks: true });
  return { ...made, folder };
}

/** Packs the built package, and installs the tarball into an empty project. */
function packAndInstall(parent: string): Project {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', parent];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' })) as [
    {
      readonly filename: string;
      readonly size: number;
      readonly files: readonly { readonly path: string }[];
    },
  ];
  const tarball = join(parent, packed.filename);
  const folder = join(parent, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', tarball, ...flags], { cwd: folder, stdio: 'pipe' });
  return { folder, tarball, size: packed.size, files: packed.files.map(({ path }) => path) };
}

/** Deletes a project. */
export function removeProject({ folder }: Project): void {
  rmSync(folder, { recursive: true, force: true });
}
