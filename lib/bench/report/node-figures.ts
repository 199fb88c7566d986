import type { NodeUse } from '../analysis/node-use.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import { figureAsNumber, formatFigure } from '../wording/format-number.ts';

export const MEASURED_NODES = ['serving', 'middleware'] as const;
export type MeasuredNode = (typeof MEASURED_NODES)[number];

/** A figure of a node, the same in every output. */
export interface NodeColumn {
  /** Behind the role in the column's name of the CSV file. */
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly text: (use: NodeUse | undefined) => string;
  /** The same in CSV: empty where there is none. */
  readonly number: (use: NodeUse | undefined) => string;
}

const PER_CENT = 100;
const BITS = 8;
const MEGA = 1e6;
const MEBI = 1024 * 1024;

const plain = (
  key: string,
  title: string,
  unit: string,
  value: (use: NodeUse) => number | undefined,
): NodeColumn => ({
  key,
  title,
  unit,
  text: (use) => formatFigure(use === undefined ? undefined : value(use)),
  number: (use) => figureAsNumber(use === undefined ? undefined : value(use)),
});

/** What a node used in the windows. Only the serving node's GPU counts. */
export const NODE_COLUMNS: readonly NodeColumn[] = [
  plain('cpu_percent', 'CPU', '%', (use) => use.cpuBusyShare * PER_CENT),
  plain('steal_percent', 'Steal', '%', (use) => use.cpuStealShare * PER_CENT),
  plain('memory_mib', 'Memory', 'MiB', (use) => use.memoryUsedBytes / MEBI),
  plain(
    'rx_megabits_per_second',
    'Received',
    'Mbit/s',
    (use) => (use.rxBytesPerSecond * BITS) / MEGA,
  ),
  plain('tx_megabits_per_second', 'Sent', 'Mbit/s', (use) => (use.txBytesPerSecond * BITS) / MEGA),
  plain('gpu_percent', 'GPU', '%', (use) => use.gpu?.utilisationPercent),
  plain('gpu_memory_mib', 'GPU memory', 'MiB', (use) => use.gpu?.memoryUsedMiB),
  plain('gpu_watts', 'GPU power', 'W', (use) => use.gpu?.powerWatts),
  plain('gpu_clock_mean_mhz', 'Mean GPU clock', 'MHz', (use) => use.gpu?.smClockMeanMHz),
  plain('gpu_clock_min_mhz', 'Lowest GPU clock', 'MHz', (use) => use.gpu?.smClockMinMHz),
  plain('gpu_throttled_seconds', 'GPU throttled', 's', (use) => use.gpu?.throttle?.faultSeconds),
  plain(
    'gpu_power_capped_seconds',
    'GPU at its power cap',
    's',
    (use) => use.gpu?.throttle && (use.gpu.throttle.secondsByReason['sw-power-cap'] ?? 0),
  ),
];

/** Columns of which some row has a figure, so that nodes without a GPU show none. */
export const tellingColumns = (
  rows: readonly SummaryRow[],
  role: MeasuredNode,
): readonly NodeColumn[] =>
  NODE_COLUMNS.filter((column) =>
    rows.some(({ nodes }) => column.text(nodes?.[role]) !== column.text(undefined)),
  );
