import { searchProgress } from '../analysis/slo/search-progress.ts';
import { countRepeats, workOfRepeats, type HeldRepeat, type Work } from '../plan/share-repeats.ts';
import type { ResultRecord } from '../model/record.ts';

/** How far a repeat is with the pair whose figures count, its holder. */
export interface RepeatProgress extends HeldRepeat {
  /** What the holder has not measured, including what failed there. */
  readonly left: Required<Work>;
  /** Number of measurements, and trials of searches, that the holder has a record of. */
  readonly tried: number;
}

/** How far one pair is with a repeat; undefined if it has not begun. */
const progressOfPair = (
  repeat: number,
  work: Required<Work>,
  pair: number,
  records: readonly ResultRecord[],
): RepeatProgress | undefined => {
  const tried = new Set<string>();
  const measured = new Set<string>();
  for (const record of records) {
    if (record.kind !== 'measurement' || record.measurement.repeat !== repeat) continue;
    tried.add(record.measurement.id);
    if (record.state !== 'failed') measured.add(record.measurement.id);
  }
  if (tried.size === 0) return undefined;
  const untried = work.measurements.filter(({ id }) => !tried.has(id));
  const measurements = work.measurements.filter(({ id }) => !measured.has(id));
  const searches = work.searches.filter(
    // Only its measurements tell where a search begins.
    (search) => untried.length > 0 || searchProgress(search, records).next !== undefined,
  );
  const isOver = untried.length === 0 && searches.length === 0 && measured.size > 0;
  return { repeat, holder: pair, isOver, left: { measurements, searches }, tried: tried.size };
};

/**
 * How far each repeat of a plan is. If several pairs measured a repeat, because the first one was lost, only one of them is
 * its holder: the pair that finished it, or else the one with the least left. A repeat is over once everything was tried and
 * at least one measurement succeeded, so a target that always fails does not keep a run from ending.
 *
 * @param records those of all pairs
 */
export const repeatProgress = (
  plan: Work,
  records: readonly ResultRecord[],
): readonly RepeatProgress[] => {
  const pairs = [...new Set(records.flatMap(({ pair }) => pair ?? []))]
    .toSorted((a, b) => a - b)
    .map((pair) => [pair, records.filter((record) => record.pair === pair)] as const);
  return Array.from({ length: countRepeats(plan) }, (_, index): RepeatProgress => {
    const repeat = index + 1;
    const work = workOfRepeats(plan, [repeat]);
    const [best] = pairs
      .flatMap(([pair, pairRecords]) => progressOfPair(repeat, work, pair, pairRecords) ?? [])
      .toSorted(
        (a, b) =>
          Number(b.isOver) - Number(a.isOver) ||
          a.left.measurements.length - b.left.measurements.length ||
          b.tried - a.tried,
      );
    return best ?? { repeat, isOver: false, left: work, tried: 0 };
  });
};
