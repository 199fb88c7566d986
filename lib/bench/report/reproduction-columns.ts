import type {
  Reproduced,
  ReproducedFigure,
  ReproducedRow,
  ReproducedSeries,
  Reproduction,
  Shape,
} from '../analysis/reproduction/reproduction.ts';
import { pathId } from '../plan/cell.ts';
import { formatFigure } from '../wording/format-number.ts';
import { figureColumn, textColumn, valueColumn, type KeyedColumn } from './keyed-column.ts';

/** A line of the reproduction table. */
export interface ReproductionLine {
  readonly series: ReproducedSeries;
  readonly row: ReproducedRow;
}

export const reproductionLines = ({ series }: Reproduction): readonly ReproductionLine[] =>
  series.flatMap((one) => one.rows.map((row) => ({ series: one, row })));

const figureColumns = (
  key: string,
  title: string,
  figureOf: (row: ReproducedRow) => Reproduced | undefined,
): readonly KeyedColumn<ReproductionLine>[] => {
  const column = (
    suffix: string,
    heading: string,
    valueOf: (figure: Reproduced | undefined) => number | undefined,
  ): KeyedColumn<ReproductionLine> =>
    valueColumn(`${key}_${suffix}`, heading, ({ row }) => valueOf(figureOf(row)));
  return [
    column('ours', `${title}, ours`, (figure) => figure?.ours),
    column('study', 'study', (figure) => figure?.published.value),
    column('study_error', '± read', (figure) => figure?.published.error),
    column('ratio', 'ratio', (figure) => figure?.ratio),
  ];
};

const FIGURES: readonly (readonly [keyof ReproducedRow & ReproducedFigure, name: string])[] = [
  ['requestRatePerSecond', 'req/s'],
  ['medianMs', 'median'],
  ['failedPercent', 'failed'],
];

const differenceText = (row: ReproducedRow): string => {
  const of = (outcome: Reproduced['outcome']): readonly string[] =>
    FIGURES.flatMap(([figure, name]) => (row[figure]?.outcome === outcome ? [name] : []));
  const noisy = of('too noisy');
  const texts = [
    ...row.explanations.map(({ short }) => short),
    ...(row.explanations.length === 0 && of('differs').length > 0 ? ['not explained'] : []),
    ...(noisy.length > 0 ? [`too noisy to tell: ${noisy.join(', ')}`] : []),
  ];
  return texts.length === 0 ? 'none: ours agrees' : texts.join('; ');
};

/** The columns of the reproduction table; paths are named by `labels`, or by their ids. */
export const reproductionColumns = (
  labels: ReadonlyMap<string, string> = new Map(),
): readonly KeyedColumn<ReproductionLine>[] => [
  textColumn('path', 'Path', ({ series: { path } }) => labels.get(pathId(path)) ?? pathId(path)),
  textColumn('scenario', 'Scenario', ({ series }) => series.scenario),
  figureColumn('virtual_users', 'VUs', ({ row }) => String(row.virtualUsers)),
  ...figureColumns('request_rate', 'req/s', (row) => row.requestRatePerSecond),
  ...figureColumns('median_ms', 'median ms', (row) => row.medianMs),
  ...figureColumns('failed_percent', 'failed %', (row) => row.failedPercent),
  textColumn('difference', 'What the difference comes from', ({ row }) => differenceText(row)),
];

const shapeColumns = (
  key: string,
  title: string,
  shapeOf: (series: ReproducedSeries) => Shape | undefined,
): readonly KeyedColumn<ReproducedSeries>[] => [
  figureColumn(`${key}_ours`, `${title}, ours`, (series) => formatFigure(shapeOf(series)?.ours)),
  figureColumn(`${key}_study`, 'study', (series) => formatFigure(shapeOf(series)?.published)),
  textColumn(`${key}_reproduced`, 'alike', (series) => {
    const shape = shapeOf(series);
    return shape === undefined ? '' : shape.reproduced ? 'yes' : 'no';
  }),
];

/** The columns of the table of shapes. */
export const shapeTableColumns = (
  labels: ReadonlyMap<string, string>,
): readonly KeyedColumn<ReproducedSeries>[] => [
  textColumn('path', 'Path', ({ path }) => labels.get(pathId(path)) ?? pathId(path)),
  textColumn('scenario', 'Scenario', ({ scenario }) => scenario),
  ...shapeColumns('rate_spread', 'greatest ÷ least rate', ({ shapes }) => shapes.rateSpread),
  ...shapeColumns('linearity', 'straightness R²', ({ shapes }) => shapes.linearity),
  figureColumn('ms_per_user_ours', 'ms per VU, ours', ({ shapes }) =>
    formatFigure(shapes.msPerUser?.ours),
  ),
  figureColumn('ms_per_user_study', 'study', ({ shapes }) =>
    formatFigure(shapes.msPerUser?.published),
  ),
  figureColumn('ms_per_user_ratio', 'ratio', ({ shapes }) => formatFigure(shapes.msPerUser?.ratio)),
];
