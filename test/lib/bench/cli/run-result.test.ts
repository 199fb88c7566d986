import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { printResult } from '../../../../lib/bench/cli/run-result.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const exitCodeOf = (summary: Summary): number =>
  printResult(
    {
      summary,
      report: { title: '', head: [], sections: [] },
      files: {
        html: 'a',
        markdown: 'b',
        json: 'c',
        csv: 'd',
        measurements: 'f',
        targets: 'g',
        verdicts: 'e',
        checks: 'h',
        charts: [],
      },
    },
    'folder',
    {
      out: () => undefined,
      err: () => undefined,
      outStyle: { color: false, width: 100 },
      errTerminal: undefined,
    },
    { json: false, withStatement: true },
  );

describe('the exit code of a run', () => {
  it('is 0 for a valid one, also where a serving failed requests', () => {
    const summary = summarise(recordedRun({ durationSeconds: 3 }));
    expect(summary.rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(exitCodeOf(summary)).toBe(0);
  });

  it('is 1 for an invalid one', () => {
    const run = recordedRun({ durationSeconds: 3 });
    expect(exitCodeOf(summarise({ ...run, records: run.records.slice(0, -1) }))).toBe(1);
  });
});
