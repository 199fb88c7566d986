import { sample } from 'fast-check';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { DataFile } from '../../../../lib/bench/report/model.ts';
import { renderCsv } from '../../../../lib/bench/report/render-csv.ts';
import { renderMarkdown } from '../../../../lib/bench/report/render-markdown.ts';
import { dataFilesOf, reportOf } from '../../../../lib/bench/report/report.ts';
import { checksFile } from '../../../../lib/bench/report/sections/checks.ts';
import { renderSummaryJson } from '../../../../lib/bench/report/summary-json.ts';
import { eventfulRun, randomRuns } from '../../../support/random-runs.ts';
import { csvRecords } from '../../../support/read-tables.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { withoutCharts } from '../../../support/run-charts.ts';

/** Any, so that each start of the tests looks at other runs; a name of a failed test has it. */
const SEED = Date.now() % 2 ** 31;

const runs = [eventfulRun(), ...sample(randomRuns, { numRuns: 16, seed: SEED })].map((data) => ({
  data,
  summary: summarise(data),
}));

const recordsOf = (file: DataFile, summary: Summary) =>
  csvRecords([...renderCsv(file, summary)].join(''));

/** Columns of a CSV file in which some fields are numbers, and others are text. */
const mixedColumns = (lines: ReturnType<typeof recordsOf>): readonly string[] =>
  Object.keys(lines[0] ?? {}).filter((key) => {
    const fields = lines.map((line) => line[key] ?? '').filter((field) => field !== '');
    const isNumber = fields.map((field) => Number.isFinite(Number(field)));
    return isNumber.includes(true) && isNumber.includes(false);
  });

describe(`the files of random runs (seed ${SEED})`, () => {
  it('hold in each column of CSV numbers alone, or texts alone', () => {
    const mixed = runs.flatMap(({ data, summary }) =>
      Object.values<DataFile>(dataFilesOf(data, summary)).flatMap((file) =>
        mixedColumns(recordsOf(file, summary)),
      ),
    );

    expect(mixed).toEqual([]);
  });

  it('say the same made from summary.json as from the records', () => {
    for (const { summary } of runs) {
      const read = JSON.parse([...renderSummaryJson(summary)].join('')) as Summary;
      const pages = [summary, read].map((of) => renderMarkdown(reportOf(of, withoutCharts(of))));
      expect(pages[1]).toBe(pages[0]);
    }
  });
});

describe('checks.csv', () => {
  it('has a line for each row and check, not rounded', () => {
    const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 10, directShare: 0.8 }));

    expect(
      recordsOf(checksFile(summary), summary).map(({ check, figure, limit }) => [
        check,
        figure,
        limit,
      ]),
    ).toEqual(
      summary.rows.flatMap(({ checks = [] }) =>
        checks.map(({ check, figure, limit }) => [
          check,
          String(figure ?? ''),
          String(limit ?? ''),
        ]),
      ),
    );
  });
});
