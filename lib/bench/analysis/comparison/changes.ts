import { decideFamily, type Decision } from '../verdicts/decide.ts';
import { judgedFigure, ratioOf } from '../verdicts/judged-figure.ts';
import { pathWords, type Served } from '../verdicts/pair-words.ts';
import type { Side } from '../verdicts/side.ts';
import { LEAST_REPEATS, sideReason } from '../verdicts/withheld.ts';
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

const figuresOf = ({ row: before }: Side, { row: after }: Side): Partial<Change> => {
  const [rateBefore, rateAfter] = [before, after].map((row) => row.requestRatePerSecond?.value);
  const [medianBefore, medianAfter] = [before, after].map(({ level, p50Ms }) =>
    level.loop === 'open' ? p50Ms?.value : undefined,
  );
  return {
    ...(rateBefore === undefined ? {} : { ratePerSecondBefore: rateBefore }),
    ...(rateAfter === undefined ? {} : { ratePerSecondAfter: rateAfter }),
    ...(medianBefore === undefined ? {} : { p50MsBefore: medianBefore }),
    ...(medianAfter === undefined ? {} : { p50MsAfter: medianAfter }),
  };
};

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
    const figure = judgedFigure(level);
    const decision = decisionOf.get(likeness);
    const change = {
      path,
      engine,
      scenario,
      level,
      figure,
      ...(typeof likeness === 'string'
        ? withheldFor(likeness, before, after)
        : heldAgainst(likeness)),
      ...(decision === undefined ? {} : { ...decision, ratio: ratioOf(figure, decision.ratio) }),
      ...figuresOf(before, after),
    };
    return { ...change, sentence: changeSentence(change, served) };
  });
};
