import type { Level, Path } from '../../plan/cell.ts';
import { pathId } from '../../plan/cell.ts';
import type { Plan } from '../../plan/plan.ts';
import { studyCard } from '../../published/card-figures.ts';
import {
  isAsPublished,
  publishedSeriesOf,
  type PublishedPoint,
  type PublishedSeries,
  type Reading,
} from '../../published/published-points.ts';
import { studyMachines } from '../../published/study-apparatus.ts';
import type { AwsPair } from '../../results/aws-environment.ts';
import type { OverRepeats, Summary, SummaryRow } from '../summary.ts';
import type { Side } from '../verdicts/side.ts';
import { explain, type RunKind } from './explain.ts';
import type { Reproduced, ReproducedRow, ReproducedSeries, Reproduction } from './reproduction.ts';
import { reproductionSentences } from './sentences.ts';
import { servingOrders, type RepeatsAt } from './serving-orders.ts';
import { shapesOf } from './shapes.ts';

interface Run extends Pick<Summary, 'environment'> {
  readonly plan: Pick<Plan, 'runtime' | 'options'>;
  readonly sides: readonly Side[];
}

/** A range of ours that is wider than this share of the greater figure meets too much to say that it agrees with it. */
const WIDEST_SHARE = 0.2;
/** The same of a percentage, in points. */
const WIDEST_POINTS = 10;

interface Range {
  readonly low: number;
  readonly high: number;
}

const reproduced = (
  ours: OverRepeats | undefined,
  published: Reading | undefined,
  range: Range | undefined,
  widest?: number,
): Reproduced | undefined => {
  if (ours === undefined || published === undefined) return undefined;
  const { value, error } = published;
  const { low, high } = range ?? { low: ours.min, high: ours.max };
  const isWide = high - low > (widest ?? WIDEST_SHARE * Math.max(ours.value, value));
  const meets = low <= value + error && high >= value - error;
  return {
    ours: ours.value,
    published,
    ...(value === 0 ? {} : { ratio: ours.value / value }),
    outcome: meets ? (isWide ? 'too noisy' : 'agrees') : 'differs',
  };
};

const asPercent = (share: OverRepeats | undefined): OverRepeats | undefined =>
  share === undefined
    ? undefined
    : { value: share.value * 100, min: share.min * 100, max: share.max * 100 };

const usersOf = (level: Level): number | undefined =>
  level.loop === 'closed' ? level.virtualUsers : undefined;

const rowOf = (
  row: SummaryRow,
  point: PublishedPoint,
  series: PublishedSeries,
  run: RunKind,
): ReproducedRow => {
  const rate = reproduced(
    row.requestRatePerSecond,
    point.requestRatePerSecond,
    row.intervals?.requestRatePerSecond?.interval,
  );
  // The mean of medians has no interval of its own: the median has, which is nearly the same figure.
  const median = reproduced(row.averageOfMediansMs, point.medianMs, row.intervals?.p50Ms?.interval);
  const failed = reproduced(
    asPercent(row.failedShare),
    point.failedPercent,
    undefined,
    WIDEST_POINTS,
  );
  const figures = {
    ...(rate === undefined ? {} : { requestRatePerSecond: rate }),
    ...(median === undefined ? {} : { medianMs: median }),
    ...(failed === undefined ? {} : { failedPercent: failed }),
  };
  const { virtualUsers } = point;
  return {
    virtualUsers,
    ...figures,
    explanations: explain(row, virtualUsers, figures, series, run),
  };
};

/** Rows of closed loops that gave figures, by path and scenario. */
const measuredSeries = (rows: readonly SummaryRow[]): readonly (readonly SummaryRow[])[] => {
  const groups = new Map<string, SummaryRow[]>();
  for (const row of rows) {
    if (row.engine === 'null' || row.repeats === 0 || row.level.loop !== 'closed') continue;
    const key = `${pathId(row.path)}/${row.scenario}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
};

const seriesOf = (rows: readonly SummaryRow[], run: RunKind): readonly ReproducedSeries[] => {
  const [first] = rows;
  if (first === undefined) return [];
  const { path, scenario } = first;
  const published = publishedSeriesOf(path, scenario);
  if (published === undefined || !isAsPublished(path, published)) return [];
  const reproducedRows = published.points.flatMap((point) =>
    rows
      .filter(({ level }) => usersOf(level) === point.virtualUsers)
      .map((row) => rowOf(row, point, published, run)),
  );
  if (reproducedRows.length === 0) return [];
  const { plateau } = published;
  return [{ path, scenario, plateau, rows: reproducedRows, shapes: shapesOf(reproducedRows) }];
};

/** Paths of a serving that the study measured over the same protocol, with another payload than it sent. */
const otherPayloadsOf = (rows: readonly SummaryRow[]): readonly Path[] => {
  const paths = new Map<string, Path>();
  for (const { path, scenario } of rows) {
    const published = publishedSeriesOf(path, scenario);
    if (published !== undefined && !isAsPublished(path, published)) paths.set(pathId(path), path);
  }
  return [...paths.values()];
};

const areAllPairs = ({ aws }: Summary['environment'], holds: (pair: AwsPair) => boolean): boolean =>
  aws !== undefined && aws.pairs.length > 0 && aws.pairs.every(holds);

const repeatsKey = (path: Path, scenario: string, users: number | undefined): string =>
  `${pathId(path)}/${scenario}/${users}`;

const repeatsIn = (sides: readonly Side[]): RepeatsAt => {
  const repeats = new Map(
    sides
      .filter(({ row }) => row.engine !== 'null')
      .map(({ row, repeats: own }) => [
        repeatsKey(row.path, row.scenario, usersOf(row.level)),
        own,
      ]),
  );
  return (path, scenario, users) => repeats.get(repeatsKey(path, scenario, users)) ?? [];
};

const isOnStudyCard = (environment: Summary['environment']): boolean =>
  areAllPairs(environment, ({ serving }) =>
    serving.instanceType.startsWith(`${studyCard.instanceFamily}.`),
  );

const isOnStudyMachines = (environment: Summary['environment']): boolean =>
  areAllPairs(
    environment,
    ({ serving, middleware }) =>
      serving.instanceType === studyMachines.servingInstanceType &&
      middleware.instanceType === studyMachines.middlewareInstanceType,
  );

/**
 * The rows of a run beside the points that the study of 2021 printed: those of the same serving, protocol, payload, scenario
 * and number of virtual users. Undefined where there are none.
 */
export const reproductionOf = ({ plan, environment, sides }: Run): Reproduction | undefined => {
  const rows = sides.map(({ row }) => row);
  const isContainer = plan.runtime === 'container';
  const sameMachines = isContainer && isOnStudyMachines(environment);
  const run: RunKind = {
    isInStudyConfiguration: plan.options.middleware !== undefined,
    ...(isContainer && isOnStudyCard(environment) ? { card: studyCard } : {}),
  };
  const series = measuredSeries(rows).flatMap((group) => seriesOf(group, run));
  if (series.length === 0) return undefined;
  const orders = servingOrders(series, repeatsIn(sides));
  return {
    sameMachines,
    sentences: reproductionSentences({ series, orders, sameMachines, ...run }),
    series,
    orders,
    otherPayloads: otherPayloadsOf(rows),
    ...(run.card === undefined ? {} : { card: run.card }),
  };
};
