import { lackOfAnswers, type Claimed } from '../../stats/percentile-claim.ts';
import { calibration } from '../../analysis/checks/calibration.ts';
import { adviceOn, checkOf, findingOf } from '../../analysis/checks/checks.ts';
import type { NodeUse } from '../../analysis/nodes.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { TIME_PARTS } from '../../analysis/time-parts.ts';
import { figureAsNumber, NO_FIGURE, counted } from '../../wording/format-number.ts';
import {
  chipColumn,
  dataColumn,
  estimateColumn,
  figureColumns,
  LOAD_COLUMNS,
  TARGET_COLUMNS,
  type FigureSpec,
  loadColumn,
  targetColumn,
  blocks,
  dataFile,
  list,
  onlyIn,
  table,
  text,
} from '../blocks.ts';
import {
  type Chip,
  type Column,
  EVERYWHERE,
  PAGES,
  type Block,
  type DataFile,
  type Section,
} from '../model.ts';
import {
  CLIENT_MEAN,
  NOT_ATTRIBUTED,
  timePartOf,
  timePartTitle,
  timeNotes,
} from '../time-words.ts';
import { failsCheck } from '../../analysis/checks/check.ts';
import type { Labels } from '../../wording/labels.ts';
import type { GroupCharts } from '../charts/chart-set.ts';
import type { ShownGroup } from '../row-groups.ts';

type RowColumn = Column<SummaryRow>;

const PER_CENT = 100;

const inPercent = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : share * PER_CENT;

/** How many answers a percentile lacks: `12 of 459 answers`; undefined if the row claims it or has no measurement. */
const lackOf = (claimed: Claimed, { succeeded }: SummaryRow): string | undefined =>
  succeeded === undefined ? undefined : lackOfAnswers(claimed, succeeded);

/** A column of a percentile; if too few requests were answered to claim it, says how many. */
const percentileColumn = (claimed: Claimed, title: string): RowColumn => {
  const column = estimateColumn<SummaryRow>(
    `${claimed}_ms`,
    title,
    'ms',
    (row) => row[`${claimed}Ms`],
  );
  return {
    ...column,
    detail: (row) => lackOf(claimed, row) ?? column.detail?.(row) ?? '',
  };
};

const repeatMarks = (row: SummaryRow): readonly Chip[] => {
  const { repeats, failedRepeats, plannedRepeats: planned } = row;
  if (repeats >= planned) return [];
  if (repeats > 0) {
    const long = `only ${repeats} of ${planned} repeats have figures`;
    return [{ kind: 'info', text: `${repeats}/${planned}`, long }];
  }
  const reason = failedRepeats[0]?.message;
  return reason === undefined
    ? [{ kind: 'failed', text: 'not run' }]
    : [{ kind: 'failed', text: 'no figures', long: `no figures: ${reason}` }];
};

/** Marks of the checks in a state, without the calibration, which concerns the whole run. */
const checkMarks = (
  { checks = [] }: SummaryRow,
  state: 'failed' | 'at-limit' | 'warned',
): readonly Chip[] =>
  checks
    .filter((result) => result.state === state && result.check !== calibration.name)
    .map((result) => ({
      kind: state === 'failed' ? 'failed' : 'warned',
      text: checkOf(result).tag,
      long: `${findingOf(result)} ${adviceOn(result) ?? ''}`.trimEnd(),
    }));

/** On a busy machine, another advice helps. */
type Machine = Pick<Summary, 'machine'>;

const steadyMarks = (
  { unsteadyRepeats: unsteady = [] }: SummaryRow,
  { machine }: Machine,
): readonly Chip[] => {
  if (unsteady.length === 0) return [];
  const advice =
    machine?.isBusy === true
      ? 'close other programs and measure again'
      : 'measure longer, or warm up longer';
  const long = `rate or response time still changed at the end of the window in repeat ${unsteady.join(', ')}: ${advice}`;
  return [{ kind: 'info', text: 'unsteady', long }];
};

/** What a reader must know before trusting a row, the most serious first. */
const marksOf = (row: SummaryRow, machine: Machine): readonly Chip[] => [
  ...repeatMarks(row),
  ...checkMarks(row, 'failed'),
  ...checkMarks(row, 'at-limit'),
  ...checkMarks(row, 'warned'),
  ...steadyMarks(row, machine),
];

/** The figures by which rows are compared. */
const resultColumns = (machine: Machine): readonly RowColumn[] => [
  estimateColumn(
    'request_rate_per_second',
    'Rate',
    'requests/s',
    (row) => row.requestRatePerSecond,
  ),
  estimateColumn('p50_ms', 'Median', 'ms', (row) => row.p50Ms),
  ...[
    percentileColumn('p95', 'p95'),
    percentileColumn('p99', 'p99'),
    percentileColumn('p999', 'p99.9'),
    ...figureColumns<SummaryRow>([
      ['failed_percent', 'Failed', '%', (row) => inPercent(row.failedShare)],
      ['noop_limit_percent', 'Of no-op limit', '%', (row) => inPercent(row.noopLimit?.share)],
      ['bypass_percent', 'Of bypass', '%', (row) => inPercent(row.bypass?.share)],
      ['usd_per_million', 'Cost', '$/million', (row) => row.usdPerMillion],
    ]),
  ].map((column): RowColumn => ({ ...column, isOptional: true })),
  chipColumn('marks', 'Marks', (row) => marksOf(row, machine)),
];

const CPU_UNIT = 'CPU ms/request';

/** CPU time per request, for a folded table. */
const CPU_COLUMNS: readonly RowColumn[] = figureColumns<SummaryRow>([
  ['middleware_cpu_ms_per_request', 'Middleware', CPU_UNIT, (row) => row.middlewareCpuMsPerRequest],
  ['generator_cpu_ms_per_request', 'Generator', CPU_UNIT, (row) => row.generatorCpuMsPerRequest],
  ['serving_cpu_ms_per_request', 'Serving', CPU_UNIT, (row) => row.servingCpuMsPerRequest],
]);

/** The parts of the mean response time. */
const TIME_COLUMNS: readonly RowColumn[] = figureColumns<SummaryRow>([
  ...TIME_PARTS.map((part): FigureSpec<SummaryRow> => [
    `${part}_ms`,
    timePartTitle(part),
    'ms',
    (row) => timePartOf(row, part),
  ]),
  ['mean_ms', CLIENT_MEAN, 'ms', (row) => row.timeParts?.totalMs ?? row.meanMs],
  ['unattributed_ms', NOT_ATTRIBUTED, 'ms', (row) => row.timeParts?.unattributedMs],
]);

const BITS = 8;
const MEGA = 1e6;
const MEBI = 1024 * 1024;

const NODE_FIGURES: readonly FigureSpec<NodeUse>[] = [
  ['cpu_percent', 'CPU', '%', (use) => use.cpuBusyShare * PER_CENT],
  ['steal_percent', 'Steal', '%', (use) => use.cpuStealShare * PER_CENT],
  ['memory_mib', 'Memory', 'MiB', (use) => use.memoryUsedBytes / MEBI],
  ['rx_megabits_per_second', 'Received', 'Mbit/s', (use) => (use.rxBytesPerSecond * BITS) / MEGA],
  ['tx_megabits_per_second', 'Sent', 'Mbit/s', (use) => (use.txBytesPerSecond * BITS) / MEGA],
  ['gpu_percent', 'GPU', '%', (use) => use.gpu?.utilisationPercent],
  ['gpu_memory_mib', 'GPU memory', 'MiB', (use) => use.gpu?.memoryUsedMiB],
  ['gpu_clock_mean_mhz', 'Mean GPU clock', 'MHz', (use) => use.gpu?.smClockMeanMHz],
  ['gpu_clock_min_mhz', 'Lowest GPU clock', 'MHz', (use) => use.gpu?.smClockMinMHz],
  ['gpu_throttled_seconds', 'GPU throttled', 's', (use) => use.gpu?.throttle?.faultSeconds],
];

/** What the nodes used during the measuring windows; AWS only. */
const NODE_COLUMNS: readonly RowColumn[] = (['serving', 'middleware'] as const).flatMap((role) =>
  figureColumns(
    NODE_FIGURES.map(([key, title, unit, figureOf]): FigureSpec<SummaryRow> => [
      `${role}_node_${key}`,
      `${role}: ${title}`,
      unit,
      ({ nodes }) => nodes?.[role] && figureOf(nodes[role]),
    ]),
  ),
);

/** What answered for a row. Engines other than `onnx` exist only in the simulated server. */
const answeredBy = (
  { target, engine }: SummaryRow,
  { runtime, served }: Summary['plan'],
): string => {
  if (runtime === 'simulated' || engine !== 'onnx') return 'simulated';
  const server = served?.[target.serving];
  if (server?.running !== undefined) return 'running server';
  return server?.real === false ? 'stand-in' : 'real server';
};

/** A rounded figure for programs only. */
const dataFigure = (key: string, figureOf: (row: SummaryRow) => number | undefined): RowColumn =>
  dataColumn(key, (row) => figureAsNumber(figureOf(row)));

/** The columns of summary.csv. */
const summaryColumns = ({ plan, machine }: Summary): readonly RowColumn[] => [
  ...TARGET_COLUMNS.slice(0, 1),
  dataColumn('answered_by', (row) => answeredBy(row, plan)),
  ...TARGET_COLUMNS.slice(1),
  ...LOAD_COLUMNS,
  dataColumn('repeats', (row) => row.repeats),
  dataColumn('planned_repeats', (row) => row.plannedRepeats),
  dataFigure('measured_seconds', (row) => row.measuredSeconds),
  dataColumn('succeeded', (row) => row.succeeded),
  dataColumn('failed', (row) => row.failed),
  dataColumn('offered', (row) => row.offered),
  dataColumn('unsent', (row) => row.unsent),
  ...resultColumns({ machine }),
  ...CPU_COLUMNS,
  ...TIME_COLUMNS,
  dataFigure('noop_limit_rate_per_second', (row) => row.noopLimit?.requestRatePerSecond),
  dataFigure('bypass_rate_per_second', (row) => row.bypass?.requestRatePerSecond),
  dataFigure('bypass_p50_ms', (row) => row.bypass?.p50Ms),
  dataFigure('bypass_p99_ms', (row) => row.bypass?.p99Ms),
  dataColumn('bypass_failed', (row) => row.bypass?.failed),
  ...NODE_COLUMNS,
  dataColumn('unsteady_repeats', (row) => row.unsteadyRepeats?.length),
  dataColumn('failures', (row) =>
    Object.entries(row.failures ?? {})
      .map(([name, count]) => `${name}=${count}`)
      .join(' '),
  ),
];

/** Whether a row has any of these figures. */
const hasAny = (columns: readonly RowColumn[], row: SummaryRow): boolean =>
  columns.some((column) => column.text(row) !== NO_FIGURE);

/** A table of rows by target and level; rows that fail a check are greyed. */
const rowTable = (
  caption: string,
  columns: readonly Column<SummaryRow>[],
  rows: readonly SummaryRow[],
  labels: Labels,
  isFolded = false,
): readonly Block[] =>
  table(
    caption,
    [targetColumn<SummaryRow>(labels), { ...loadColumn, isHead: true }, ...columns],
    rows.filter((row) => hasAny(columns, row)),
    { file: 'summary.csv', isGreyed: failsCheck, isFolded },
  );

/** `Warm`, `Cold, open loop`. */
const nameOf = ({ scenario, loop }: ShownGroup): string =>
  `${scenario === 'cold' ? 'Cold' : 'Warm'}${loop === 'open' ? ', open loop' : ''}`;

/** The charts of a group, and how many targets they leave out. */
const chartBlocks = ({ group: { left }, charts }: GroupCharts): readonly Block[] =>
  charts.length === 0
    ? []
    : blocks(
        left > 0 &&
          text(
            `The charts show the targets with the greatest request rates; ${counted(left, 'more is', 'more are')} in summary.csv.`,
          ),
        { kind: 'charts', charts },
      );

const tableBlocks = (
  { scenario, rows, unclaimed }: ShownGroup,
  machine: Machine,
  labels: Labels,
): readonly Block[] =>
  blocks(
    rowTable(`Results, ${scenario}`, resultColumns(machine), rows, labels),
    unclaimed.map(({ percentile, answers }) =>
      text(
        `No result has a ${percentile}: the closest one has ${lackOfAnswers(percentile, answers)}.`,
        'small',
      ),
    ),
    onlyIn(
      PAGES,
      rowTable(`Processor time, ${scenario}`, CPU_COLUMNS, rows, labels, true),
      rowTable(
        `Where the time of an average request goes, ${scenario}`,
        TIME_COLUMNS,
        rows.filter(({ timeParts }) => timeParts !== undefined),
        labels,
      ),
      list(timeNotes(rows, labels)),
      rowTable(`What the nodes used, ${scenario}`, NODE_COLUMNS, rows, labels),
    ),
  );

/**
 * The results of one scenario under one kind of load: its charts, and a folded section with all figures.
 *
 * @param isInView whether the charts are open, and not in the folded section
 */
export const resultSections = (
  group: GroupCharts,
  machine: Machine,
  labels: Labels,
  isInView: boolean,
): readonly Section[] => {
  const { id, title } = group.group;
  const charts = chartBlocks(group);
  const tables = tableBlocks(group.group, machine, labels);
  const figures = { id: `${id}-figures`, only: EVERYWHERE, isFolded: true } as const;
  return isInView
    ? [
        { id, title, blocks: charts },
        { ...figures, title: `${nameOf(group.group)}: all figures`, blocks: tables },
      ]
    : [{ ...figures, title, blocks: [...charts, ...tables] }];
};

/**
 * `summary.csv`: a line for each target, engine, scenario and level. Figures have three significant digits, even those that a page
 * shows as `<0.001`; summary.json and measurements.csv have all digits.
 */
export const summaryFile = (summary: Summary): DataFile =>
  dataFile('summary.csv', summaryColumns(summary), summary.rows);
