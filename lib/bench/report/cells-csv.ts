import type { Summary } from '../analysis/summary.ts';
import type { CompletedCell, CellRecord } from '../results/record.ts';
import type { RunData } from '../results/run-folder.ts';
import { csvHead, csvText } from './csv-text.ts';

type Value = string | number | undefined;
type Column = readonly [name: string, value: (record: CellRecord) => Value];

const ofCompleted =
  (value: (cell: CompletedCell) => Value) =>
  (record: CellRecord): Value =>
    record.state === 'completed' ? value(record) : undefined;

const reasonOf = (record: CellRecord): Value => {
  if (record.state === 'completed') return undefined;
  return record.state === 'failed' ? record.message : record.reason;
};

const directOf = ({ direct }: CompletedCell) =>
  direct?.state === 'completed' ? direct : undefined;

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
  ['reason', reasonOf],
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
  ['p90_ms', ofCompleted(({ load }) => load.latency.p90Ms)],
  ['p95_ms', ofCompleted(({ load }) => load.latency.p95Ms)],
  ['p99_ms', ofCompleted(({ load }) => load.latency.p99Ms)],
  ['max_ms', ofCompleted(({ load }) => load.latency.maxMs)],
  ['generator_cpu_share', ofCompleted(({ load }) => load.self.cpuShare)],
  ['middleware_cpu_ms', ofCompleted(({ middleware }) => middleware.cpuMs)],
  ['middleware_busiest_cpu_share', ofCompleted(({ middleware }) => middleware.busiestCpuShare)],
  ['serving_cpu_ms', ofCompleted(({ servingCpuMs }) => servingCpuMs)],
  ['time_to_ready_ms', ofCompleted(({ start }) => start?.timeToReadyMs)],
  ['first_request_ms', ofCompleted(({ start }) => start?.firstRequestMs)],
  ['direct_rate_per_second', ofCompleted((cell) => directOf(cell)?.requestRatePerSecond)],
  ['direct_p50_ms', ofCompleted((cell) => directOf(cell)?.latency.p50Ms)],
  ['direct_p99_ms', ofCompleted((cell) => directOf(cell)?.latency.p99Ms)],
];

/**
 * `cells.csv`: tidy, one line a recorded cell in the order in which they ran, one column a figure as it was measured, not
 * rounded, with its unit in the name. Empty where there is none. Statement and validity are the first lines, as comments.
 */
export const renderCellsCsv = ({ records }: RunData, summary: Summary): string =>
  csvText(
    csvHead(summary),
    COLUMNS.map(([name]) => name),
    records
      .filter((record): record is CellRecord => record.kind === 'cell')
      .map((record) => COLUMNS.map(([, value]) => String(value(record) ?? ''))),
  );
