import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { printResult } from '../../../../lib/bench/cli/run-result.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const clean: Summary = (() => {
  const summary = summarise(recordedRun({ durationSeconds: 3 }));
  return {
    ...summary,
    rows: summary.rows.map((row) => ({ ...row, failed: 0, failures: {}, warnings: [] })),
  };
})();

const exitCodeOf = (summary: Summary): number =>
  printResult(
    {
      summary,
      html: 'a',
      markdown: 'b',
      json: 'c',
      csv: 'd',
      cells: 'f',
      verdicts: 'e',
      charts: [],
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

const withRow = (engine: 'onnx' | 'null', change: Partial<Summary['rows'][number]>): Summary => {
  const index = clean.rows.findIndex((row) => row.engine === engine);
  return {
    ...clean,
    rows: clean.rows.map((row, at) => (at === index ? { ...row, ...change } : row)),
  };
};

describe('the exit code of a run', () => {
  it('is 0 for a whole and clean one', () => {
    expect(exitCodeOf(clean)).toBe(0);
  });

  it.each([
    ['requests failed', withRow('onnx', { failed: 3 })],
    ['requests of a ceiling failed', withRow('null', { failed: 3 })],
    ['the load engine did not keep up', withRow('onnx', { warnings: ['too slow'] })],
    [
      'a path came near its ceiling',
      withRow('onnx', { ceiling: { requestRatePerSecond: 10, share: 0.9, near: true } }),
    ],
    ['a cell failed', { ...clean, cells: { ...clean.cells, failed: 1 } }],
    ['a cell is missing', { ...clean, cells: { ...clean.cells, missing: 1 } }],
    [
      'a path answered wrongly',
      { ...clean, checks: clean.checks.map((check) => ({ ...check, state: 'failed' as const })) },
    ],
  ])('is 1 where %s', (_, summary) => {
    expect(exitCodeOf(summary)).toBe(1);
  });

  it('is 0 where the load engine was the limit of a ceiling only', () => {
    expect(exitCodeOf(withRow('null', { warnings: ['too slow'] }))).toBe(0);
  });
});
