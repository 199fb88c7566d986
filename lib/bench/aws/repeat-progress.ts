import { searchProgress } from '../analysis/slo/search-progress.ts';
import { countRepeats, workOfRepeats, type HeldRepeat, type Work } from '../plan/share-repeats.ts';
import type { ResultRecord } from '../model/record.ts';

/** How far a repeat is with the pair whose figures count. */
export interface RepeatProgress extends HeldRepeat {
  /** What that pair has not measured, and what failed there. */
  readonly left: Required<Work>;
  /** Measurements, and trials of searches, that it has a record of. */
  readonly tried: number;
}

/**
 * How far each repeat of a plan is. Where several pairs measured of one, since the first was lost, the figures of one of them
 * count: of that which came to its end, else of that which has most. A repeat is over where all was tried and something gave
 * figures, so that a target that fails everywhere keeps nobody from an end. Pure.
 *
 * @param records of all pairs
 */
export const repeatProgress = (
  plan: Work,
  records: readonly ResultRecord[],
): readonly RepeatProgress[] => {
  const count = countRepeats(plan);
  const numbers = [...new Set(records.flatMap(({ pair }) => pair ?? []))].toSorted((a, b) => a - b);
  const pairs = numbers.map((pair) => [pair, records.filter((one) => one.pair === pair)] as const);
  return Array.from({ length: count }, (_, index): RepeatProgress => {
    const repeat = index + 1;
    const whole = workOfRepeats(plan, [repeat]);
    const begun = pairs.flatMap(([holder, own]): RepeatProgress[] => {
      const tried = new Set<string>();
      const measured = new Set<string>();
      for (const record of own) {
        if (record.kind !== 'measurement' || record.measurement.repeat !== repeat) continue;
        tried.add(record.measurement.id);
        if (record.state !== 'failed') measured.add(record.measurement.id);
      }
      if (tried.size === 0) return [];
      const untried = whole.measurements.filter(({ id }) => !tried.has(id));
      const measurements = whole.measurements.filter(({ id }) => !measured.has(id));
      const searches = whole.searches.filter(
        // Where a search begins is known when its measurements are measured.
        (search) => untried.length > 0 || searchProgress(search, own).next !== undefined,
      );
      const isOver = untried.length === 0 && searches.length === 0 && measured.size > 0;
      return [{ repeat, holder, isOver, left: { measurements, searches }, tried: tried.size }];
    });
    const [best] = begun.toSorted(
      (a, b) =>
        Number(b.isOver) - Number(a.isOver) ||
        a.left.measurements.length - b.left.measurements.length ||
        b.tried - a.tried,
    );
    return best ?? { repeat, isOver: false, left: whole, tried: 0 };
  });
};
