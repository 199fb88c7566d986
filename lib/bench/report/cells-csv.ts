import { ANSWERS_NEEDED } from '../analysis/percentile-support.ts';
import { rowKey } from '../analysis/row-key.ts';
import type { Summary } from '../analysis/summary.ts';
import type { LatencySummary } from '../model/load-result.ts';
import type { CompletedCell, CellRecord } from '../model/record.ts';
import type { RunData } from '../results/run-folder.ts';
import { csvPieces, runFields } from './csv-text.ts';

type Value = string | number | undefined;
type FailedGates = ReadonlyMap<string, string>;
type Column = readonly [
  name: string,
  value: (record: CellRecord, failedGates: FailedGates) => Value,
];

const ofCompleted =
  (value: (cell: CompletedCell) => Value) =>
  (record: CellRecord): Value =>
    record.state === 'completed' ? value(record) : undefined;

const directOf = ({ direct }: CompletedCell) =>
  direct?.state === 'completed' ? direct : undefined;

type Claimed = 'p90' | 'p95' | 'p99';

const isSupported = (claimed: Claimed, { count }: LatencySummary): boolean =>
  count >= ANSWERS_NEEDED[claimed];

/** A percentile where there are enough answers to claim it, by the rule of all outputs. */
const percentileOf = (claimed: Claimed, latency: LatencySummary): Value =>
  isSupported(claimed, latency) ? latency[`${claimed}Ms`] : undefined;

const directP99 = (cell: CompletedCell): Value => {
  const direct = directOf(cell);
  return direct === undefined ? undefined : percentileOf('p99', direct.latency);
};

const CLAIMS: readonly Claimed[] = ['p90', 'p95', 'p99'];

const COLUMNS: readonly Column[] = [
  ['cell', ({ cell }) => cell.id],
  ['serving', ({ cell }) => cell.path.serving],
  ['protocol', ({ cell }) => cell.path.protocol],
  ['payload', ({ cell }) => cell.path.payload],
  ['encoding', ({ cell }) => cell.path.encoding],
  ['engine', ({ cell }) => cell.engine],
  ['scenario', ({ cell }) => cell.scenario],
  ['loop', ({ cell }) => cell.level.loop],
  [
    'virtual_users',
    ({ cell: { level } }) => (level.loop === 'closed' ? level.virtualUsers : undefined),
  ],
  [
    'offered_rate_per_second',
    ({ cell: { level } }) => (level.loop === 'open' ? level.ratePerSecond : undefined),
  ],
  ['arrivals', ({ cell: { level } }) => (level.loop === 'open' ? level.arrivals : undefined)],
  ['repeat', ({ cell }) => cell.repeat],
  ['pair', ({ pair }) => pair],
  ['state', ({ state }) => state],
  ['reason', (record) => (record.state === 'failed' ? record.message : undefined)],
  ['finished_at', ({ finishedAt }) => finishedAt],
  ['load_engine', ofCompleted(({ load }) => load.generator)],
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
  ['direct_rate_per_second', ofCompleted((cell) => directOf(cell)?.requestRatePerSecond)],
  ['direct_p50_ms', ofCompleted((cell) => directOf(cell)?.latency.p50Ms)],
  ['direct_p99_ms', ofCompleted(directP99)],
  ['failed_gates', ({ cell }, failedGates) => failedGates.get(rowKey(cell))],
];

/** By the key of a row. */
const failedGatesOf = ({ rows }: Summary): FailedGates =>
  new Map(
    rows.map((row) => [
      rowKey(row),
      (row.gates ?? [])
        .filter(({ state }) => state === 'failed')
        .map(({ gate }) => gate)
        .join(' '),
    ]),
  );

function* linesOf(
  records: RunData['records'],
  failedGates: FailedGates,
): Generator<readonly string[]> {
  for (const record of records) {
    if (record.kind === 'cell')
      yield COLUMNS.map(([, value]) => String(value(record, failedGates) ?? ''));
  }
}

/**
 * `cells.csv`: tidy, one line a recorded cell in the order in which they ran, one column a figure as it was measured, not
 * rounded, with its unit in the name. Empty where there is none, and for a percentile of which the cell has too few answers.
 * `failed_gates` are those of the cell's row, by which its figures support no verdict.
 */
export const renderCellsCsv = ({ records }: RunData, summary: Summary): Iterable<string> =>
  csvPieces(
    COLUMNS.map(([name]) => name),
    linesOf(records, failedGatesOf(summary)),
    runFields(summary),
  );
