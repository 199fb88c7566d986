import type { Scenario } from '../../plan/cell.ts';
import type { CompletedCell } from '../../results/record.ts';
import { groupBy } from '../group-by.ts';
import { sum } from '../../sum.ts';
import { orderedPairs, type RatedPath } from './ordered-pairs.ts';
import type { ReproducedSeries, ServingOrder } from './reproduction.ts';

/** The repeats of one path in one scenario at one level that gave figures. */
export type RepeatsAt = (
  path: ReproducedSeries['path'],
  scenario: Scenario,
  virtualUsers: number,
) => readonly CompletedCell[];

const ratesOf = ({ rows }: ReproducedSeries) =>
  new Map(
    rows.flatMap(({ virtualUsers, requestRatePerSecond: rate }) =>
      rate === undefined ? [] : [[virtualUsers, rate] as const],
    ),
  );

/** Rates over the levels that all of the series have; none where there is no such level. */
const ratedPaths = (
  series: readonly ReproducedSeries[],
  repeatsAt: RepeatsAt,
): readonly RatedPath[] => {
  const rated = series.map((one) => ({ ...one, rates: ratesOf(one) }));
  const shared = [...(rated[0]?.rates.keys() ?? [])].filter((users) =>
    rated.every(({ rates }) => rates.has(users)),
  );
  if (shared.length === 0) return [];
  return rated.map(({ path, scenario, rates }): RatedPath => {
    const own = shared.flatMap((users) => rates.get(users) ?? []);
    const { length } = own;
    return {
      path,
      published: {
        value: sum(own.map(({ published }) => published.value)) / length,
        // All figures of a chart may be read with the same error, so that it does not average out.
        error: sum(own.map(({ published }) => published.error)) / length,
      },
      cells: shared.map((users) => repeatsAt(path, scenario, users)),
    };
  });
};

/**
 * The order of the servings over each protocol in each scenario in which at least two of them have rates on both sides: of
 * each pair whether the study's order is ours, too, as far as its reading error and the noise of our repeats let tell.
 */
export const servingOrders = (
  series: readonly ReproducedSeries[],
  repeatsAt: RepeatsAt,
): readonly ServingOrder[] => {
  const rated = series.filter(({ rows }) =>
    rows.some(({ requestRatePerSecond }) => requestRatePerSecond !== undefined),
  );
  const groups = groupBy(rated, ({ path, scenario }) => `${path.protocol}/${scenario}`);
  return [...groups.values()].flatMap((group): ServingOrder[] => {
    const [first] = group;
    const paths = ratedPaths(group, repeatsAt);
    const pairs = orderedPairs(paths);
    if (first === undefined || pairs.length === 0) return [];
    return [
      {
        protocol: first.path.protocol,
        scenario: first.scenario,
        levels: paths[0]?.cells.length ?? 0,
        pairs,
      },
    ];
  });
};
