import { decideFamily, type Decision } from '../verdicts/decide.ts';
import { pathWords, type Served } from '../verdicts/pair-words.ts';
import type { Side } from '../verdicts/side.ts';
import { LEAST_REPEATS, offerReason, sideReason } from '../verdicts/withheld.ts';
import { changeSentence } from './change-sentence.ts';
import type { Change } from './comparison.ts';
import { likeWithLike, type Likeness } from './like-with-like.ts';
import type { MeasuredRun } from './measured-run.ts';
import { isSameMeasurement } from './same-records.ts';

interface MeasuredRuns {
  readonly before: MeasuredRun;
  readonly after: MeasuredRun;
}

const withheldReason = (
  before: Side,
  after: Side,
  runs: MeasuredRuns,
  served: Served,
): string | undefined => {
  if (isSameMeasurement(before, after)) {
    return 'Both runs hold the very same records of this row: nothing was measured anew.';
  }
  const name = pathWords(after.row.path, served);
  const least = Math.min(before.repeats.length, after.repeats.length);
  return (
    sideReason(before, `before, ${name}`, runs.before.summary.checks) ??
    sideReason(after, `after, ${name}`, runs.after.summary.checks) ??
    offerReason(before, after) ??
    (least < LEAST_REPEATS
      ? `A verdict needs ${LEAST_REPEATS} repeats in both runs, and one has ${least}.`
      : undefined)
  );
};

/** How two rows are compared, or why they are not. */
const likenessOf = (
  before: Side,
  after: Side,
  runs: MeasuredRuns,
  served: Served,
): Likeness | string =>
  withheldReason(before, after, runs, served) ??
  likeWithLike({
    before: { repeats: before.repeats, machineOf: runs.before.machineOf },
    after: { repeats: after.repeats, machineOf: runs.after.machineOf },
  });

const rateIn = ({ row }: Side): number | undefined => row.requestRatePerSecond?.value;

type Grounds = Pick<Change, 'word' | 'withheld' | 'repeatsBefore' | 'repeatsAfter' | 'machines'>;

const withheldFor = (withheld: string, before: Side, after: Side): Grounds => ({
  word: 'undecided',
  withheld,
  repeatsBefore: before.repeats.length,
  repeatsAfter: after.repeats.length,
});

/** The word is undecided until it is decided. */
const heldAgainst = ({ repeatsBefore, repeatsAfter, machines }: Likeness): Grounds => ({
  word: 'undecided',
  repeatsBefore,
  repeatsAfter,
  ...(machines === undefined ? {} : { machines }),
});

/** What became of each row that both runs have, decided as one family. Pure. */
export const changesOf = (runs: MeasuredRuns, served: Served): readonly Change[] => {
  const rows = [...runs.after.sides].flatMap(([key, after]) => {
    const before = runs.before.sides.get(key);
    if (before === undefined) return [];
    return [{ before, after, likeness: likenessOf(before, after, runs, served) }];
  });
  const compared = rows.flatMap(({ likeness }) => (typeof likeness === 'string' ? [] : [likeness]));
  const decisions = decideFamily(compared.map(({ ratio }) => ratio));
  const decisionOf = new Map<Likeness | string, Decision>(
    decisions.flatMap((decision, index) => {
      const likeness = compared[index];
      return likeness === undefined ? [] : [[likeness, decision] as const];
    }),
  );
  return rows.map(({ before, after, likeness }): Change => {
    const { path, engine, scenario, level } = after.row;
    const [rateBefore, rateAfter] = [rateIn(before), rateIn(after)];
    const change = {
      path,
      engine,
      scenario,
      level,
      ...(typeof likeness === 'string'
        ? withheldFor(likeness, before, after)
        : heldAgainst(likeness)),
      ...decisionOf.get(likeness),
      ...(rateBefore === undefined ? {} : { ratePerSecondBefore: rateBefore }),
      ...(rateAfter === undefined ? {} : { ratePerSecondAfter: rateAfter }),
    };
    return { ...change, sentence: changeSentence(change, served) };
  });
};
