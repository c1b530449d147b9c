import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { ROOT } from './packed.js';

test('what the entries offer is what their reports in api/ say', () => {
  execFileSync(process.execPath, [join(ROOT, 'api/report.mjs'), '--check'], { stdio: 'pipe' });
}, 240_000);
