import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { jsonPieces, renderCsv } from '../../../../lib/bench/report/render-data.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Level } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import type { DataFile } from '../../../../lib/bench/report/model.ts';
import { renderMarkdown } from '../../../../lib/bench/report/render-markdown.ts';
import { dataFilesOf, reportOf } from '../../../../lib/bench/report/report.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { csvRecords } from '../../../support/read-tables.ts';
import { closed, recordedRun, withMeasurements } from '../../../support/recorded-run.ts';

const textOf = (value: Record<string, unknown>): string => [...jsonPieces(value)].join('');

describe('JSON in pieces', () => {
  it('contains its data', () => {
    assert(
      property(dictionary(string(), jsonValue()), (value) => {
        expect(JSON.stringify(JSON.parse(textOf(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('has a line for each field and each array item, and none for undefined values', () => {
    const value = {
      one: undefined,
      two: [{ three: undefined }, 'a\nb'],
      four: [],
      five: { six: 7 },
    };
    expect(textOf(value)).toBe(
      '{\n"two": [\n{},\n"a\\nb"\n],\n"four": [],\n"five": {"six":7}\n}\n',
    );
    expect(textOf({ one: undefined })).toBe('{}\n');
  });
});

/** Changes a good measurement into one that failed, was never run, has failed requests, or fails a check. */
const TROUBLES: readonly ((measurement: CompletedMeasurement) => readonly ResultRecord[])[] = [
  ({ measurement, startedAt, finishedAt }) => [
    {
      kind: 'measurement',
      state: 'failed',
      measurement,
      startedAt,
      finishedAt,
      code: 'BENCH_SERVING_FAILED',
      message: 'the serving ended with code 137 | <killed>',
    },
  ],
  () => [],
  (measurement) => [
    { ...measurement, load: { ...measurement.load, failed: 10, failures: { timeout: 10 } } },
  ],
  (measurement) => [
    { ...measurement, middleware: { ...measurement.middleware, busiestCpuShare: 0.993 } },
  ],
];

const levels: readonly Level[] = [
  closed(10),
  closed(20),
  { loop: 'open', arrivals: 'poisson', ratePerSecond: 30 },
];

/** A run with decided pairs, a price and p99 limits, with trouble in every eighth measurement. */
const eventfulRun = (): RunData => {
  let count = 0;
  const { plan, ...run } = withMeasurements(
    recordedRun({ levels, repeats: 5, durationSeconds: 2, directShare: 0.7 }),
    (measurement) => {
      count += 1;
      const trouble = count % 8 === 0 ? TROUBLES[(count / 8) % TROUBLES.length] : undefined;
      return trouble === undefined ? measurement : trouble(measurement);
    },
  );
  const options = resolvePlanOptions({ profile: 'quick', seed: 7, sloP99Ms: [60, 2000] });
  return { ...run, plan: { ...plan, options, settings: { usdPerHour: 0.7 } } };
};

const runs = [eventfulRun(), recordedRun({ levels: [closed(1)], repeats: 1 })].map((data) => ({
  data,
  summary: summarise(data),
}));

const recordsOf = (file: DataFile) => csvRecords([...renderCsv(file)].join(''));

/** The columns of a CSV file that contain both numbers and texts. */
const mixedColumns = (lines: ReturnType<typeof recordsOf>): readonly string[] =>
  Object.keys(lines[0] ?? {}).filter((key) => {
    const fields = lines.map((line) => line[key] ?? '').filter((field) => field !== '');
    const isNumber = fields.map((field) => Number.isFinite(Number(field)));
    return isNumber.includes(true) && isNumber.includes(false);
  });

describe('the files of a run', () => {
  it('have only numbers or only texts in each CSV column', () => {
    const mixed = runs.flatMap(({ data, summary }) =>
      dataFilesOf(data, summary).flatMap((file) => mixedColumns(recordsOf(file))),
    );

    expect(mixed).toEqual([]);
  });

  it('can be rendered again from summary.json', () => {
    for (const { summary } of runs) {
      const read = JSON.parse([...jsonPieces(summary)].join('')) as Summary;

      expect(renderMarkdown(reportOf(read))).toBe(renderMarkdown(reportOf(summary)));
    }
  });
});
