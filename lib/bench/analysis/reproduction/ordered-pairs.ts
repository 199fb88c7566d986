import type { Path } from '../../plan/cell.ts';
import type { Reading } from '../../published/published-points.ts';
import type { CompletedCell } from '../../results/record.ts';
import type { Estimate } from '../statistics/interval.ts';
import { ratiosApart } from '../verdicts/apart.ts';
import { pairedLogRatio, type LogRatio, type MeasuredRate } from '../verdicts/log-ratio.ts';
import { pairedCells, rateOf } from '../verdicts/side.ts';
import { LEAST_REPEATS } from '../verdicts/withheld.ts';
import type { OrderedPair } from './reproduction.ts';

/** A path over the levels that it shares with the others of an order. */
export interface RatedPath {
  readonly path: Path;
  /** The mean of the printed rates. */
  readonly published: Reading;
  /** Our repeats at each of these levels. */
  readonly cells: readonly (readonly CompletedCell[])[];
}

type RatePair = readonly [first: MeasuredRate, second: MeasuredRate];

interface Total {
  readonly answers: number;
  readonly seconds: number;
}

const NOTHING: Total = { answers: 0, seconds: 0 };

const add = ({ answers, seconds }: Total, cell: CompletedCell): Total => ({
  answers: answers + rateOf(cell).answers,
  seconds: seconds + cell.load.durationSeconds,
});

const rate = ({ answers, seconds }: Total): MeasuredRate => ({
  ratePerSecond: answers / seconds,
  answers,
});

/** What both gave in each repeat, over the levels that both have in it. */
const repeatsOf = (first: RatedPath, second: RatedPath): readonly RatePair[] => {
  const totals = new Map<number, readonly [Total, Total]>();
  for (const [level, cells] of first.cells.entries()) {
    for (const [one, other] of pairedCells(cells, second.cells[level] ?? [])) {
      const [a, b] = totals.get(one.cell.repeat) ?? [NOTHING, NOTHING];
      totals.set(one.cell.repeat, [add(a, one), add(b, other)]);
    }
  }
  return [...totals.values()].map(([a, b]) => [rate(a), rate(b)] as const);
};

interface Comparison {
  readonly faster: RatedPath;
  readonly slower: RatedPath;
  readonly repeats: number;
  /** Absent where the repeats support none. */
  readonly ratio?: LogRatio;
}

const compare = (faster: RatedPath, slower: RatedPath): Comparison => {
  const pairs = repeatsOf(faster, slower);
  const isMeasured =
    pairs.length >= LEAST_REPEATS && pairs.flat().every(({ answers }) => answers > 0);
  return {
    faster,
    slower,
    repeats: pairs.length,
    ...(isMeasured ? { ratio: pairedLogRatio(pairs) } : {}),
  };
};

/** The quotient of two readings, as far as their errors let it be told. */
const quotient = (faster: Reading, slower: Reading): OrderedPair['published'] => ({
  value: faster.value / slower.value,
  low: (faster.value - faster.error) / (slower.value + slower.error),
  high: (faster.value + faster.error) / (slower.value - slower.error),
});

const outcomeOf = (
  { low }: OrderedPair['published'],
  repeats: number,
  ours: { readonly ratio: Estimate; readonly isApart: boolean } | undefined,
): Pick<OrderedPair, 'outcome' | 'why'> => {
  const outcome = 'not told apart';
  if (low <= 1) return { outcome, why: 'the study’s figures lie within its reading error' };
  if (ours === undefined) {
    const why =
      repeats < LEAST_REPEATS
        ? `${repeats} of ${LEAST_REPEATS} repeats of both`
        : 'no right answer in a repeat';
    return { outcome, why };
  }
  if (!ours.isApart) return { outcome, why: 'our interval holds 1' };
  return { outcome: ours.ratio.value > 1 ? 'reproduced' : 'contradicted' };
};

/**
 * Every pair of servings, first the one that the study printed as faster. Our order is told where the ratio of paired
 * repeats differs from 1, with Holm's correction over the pairs; the study's where its readings do not meet.
 */
export const orderedPairs = (paths: readonly RatedPath[]): readonly OrderedPair[] => {
  const ordered = paths.toSorted((a, b) => b.published.value - a.published.value);
  const comparisons = ordered.flatMap((faster, index) =>
    ordered
      .slice(index + 1)
      // Two encodings of one serving have one figure of the study.
      .filter(({ path }) => path.serving !== faster.path.serving)
      .map((slower) => compare(faster, slower)),
  );
  const measured = comparisons.filter(({ ratio }) => ratio !== undefined);
  const told = ratiosApart(measured.flatMap(({ ratio }) => ratio ?? []));
  return comparisons.map((comparison): OrderedPair => {
    const { faster, slower, repeats } = comparison;
    const published = quotient(faster.published, slower.published);
    const ours = told[measured.indexOf(comparison)];
    return {
      faster: faster.path,
      slower: slower.path,
      published,
      ...(ours === undefined ? {} : { ours: ours.ratio }),
      repeats,
      ...outcomeOf(published, repeats, ours),
    };
  });
};
