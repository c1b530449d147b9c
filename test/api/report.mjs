/**
 * Reports what each entry of the package offers, from the types as they were built: writes the reports that stand
 * beside this file, or with --check compares them.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/api');
const manifest = join(root, 'package.json');

/** The paths of the types of each entry, by the name of its report. */
const types = new Map(
  Object.entries(JSON.parse(readFileSync(manifest, 'utf8')).exports)
    .filter(([, conditions]) => typeof conditions === 'object')
    .map(([path, conditions]) => [
      `${path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')}.api.md`,
      join(root, conditions.import.types),
    ]),
);

/** Compares the report of an entry with the one that is there, or writes that anew; returns whether they differed. */
function report(reportFileName, mainEntryPointFilePath, isCheck) {
  const reportTempFolder = mkdtempSync(join(tmpdir(), 'accesstoken2-'));
  try {
    const extractorConfig = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: manifest,
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath,
        compiler: {
          overrideTsconfig: {
            files: [mainEntryPointFilePath],
            compilerOptions: {
              lib: ['ES2022', 'DOM'],
              module: 'NodeNext',
              moduleResolution: 'NodeNext',
              strict: true,
              target: 'ES2022',
              types: [],
            },
          },
        },
        apiReport: {
          enabled: true,
          includeForgottenExports: true,
          reportFileName,
          reportFolder: folder,
          reportTempFolder,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        messages: { extractorMessageReporting: { default: { logLevel: 'none' } } },
        newlineKind: 'lf',
        tsdocMetadata: { enabled: false },
      },
    });
    const { apiReportChanged } = Extractor.invoke(extractorConfig, {
      localBuild: !isCheck,
      messageCallback: (message) => {
        message.handled = message.logLevel !== 'error';
      },
    });
    return apiReportChanged;
  } finally {
    rmSync(reportTempFolder, { recursive: true, force: true });
  }
}

const isCheck = process.argv.includes('--check');
const changed = [...types].filter(([name, path]) => report(name, path, isCheck)).map(([name]) => name);
const stale = readdirSync(folder).filter((name) => name.endsWith('.api.md') && !types.has(basename(name)));
if (!isCheck) {
  for (const name of stale) rmSync(join(folder, name));
  console.log(changed.length === 0 ? 'nothing has changed' : `rewritten: ${changed.join(', ')}`);
} else if (changed.length + stale.length > 0) {
  const names = [...changed, ...stale].map((name) => `api/${name}`).join(', ');
  console.error(`what the package offers is not what ${names} says; if that is meant, npm run api:report`);
  process.exitCode = 1;
}
