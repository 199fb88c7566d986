import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import { rowKey } from '../../analysis/row-order.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { LatencySummary } from '../../model/load-result.ts';
import type { CompletedMeasurement, MeasurementRecord } from '../../model/record.ts';
import type { RunData } from '../../results/run-folder.ts';
import { dataFile } from '../blocks.ts';
import { dataColumn, LOAD_COLUMNS, PATH_COLUMNS } from '../columns.ts';
import type { Column, DataFile } from '../model.ts';

type Value = string | number | undefined;

const ofCompleted =
  (value: (measurement: CompletedMeasurement) => Value) =>
  (record: MeasurementRecord): Value =>
    record.state === 'completed' ? value(record) : undefined;

const bypassOf = ({ bypass }: CompletedMeasurement) =>
  bypass?.state === 'completed' ? bypass : undefined;

type Claimed = 'p90' | 'p95' | 'p99';

const isSupported = (claimed: Claimed, { count }: LatencySummary): boolean =>
  count >= ANSWERS_NEEDED[claimed];

/** A percentile where there are enough answers to claim it, by the rule of all outputs. */
const percentileOf = (claimed: Claimed, latency: LatencySummary): Value =>
  isSupported(claimed, latency) ? latency[`${claimed}Ms`] : undefined;

const bypassP99 = (measurement: CompletedMeasurement): Value => {
  const bypass = bypassOf(measurement);
  return bypass === undefined ? undefined : percentileOf('p99', bypass.latency);
};

const CLAIMS: readonly Claimed[] = ['p90', 'p95', 'p99'];

const COLUMNS: readonly Column<MeasurementRecord>[] = [
  dataColumn('measurement', ({ measurement }) => measurement.id),
  ...[...PATH_COLUMNS, ...LOAD_COLUMNS].map(({ key, value }) =>
    dataColumn<MeasurementRecord>(key, ({ measurement }) => value(measurement)),
  ),
  dataColumn('repeat', ({ measurement }) => measurement.repeat),
  dataColumn('pair', ({ pair }) => pair),
  dataColumn('state', ({ state }) => state),
  dataColumn('reason', (record) => (record.state === 'failed' ? record.message : undefined)),
  dataColumn('finished_at', ({ finishedAt }) => finishedAt),
  dataColumn(
    'load_engine',
    ofCompleted(({ load }) => load.generator),
  ),
  dataColumn(
    'window_seconds',
    ofCompleted(({ load }) => load.durationSeconds),
  ),
  dataColumn(
    'succeeded',
    ofCompleted(({ load }) => load.succeeded),
  ),
  dataColumn(
    'failed',
    ofCompleted(({ load }) => load.failed),
  ),
  dataColumn(
    'unsent',
    ofCompleted(({ load }) => load.unsent),
  ),
  dataColumn(
    'unfinished',
    ofCompleted(({ load }) => load.unfinished),
  ),
  dataColumn(
    'request_rate_per_second',
    ofCompleted(({ load }) => load.requestRatePerSecond),
  ),
  dataColumn(
    'failed_share',
    ofCompleted(({ load }) => load.failedShare),
  ),
  dataColumn(
    'mean_ms',
    ofCompleted(({ load }) => load.latency.meanMs),
  ),
  dataColumn(
    'p50_ms',
    ofCompleted(({ load }) => load.latency.p50Ms),
  ),
  ...CLAIMS.map((claimed) =>
    dataColumn(
      `${claimed}_ms`,
      ofCompleted(({ load }) => percentileOf(claimed, load.latency)),
    ),
  ),
  dataColumn(
    'max_ms',
    ofCompleted(({ load }) => load.latency.maxMs),
  ),
  ...CLAIMS.map((claimed) =>
    dataColumn(
      `${claimed}_supported`,
      ofCompleted(({ load }) => String(isSupported(claimed, load.latency))),
    ),
  ),
  dataColumn(
    'generator_cpu_share',
    ofCompleted(({ load }) => load.self.cpuShare),
  ),
  dataColumn(
    'middleware_cpu_ms',
    ofCompleted(({ middleware }) => middleware.cpuMs),
  ),
  dataColumn(
    'middleware_busiest_cpu_share',
    ofCompleted(({ middleware }) => middleware.busiestCpuShare),
  ),
  dataColumn(
    'serving_cpu_ms',
    ofCompleted(({ servingCpuMs }) => servingCpuMs),
  ),
  dataColumn(
    'time_to_ready_ms',
    ofCompleted(({ start }) => start?.timeToReadyMs),
  ),
  dataColumn(
    'first_request_ms',
    ofCompleted(({ start }) => start?.firstRequestMs),
  ),
  dataColumn(
    'bypass_rate_per_second',
    ofCompleted((measurement) => bypassOf(measurement)?.requestRatePerSecond),
  ),
  dataColumn(
    'bypass_p50_ms',
    ofCompleted((measurement) => bypassOf(measurement)?.latency.p50Ms),
  ),
  dataColumn('bypass_p99_ms', ofCompleted(bypassP99)),
];

/** The checks that the rows failed, by the key of a row. */
const failedChecksOf = ({ rows }: Summary): ReadonlyMap<string, string> =>
  new Map(
    rows.map((row) => [
      rowKey(row),
      (row.checks ?? [])
        .filter(({ state }) => state === 'failed')
        .map(({ check }) => check)
        .join(' '),
    ]),
  );

/**
 * `measurements.csv`: one line a recorded measurement in the order in which they ran, with the figures as they were measured. Empty where there
 * is none, and for a percentile of which the measurement has too few answers. `failed_checks` are those of the measurement's row, by which its
 * figures support no verdict.
 */
export const measurementsFile = ({ records }: RunData, summary: Summary): DataFile => {
  const failedChecks = failedChecksOf(summary);
  return dataFile<MeasurementRecord>(
    'measurements.csv',
    [
      ...COLUMNS,
      dataColumn('failed_checks', ({ measurement }) => failedChecks.get(rowKey(measurement))),
    ],
    records.filter((record) => record.kind === 'measurement'),
  );
};
