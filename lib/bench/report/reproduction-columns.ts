import type {
  Reproduced,
  ReproducedRow,
  ReproducedSeries,
  Reproduction,
  Shape,
} from '../analysis/reproduction/reproduction.ts';
import { pathId } from '../plan/cell.ts';
import { formatFigure } from '../wording/format-number.ts';

/** A line of the reproduction table. */
export interface ReproductionLine {
  readonly series: ReproducedSeries;
  readonly row: ReproducedRow;
}

/** A column of a table, the same in every output. */
export interface TextColumn<Row> {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly isFigure: boolean;
}

export const reproductionLines = ({ series }: Reproduction): readonly ReproductionLine[] =>
  series.flatMap((one) => one.rows.map((row) => ({ series: one, row })));

const figureColumns = (
  key: string,
  title: string,
  figureOf: (row: ReproducedRow) => Reproduced | undefined,
): readonly TextColumn<ReproductionLine>[] => {
  const column = (
    suffix: string,
    heading: string,
    valueOf: (figure: Reproduced | undefined) => number | undefined,
  ): TextColumn<ReproductionLine> => ({
    key: `${key}_${suffix}`,
    title: heading,
    text: ({ row }) => formatFigure(valueOf(figureOf(row))),
    isFigure: true,
  });
  return [
    column('ours', `${title}, ours`, (figure) => figure?.ours),
    column('study', 'study', (figure) => figure?.published.value),
    column('study_error', '± read', (figure) => figure?.published.error),
    column('ratio', 'ratio', (figure) => figure?.ratio),
  ];
};

/** A line in its own words; for the columns that say what it is of. */
const wordColumn = (
  key: string,
  title: string,
  text: (line: ReproductionLine) => string,
): TextColumn<ReproductionLine> => ({ key, title, text, isFigure: false });

const differs = ({ requestRatePerSecond, medianMs, failedPercent }: ReproducedRow): boolean =>
  [requestRatePerSecond, medianMs, failedPercent].some((figure) => figure?.agrees === false);

/** The columns of the reproduction table; paths are named by `labels`, or by their ids. */
export const reproductionColumns = (
  labels: ReadonlyMap<string, string> = new Map(),
): readonly TextColumn<ReproductionLine>[] => [
  wordColumn('path', 'Path', ({ series: { path } }) => labels.get(pathId(path)) ?? pathId(path)),
  wordColumn('scenario', 'Scenario', ({ series }) => series.scenario),
  {
    key: 'virtual_users',
    title: 'VUs',
    text: ({ row }) => String(row.virtualUsers),
    isFigure: true,
  },
  ...figureColumns('request_rate', 'req/s', (row) => row.requestRatePerSecond),
  ...figureColumns('median_ms', 'median ms', (row) => row.medianMs),
  ...figureColumns('failed_percent', 'failed %', (row) => row.failedPercent),
  wordColumn('why', 'Why it differs', ({ row }) =>
    row.explanations.length === 0 && differs(row)
      ? 'not explained'
      : row.explanations.map(({ short }) => short).join('; '),
  ),
];

const shapeColumns = (
  key: string,
  title: string,
  shapeOf: (series: ReproducedSeries) => Shape | undefined,
): readonly TextColumn<ReproducedSeries>[] => [
  {
    key: `${key}_ours`,
    title: `${title}, ours`,
    text: (series) => formatFigure(shapeOf(series)?.ours),
    isFigure: true,
  },
  {
    key: `${key}_study`,
    title: 'study',
    text: (series) => formatFigure(shapeOf(series)?.published),
    isFigure: true,
  },
  {
    key: `${key}_reproduced`,
    title: 'alike',
    text: (series) => {
      const shape = shapeOf(series);
      return shape === undefined ? '' : shape.reproduced ? 'yes' : 'no';
    },
    isFigure: false,
  },
];

/** The columns of the table of shapes. */
export const shapeTableColumns = (
  labels: ReadonlyMap<string, string>,
): readonly TextColumn<ReproducedSeries>[] => [
  {
    key: 'path',
    title: 'Path',
    text: ({ path }) => labels.get(pathId(path)) ?? pathId(path),
    isFigure: false,
  },
  { key: 'scenario', title: 'Scenario', text: ({ scenario }) => scenario, isFigure: false },
  ...shapeColumns('rate_spread', 'greatest ÷ least rate', ({ shapes }) => shapes.rateSpread),
  ...shapeColumns('linearity', 'straightness R²', ({ shapes }) => shapes.linearity),
  {
    key: 'ms_per_user_ours',
    title: 'ms per VU, ours',
    text: ({ shapes }) => formatFigure(shapes.msPerUser?.ours),
    isFigure: true,
  },
  {
    key: 'ms_per_user_study',
    title: 'study',
    text: ({ shapes }) => formatFigure(shapes.msPerUser?.published),
    isFigure: true,
  },
  {
    key: 'ms_per_user_ratio',
    title: 'ratio',
    text: ({ shapes }) => formatFigure(shapes.msPerUser?.ratio),
    isFigure: true,
  },
];
