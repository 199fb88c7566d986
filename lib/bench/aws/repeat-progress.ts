import { searchProgress } from '../analysis/slo/search-progress.ts';
import type { ResultRecord } from '../model/record.ts';
import { dealRepeats, repeatsIn, workOfRepeats, type Work } from '../plan/share-repeats.ts';

/** How far a repeat is with its holder, the pair whose figures count. */
export interface RepeatProgress {
  readonly repeat: number;
  /** Undefined if no pair has begun it. */
  readonly holder: number | undefined;
  /** Whether everything was tried and something succeeded, so that a target that always fails does not keep a run from ending. */
  readonly isOver: boolean;
  /** What the holder has not measured, including what failed there. */
  readonly left: Required<Work>;
  /** Number of measurements, and trials of searches, that the holder has a record of. */
  readonly tried: number;
}

export const isEmpty = ({ measurements, searches }: Required<Work>): boolean =>
  measurements.length + searches.length === 0;

/** How far one pair is with a repeat. */
const progressOfPair = (
  repeat: number,
  work: Required<Work>,
  holder: number,
  records: readonly ResultRecord[],
): RepeatProgress => {
  const tried = new Set<string>();
  const measured = new Set<string>();
  for (const record of records) {
    if (record.kind !== 'measurement' || record.measurement.repeat !== repeat) continue;
    tried.add(record.measurement.id);
    if (record.state !== 'failed') measured.add(record.measurement.id);
  }
  const isTried = work.measurements.every(({ id }) => tried.has(id));
  const measurements = work.measurements.filter(({ id }) => !measured.has(id));
  const searches = work.searches.filter(
    // Only its measurements tell where a search begins.
    (search) => !isTried || searchProgress(search, records).next !== undefined,
  );
  const isOver = isTried && searches.length === 0 && measured.size > 0;
  return { repeat, holder, isOver, left: { measurements, searches }, tried: tried.size };
};

/**
 * How far each repeat of a plan is. If several pairs measured one, because the first was lost, its holder is the pair that finished
 * it, or else the one that tried most.
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
  return repeatsIn(plan).map((repeat): RepeatProgress => {
    const work = workOfRepeats(plan, [repeat]);
    const [best] = pairs
      .map(([pair, ofPair]) => progressOfPair(repeat, work, pair, ofPair))
      .filter(({ tried }) => tried > 0)
      .toSorted((a, b) => Number(b.isOver) - Number(a.isOver) || b.tried - a.tried);
    return best ?? { repeat, holder: undefined, isOver: false, left: work, tried: 0 };
  });
};

/** What a pair is to measure when a run continues. */
interface RestOfPair {
  readonly repeats: readonly number[];
  readonly left: Required<Work>;
}

/**
 * Shares the rest of a run: a pair continues its own repeats, and those that other pairs left unfinished are dealt to all of them,
 * to be measured again as a whole. Pairs without anything to do are absent.
 */
export const shareRest = (
  plan: Work,
  progress: readonly RepeatProgress[],
  pairs: readonly number[],
): ReadonlyMap<number, RestOfPair> => {
  const open = progress.filter(({ left }) => !isEmpty(left));
  const isKept = ({ holder = 0 }: RepeatProgress): boolean => pairs.includes(holder);
  const orphans = open.filter((repeat) => !repeat.isOver && !isKept(repeat));
  const dealt = dealRepeats(
    orphans.map(({ repeat }) => repeat),
    pairs,
  );
  const rest = [...dealt].map(([pair, taken]) => {
    const own = open.filter(({ holder }) => holder === pair);
    const works = [...own.map(({ left }) => left), workOfRepeats(plan, taken)];
    return [
      pair,
      {
        repeats: [...own.map(({ repeat }) => repeat), ...taken],
        left: {
          measurements: works.flatMap(({ measurements }) => measurements),
          searches: works.flatMap(({ searches }) => searches),
        },
      },
    ] as const;
  });
  return new Map(rest.filter(([, { left }]) => !isEmpty(left)));
};
