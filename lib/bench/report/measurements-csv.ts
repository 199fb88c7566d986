import { ANSWERS_NEEDED } from '../analysis/percentile-support.ts';
import { rowKey } from '../analysis/row-key.ts';
import type { Summary } from '../analysis/summary.ts';
import type { LatencySummary } from '../model/load-result.ts';
import type { CompletedMeasurement, MeasurementRecord } from '../model/record.ts';
import type { RunData } from '../results/run-folder.ts';
import { csvPieces, runFields } from './csv-text.ts';

type Value = string | number | undefined;
type FailedChecks = ReadonlyMap<string, string>;
type Column = readonly [
  name: string,
  value: (record: MeasurementRecord, failedChecks: FailedChecks) => Value,
];

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

const directP99 = (measurement: CompletedMeasurement): Value => {
  const bypass = bypassOf(measurement);
  return bypass === undefined ? undefined : percentileOf('p99', bypass.latency);
};

const CLAIMS: readonly Claimed[] = ['p90', 'p95', 'p99'];

const COLUMNS: readonly Column[] = [
  ['measurement', ({ measurement }) => measurement.id],
  ['serving', ({ measurement }) => measurement.target.serving],
  ['protocol', ({ measurement }) => measurement.target.protocol],
  ['payload', ({ measurement }) => measurement.target.payload],
  ['encoding', ({ measurement }) => measurement.target.encoding],
  ['engine', ({ measurement }) => measurement.engine],
  ['scenario', ({ measurement }) => measurement.scenario],
  ['loop', ({ measurement }) => measurement.level.loop],
  [
    'virtual_users',
    ({ measurement: { level } }) => (level.loop === 'closed' ? level.virtualUsers : undefined),
  ],
  [
    'offered_rate_per_second',
    ({ measurement: { level } }) => (level.loop === 'open' ? level.ratePerSecond : undefined),
  ],
  [
    'arrivals',
    ({ measurement: { level } }) => (level.loop === 'open' ? level.arrivals : undefined),
  ],
  ['repeat', ({ measurement }) => measurement.repeat],
  ['pair', ({ pair }) => pair],
  ['state', ({ state }) => state],
  ['reason', (record) => (record.state === 'failed' ? record.message : undefined)],
  ['finished_at', ({ finishedAt }) => finishedAt],
  ['load_generator', ofCompleted(({ load }) => load.generator)],
  ['window_seconds', ofCompleted(({ load }) => load.durationSeconds)],
  ['succeeded', ofCompleted(({ load }) => load.succeeded)],
  ['failed', ofCompleted(({ load }) => load.failed)],
  ['unsent', ofCompleted(({ load }) => load.unsent)],
  ['unfinished', ofCompleted(({ load }) => load.unfinished)],
  ['request_rate_per_second', ofCompleted(({ load }) => load.requestRatePerSecond)],
  ['failed_share', ofCompleted(({ load }) => load.failedShare)],
  ['mean_ms', ofCompleted(({ load }) => load.latency.meanMs)],
  ['p50_ms', ofCompleted(({ load }) => load.latency.p50Ms)],
  ...CLAIMS.map((claimed): Column => [
    `${claimed}_ms`,
    ofCompleted(({ load }) => percentileOf(claimed, load.latency)),
  ]),
  ['max_ms', ofCompleted(({ load }) => load.latency.maxMs)],
  ...CLAIMS.map((claimed): Column => [
    `${claimed}_supported`,
    ofCompleted(({ load }) => String(isSupported(claimed, load.latency))),
  ]),
  ['generator_cpu_share', ofCompleted(({ load }) => load.self.cpuShare)],
  ['middleware_cpu_ms', ofCompleted(({ middleware }) => middleware.cpuMs)],
  ['middleware_busiest_cpu_share', ofCompleted(({ middleware }) => middleware.busiestCpuShare)],
  ['serving_cpu_ms', ofCompleted(({ servingCpuMs }) => servingCpuMs)],
  ['time_to_ready_ms', ofCompleted(({ start }) => start?.timeToReadyMs)],
  ['first_request_ms', ofCompleted(({ start }) => start?.firstRequestMs)],
  [
    'bypass_rate_per_second',
    ofCompleted((measurement) => bypassOf(measurement)?.requestRatePerSecond),
  ],
  ['bypass_p50_ms', ofCompleted((measurement) => bypassOf(measurement)?.latency.p50Ms)],
  ['bypass_p99_ms', ofCompleted(directP99)],
  ['failed_checks', ({ measurement }, failedChecks) => failedChecks.get(rowKey(measurement))],
];

/** By the key of a row. */
const failedChecksOf = ({ rows }: Summary): FailedChecks =>
  new Map(
    rows.map((row) => [
      rowKey(row),
      (row.checks ?? [])
        .filter(({ state }) => state === 'failed')
        .map(({ check }) => check)
        .join(' '),
    ]),
  );

function* linesOf(
  records: RunData['records'],
  failedChecks: FailedChecks,
): Generator<readonly string[]> {
  for (const record of records) {
    if (record.kind === 'measurement')
      yield COLUMNS.map(([, value]) => String(value(record, failedChecks) ?? ''));
  }
}

/**
 * `measurements.csv`: tidy, one line a recorded measurement in the order in which they ran, one column a figure as it was measured, not
 * rounded, with its unit in the name. Empty where there is none, and for a percentile of which the measurement has too few answers.
 * `failed_checks` are those of the measurement's row, by which its figures support no verdict.
 */
export const renderMeasurementsCsv = ({ records }: RunData, summary: Summary): Iterable<string> =>
  csvPieces(
    COLUMNS.map(([name]) => name),
    linesOf(records, failedChecksOf(summary)),
    runFields(summary),
  );
