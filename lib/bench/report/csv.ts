import type { OverRepeats, SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { TIME_PARTS } from '../analysis/time-parts.ts';
import { csvText, runFields } from './csv-text.ts';
import { LOAD_COLUMNS } from './load-csv.ts';
import { FIGURES } from './figures.ts';
import { figureAsNumber } from '../wording/format-number.ts';
import { marksOf } from './marks.ts';
import { NODE_COLUMNS, MEASURED_NODES } from './node-figures.ts';
import { timePartOf } from './time-words.ts';

type Column = readonly [name: string, text: (row: SummaryRow) => string];

const optional = figureAsNumber;

const overText = (over: OverRepeats | undefined): string => optional(over?.value);

const figureColumns: readonly Column[] = FIGURES.flatMap(
  ({ key, number, bounds, ends }): Column[] => [
    [key, number],
    ...(bounds === undefined
      ? []
      : ([
          [`${key}_min`, (row) => bounds(row).min],
          [`${key}_max`, (row) => bounds(row).max],
        ] as const satisfies readonly Column[])),
    ...(ends === undefined
      ? []
      : ([
          [`${key}_low95`, (row) => ends(row).low],
          [`${key}_high95`, (row) => ends(row).high],
        ] as const satisfies readonly Column[])),
  ],
);

const nodeColumns: readonly Column[] = MEASURED_NODES.flatMap((role) =>
  NODE_COLUMNS.map(({ key, number }): Column => [
    `${role}_node_${key}`,
    ({ nodes }) => number(nodes?.[role]),
  ]),
);

/** What answered for a row: its platform, a stand-in for it, or the simulated server, whose own the other engines are. */
const answeredBy = (
  { target, engine }: SummaryRow,
  { runtime, served }: Summary['plan'],
): string => {
  if (runtime === 'simulated' || engine !== 'onnx') return 'simulated';
  return served?.[target.serving]?.real === false ? 'stand-in' : 'platform';
};

const columnsOf = (plan: Summary['plan']): readonly Column[] => [
  ['serving', ({ target }) => target.serving],
  ['answered_by', (row) => answeredBy(row, plan)],
  ['protocol', ({ target }) => target.protocol],
  ['payload', ({ target }) => target.payload],
  ['encoding', ({ target }) => target.encoding],
  ['engine', (row) => row.engine],
  ...LOAD_COLUMNS,
  ['repeats', (row) => String(row.repeats)],
  ['planned_repeats', (row) => String(row.plannedRepeats)],
  ['measured_seconds', (row) => optional(row.measuredSeconds)],
  ['succeeded', (row) => (row.succeeded === undefined ? '' : String(row.succeeded))],
  ['failed', (row) => (row.failed === undefined ? '' : String(row.failed))],
  ['offered', (row) => String(row.offered ?? '')],
  ['unsent', (row) => String(row.unsent ?? '')],
  ['unfinished', (row) => String(row.unfinished ?? '')],
  ['generator_lag_p99_ms', (row) => optional(row.generatorLagP99Ms)],
  ...figureColumns,
  ['mean_ms', (row) => optional(row.meanMs)],
  ['p95_supported', (row) => String(row.percentileSupport?.p95 ?? '')],
  ['p99_supported', (row) => String(row.percentileSupport?.p99 ?? '')],
  ['p999_supported', (row) => String(row.percentileSupport?.p999 ?? '')],
  ...TIME_PARTS.map((name): Column => [`${name}_ms`, (row) => optional(timePartOf(row, name))]),
  ['unattributed_ms', (row) => optional(row.timeParts?.unattributedMs)],
  ['serving_cpu_ms_per_request', (row) => optional(row.servingCpuMsPerRequest)],
  ['time_to_ready_ms', (row) => overText(row.timeToReadyMs)],
  ['first_request_ms', (row) => overText(row.firstRequestMs)],
  ['noop_limit_rate_per_second', (row) => optional(row.noopLimit?.requestRatePerSecond)],
  ['bypass_rate_per_second', (row) => overText(row.bypass?.requestRatePerSecond)],
  ['bypass_p50_ms', (row) => overText(row.bypass?.p50Ms)],
  [
    'bypass_p99_ms',
    ({ bypass }) => (bypass?.percentileSupport?.p99 === true ? overText(bypass.p99Ms) : ''),
  ],
  ['bypass_failed', (row) => String(row.bypass?.failed ?? '')],
  ...nodeColumns,
  ['steady_repeats', (row) => String(row.steady?.steadyRepeats ?? '')],
  ['unsteady_repeats', (row) => String(row.steady?.unsteadyRepeats.length ?? '')],
  ['near_noop_limit', (row) => String(row.noopLimit?.near ?? '')],
  [
    'failures',
    (row) =>
      Object.entries(row.failures ?? {})
        .map(([name, count]) => `${name}=${count}`)
        .join(' '),
  ],
  [
    'marks',
    (row) =>
      marksOf(row)
        .map((mark) => mark.long)
        .join('; '),
  ],
];

/**
 * `summary.csv`: one line a target, engine, scenario and level, one column a figure, with the unit in its name. Empty
 * fields where there is no figure. Figures are those of the page and of Markdown, with three significant digits, as in all files of
 * figures that are of more than one measurement; what is next to nothing there is a number here. summary.json has all digits, as have
 * measurements.csv and checks.csv.
 */
export const renderCsv = (summary: Summary): string => {
  const columns = columnsOf(summary.plan);
  return csvText(
    columns.map(([name]) => name),
    summary.rows.map((row) => columns.map(([, text]) => text(row))),
    runFields(summary),
  );
};
