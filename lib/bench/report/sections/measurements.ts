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

const bypassOf = ({ bypass }: CompletedMeasurement) =>
  bypass?.state === 'completed' ? bypass : undefined;

type Claimed = 'p90' | 'p95' | 'p99';

const isSupported = (claimed: Claimed, { count }: LatencySummary): boolean =>
  count >= ANSWERS_NEEDED[claimed];

/** A percentile where there are enough answers to claim it, by the rule of all outputs. */
const percentileOf = (claimed: Claimed, latency: LatencySummary | undefined): Value =>
  latency !== undefined && isSupported(claimed, latency) ? latency[`${claimed}Ms`] : undefined;

/** What only a measurement with figures has. */
const FIGURES: readonly (readonly [key: string, of: (one: CompletedMeasurement) => Value])[] = [
  ['load_engine', ({ load }) => load.generator],
  ['window_seconds', ({ load }) => load.durationSeconds],
  ['succeeded', ({ load }) => load.succeeded],
  ['failed', ({ load }) => load.failed],
  ['unsent', ({ load }) => load.unsent],
  ['unfinished', ({ load }) => load.unfinished],
  ['request_rate_per_second', ({ load }) => load.requestRatePerSecond],
  ['failed_share', ({ load }) => load.failedShare],
  ['mean_ms', ({ load }) => load.latency.meanMs],
  ['p50_ms', ({ load }) => load.latency.p50Ms],
  ['p90_ms', ({ load }) => percentileOf('p90', load.latency)],
  ['p95_ms', ({ load }) => percentileOf('p95', load.latency)],
  ['p99_ms', ({ load }) => percentileOf('p99', load.latency)],
  ['max_ms', ({ load }) => load.latency.maxMs],
  ['p90_supported', ({ load }) => String(isSupported('p90', load.latency))],
  ['p95_supported', ({ load }) => String(isSupported('p95', load.latency))],
  ['p99_supported', ({ load }) => String(isSupported('p99', load.latency))],
  ['generator_cpu_share', ({ load }) => load.self.cpuShare],
  ['middleware_cpu_ms', ({ middleware }) => middleware.cpuMs],
  ['middleware_busiest_cpu_share', ({ middleware }) => middleware.busiestCpuShare],
  ['serving_cpu_ms', ({ servingCpuMs }) => servingCpuMs],
  ['time_to_ready_ms', ({ start }) => start?.timeToReadyMs],
  ['first_request_ms', ({ start }) => start?.firstRequestMs],
  ['idle_memory_mib', ({ start }) => start?.idleMemoryMiB],
  ['bypass_rate_per_second', (one) => bypassOf(one)?.requestRatePerSecond],
  ['bypass_p50_ms', (one) => bypassOf(one)?.latency.p50Ms],
  ['bypass_p99_ms', (one) => percentileOf('p99', bypassOf(one)?.latency)],
];

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
  ...FIGURES.map(([key, of]) =>
    dataColumn<MeasurementRecord>(key, (record) =>
      record.state === 'completed' ? of(record) : undefined,
    ),
  ),
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
