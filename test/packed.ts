/** Packs the package and installs it into an empty project. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../', import.meta.url));

/** The published sample project of Agora's official tests. */
export const SAMPLE = {
  AGORA_APP_ID: '970CA35de60c44645bbae8a215061b33',
  AGORA_APP_CERTIFICATE: '5CFd2fd1755d40ecb72977518be15d3b',
} as const;

export interface Packed {
  /** A temporary folder, which {@link remove} deletes. */
  readonly folder: string;
  readonly tarball: string;
  /** The size of the tarball in bytes. */
  readonly size: number;
  /** The paths of the packed files. */
  readonly files: readonly string[];
}

/** Packs the built package into a temporary folder. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' })) as [
    {
      readonly filename: string;
      readonly size: number;
      readonly files: readonly { readonly path: string }[];
    },
  ];
  return {
    folder,
    tarball: join(folder, packed.filename),
    size: packed.size,
    files: packed.files.map(({ path }) => path),
  };
}

/** Installs the tarball into an empty project; returns its folder. */
export function install({ folder, tarball }: Packed): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', tarball, ...flags], { cwd: project, stdio: 'pipe' });
  return project;
}

/** Deletes the temporary folder. */
export function remove({ folder }: Packed): void {
  rmSync(folder, { recursive: true, force: true });
}
