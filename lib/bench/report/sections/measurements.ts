import { ANSWERS_NEEDED, type Claimed } from '../../stats/percentile-claim.ts';
import type { LatencySummary } from '../../model/load-result.ts';
import type { CompletedMeasurement, MeasurementRecord } from '../../model/record.ts';
import type { RunData } from '../../results/run-folder.ts';
import { dataFile, dataColumn, LOAD_COLUMNS, TARGET_COLUMNS } from '../blocks.ts';
import type { Column, DataFile } from '../model.ts';

const bypassOf = ({ bypass }: CompletedMeasurement) =>
  bypass?.state === 'completed' ? bypass : undefined;

/** A percentile; undefined if there are too few answers to claim it. */
const percentileOf = (
  claimed: Exclude<Claimed, 'p999'>,
  latency: LatencySummary | undefined,
): number | undefined =>
  latency !== undefined && latency.count >= ANSWERS_NEEDED[claimed]
    ? latency[`${claimed}Ms`]
    : undefined;

/** Columns that only completed measurements have. */
const FIGURES: readonly (readonly [
  key: string,
  figureOf: (measurement: CompletedMeasurement) => number | undefined,
])[] = [
  ['window_seconds', ({ load }) => load.durationSeconds],
  ['succeeded', ({ load }) => load.succeeded],
  ['failed', ({ load }) => load.failed],
  ['unsent', ({ load }) => load.unsent],
  ['request_rate_per_second', ({ load }) => load.requestRatePerSecond],
  ['mean_ms', ({ load }) => load.latency.meanMs],
  ['p50_ms', ({ load }) => load.latency.p50Ms],
  ['p95_ms', ({ load }) => percentileOf('p95', load.latency)],
  ['p99_ms', ({ load }) => percentileOf('p99', load.latency)],
  ['max_ms', ({ load }) => load.latency.maxMs],
  ['generator_cpu_share', ({ load }) => load.self.cpuShare],
  ['middleware_cpu_ms', ({ middleware }) => middleware.cpuMs],
  ['middleware_busiest_cpu_share', ({ middleware }) => middleware.busiestCpuShare],
  ['serving_cpu_ms', ({ servingUse }) => servingUse?.cpuMs],
  ['serving_wait_ms', ({ servingUse }) => servingUse?.waitMs],
  ['serving_answers', ({ servingUse }) => servingUse?.answers],
  ['others_cpu_share', ({ othersCpuShare }) => othersCpuShare],
  ['time_to_ready_ms', ({ start }) => start?.timeToReadyMs],
  ['first_request_ms', ({ start }) => start?.firstRequestMs],
  ['idle_memory_mib', ({ start }) => start?.idleMemoryMiB],
  ['idle_cpu_share', ({ start }) => start?.idleCpuShare],
  ['bypass_rate_per_second', (measurement) => bypassOf(measurement)?.requestRatePerSecond],
  ['bypass_p50_ms', (measurement) => bypassOf(measurement)?.latency.p50Ms],
  ['bypass_p99_ms', (measurement) => percentileOf('p99', bypassOf(measurement)?.latency)],
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
  ...FIGURES.map(([key, figureOf]) =>
    dataColumn<MeasurementRecord>(key, (record) =>
      record.state === 'completed' ? figureOf(record) : undefined,
    ),
  ),
];

/**
 * `measurements.csv`: a line for each recorded measurement, in the order of the run, with unrounded figures. A field is empty if
 * there is no figure or too few answers for the percentile.
 */
export const measurementsFile = ({ records }: RunData): DataFile =>
  dataFile<MeasurementRecord>(
    'measurements.csv',
    COLUMNS,
    records.filter((record) => record.kind === 'measurement'),
  );
