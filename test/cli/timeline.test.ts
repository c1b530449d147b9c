import { describe, expect, test } from 'vitest';
import { type Bar, drawBars } from '../../src/cli/timeline.js';

describe('bars', () => {
  const width = 21;

  test.each<[string, Bar[], number | null, number, string[]]>([
    ['now between', [{ end: 200 }], 100, 150, ['├━━━━━━━━━●─────────┤']],
    ['now at the beginning', [{ end: 200 }], 100, 100, ['●───────────────────┤']],
    ['now just before the end', [{ end: 200 }], 100, 194, ['├━━━━━━━━━━━━━━━━━━●┤']],
    ['now at the end', [{ end: 200 }], 100, 200, ['├━━━━━━━━━━━━━━━━━━━┤']],
    ['now after the end, on the scale', [{ end: 200 }], 100, 225, ['├━━━━━━━━━━━━━━━┤   ●']],
    ['now long after the end', [{ end: 200 }], 100, 9999, ['├━━━━━━━━━━━━━━━━━━━┤']],
    ['now before the beginning, on the scale', [{ end: 200 }], 100, 75, ['●   ├───────────────┤']],
    ['now long before the beginning', [{ end: 200 }], 100, -9999, ['├───────────────────┤']],
    ['time to renew', [{ end: 200, renewAt: 180 }], 100, 150, ['├━━━━━━━━━●─────◇───┤']],
    ['time to renew at the end', [{ end: 200, renewAt: 199 }], 100, 150, ['├━━━━━━━━━●────────◇┤']],
    [
      'all on one scale',
      [{ end: 200 }, { end: 120 }, { end: 150 }],
      100,
      130,
      ['├━━━━━●─────────────┤', '├━━━┤ ●', '├━━━━━●───┤'],
    ],
    ['no lifetime', [{ end: 100 }], 100, 100, ['├┤']],
    ['no end', [{ end: 200 }, { end: null }], 100, 150, ['├━━━━━━━━━●─────────┤', '├━━━━━━━━━●─────────→']],
    ['no beginning', [{ end: 200 }], null, 100, ['●───────────────────┤']],
    ['neither', [{ end: null }], null, 100, ['●───────────────────→']],
  ])('%s', (_, bars, issued, now, drawn) => {
    const lines = drawBars(bars, { issued, now, width });
    expect(lines.map((line) => line.trimEnd())).toEqual(drawn);
    expect(lines.map((line) => Array.from(line).length)).toEqual(bars.map(() => width));
  });
});
