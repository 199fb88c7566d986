import { ANSWERS_NEEDED, type Claimed } from '../../stats/percentile-claim.ts';
import type { LatencySummary } from '../../model/load-result.ts';
import type { CompletedMeasurement, MeasurementRecord } from '../../model/record.ts';
import type { RunData } from '../../results/run-folder.ts';
import { dataFile } from '../blocks.ts';
import { dataColumn, LOAD_COLUMNS, TARGET_COLUMNS } from '../columns.ts';
import type { Column, DataFile } from '../model.ts';

const bypassOf = ({ bypass }: CompletedMeasurement) =>
  bypass?.state === 'completed' ? bypass : undefined;

/** A percentile where there are enough answers to claim it, by the rule of all outputs. */
const percentileOf = (
  claimed: Exclude<Claimed, 'p999'>,
  latency: LatencySummary | undefined,
): number | undefined =>
  latency !== undefined && latency.count >= ANSWERS_NEEDED[claimed]
    ? latency[`${claimed}Ms`]
    : undefined;

/** What only a measurement with figures has. */
const FIGURES: readonly (readonly [
  key: string,
  of: (one: CompletedMeasurement) => number | undefined,
])[] = [
  ['window_seconds', ({ load }) => load.durationSeconds],
  ['succeeded', ({ load }) => load.succeeded],
  ['failed', ({ load }) => load.failed],
  ['unsent', ({ load }) => load.unsent],
  ['unfinished', ({ load }) => load.unfinished],
  ['request_rate_per_second', ({ load }) => load.requestRatePerSecond],
  ['mean_ms', ({ load }) => load.latency.meanMs],
  ['p50_ms', ({ load }) => load.latency.p50Ms],
  ['p95_ms', ({ load }) => percentileOf('p95', load.latency)],
  ['p99_ms', ({ load }) => percentileOf('p99', load.latency)],
  ['max_ms', ({ load }) => load.latency.maxMs],
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
  ...[...TARGET_COLUMNS, ...LOAD_COLUMNS].map(({ key, value }) =>
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

/**
 * `measurements.csv`: one line a recorded measurement in the order in which they ran, with the figures as they were measured. Empty where there
 * is none, and for a percentile of which the measurement has too few answers. summary.json says which of them support no verdict.
 */
export const measurementsFile = ({ records }: RunData): DataFile =>
  dataFile<MeasurementRecord>(
    'measurements.csv',
    COLUMNS,
    records.filter((record) => record.kind === 'measurement'),
  );
