/**
 * Writes a report of the exports of each entry from the built declarations. With --check, compares the reports beside
 * this file with the declarations instead.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/api');
const manifest = join(root, 'package.json');

/** The declarations of each entry, by the name of its report. */
const declarations = new Map(
  Object.entries(JSON.parse(readFileSync(manifest, 'utf8')).exports)
    .filter(([, conditions]) => typeof conditions === 'object')
    .map(([path, conditions]) => [
      `${path === '.' ? 'index' : path.slice(2).replaceAll('/', '-')}.api.md`,
      join(root, conditions.import.types),
    ]),
);

/** Writes or checks the report of an entry; returns whether it differed. */
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
const changed = [...declarations].filter(([name, path]) => report(name, path, isCheck)).map(([name]) => name);
const stale = readdirSync(folder).filter((name) => name.endsWith('.api.md') && !declarations.has(basename(name)));
if (!isCheck) {
  for (const name of stale) rmSync(join(folder, name));
  console.log(changed.length === 0 ? 'no changes' : `updated: ${changed.join(', ')}`);
} else if (changed.length + stale.length > 0) {
  const names = [...changed, ...stale].map((name) => `test/api/${name}`).join(', ');
  console.error(`the exports differ from ${names}; if this is intended, run npm run api:report`);
  process.exitCode = 1;
}
