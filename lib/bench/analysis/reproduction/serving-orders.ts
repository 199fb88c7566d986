import { EQUIVALENCE_MARGIN } from '../verdicts/decide.ts';
import type { ReproducedSeries, ServingOrder } from './reproduction.ts';

interface Rates {
  readonly serving: ReproducedSeries['path']['serving'];
  readonly ours: number;
  readonly published: number;
}

/** The mean rates over the levels that all of the series have; none where there is no such level. */
const meanRates = (series: readonly ReproducedSeries[]): readonly Rates[] => {
  const rated = series.map(({ path, rows }) => ({
    serving: path.serving,
    rates: new Map(
      rows.flatMap(({ virtualUsers, requestRatePerSecond: rate }) =>
        rate === undefined ? [] : [[virtualUsers, rate] as const],
      ),
    ),
  }));
  const shared = [...(rated[0]?.rates.keys() ?? [])].filter((users) =>
    rated.every(({ rates }) => rates.has(users)),
  );
  if (shared.length === 0) return [];
  return rated.map(({ serving, rates }) => {
    const sum = { ours: 0, published: 0 };
    for (const users of shared) {
      sum.ours += rates.get(users)?.ours ?? 0;
      sum.published += rates.get(users)?.published.value ?? 0;
    }
    const { length } = shared;
    return { serving, ours: sum.ours / length, published: sum.published / length };
  });
};

const pairsOf = <T>(items: readonly T[]): readonly (readonly [T, T])[] =>
  items.flatMap((first, index) => items.slice(index + 1).map((second) => [first, second] as const));

/** 1: the first is faster; −1: slower; 0: no difference that counts. */
const direction = (first: number, second: number): number =>
  Math.max(first, second) <= Math.min(first, second) * (1 + EQUIVALENCE_MARGIN)
    ? 0
    : Math.sign(first - second);

/** The order of the servings over each protocol in each scenario in which at least two of them have rates on both sides. */
export const servingOrders = (series: readonly ReproducedSeries[]): readonly ServingOrder[] => {
  const groups = new Map<string, ReproducedSeries[]>();
  for (const one of series) {
    if (one.rows.every(({ requestRatePerSecond }) => requestRatePerSecond === undefined)) continue;
    const key = `${one.path.protocol}/${one.scenario}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const rates = meanRates(group);
    if (first === undefined || rates.length < 2) return [];
    const pairs = pairsOf(rates);
    return [
      {
        protocol: first.path.protocol,
        scenario: first.scenario,
        ours: rates.toSorted((a, b) => b.ours - a.ours).map(({ serving }) => serving),
        published: rates
          .toSorted((a, b) => b.published - a.published)
          .map(({ serving }) => serving),
        pairs: pairs.length,
        same: pairs.filter(
          ([a, b]) => direction(a.ours, b.ours) === direction(a.published, b.published),
        ).length,
      },
    ];
  });
};
