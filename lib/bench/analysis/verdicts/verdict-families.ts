import { type Target, targetId } from '../../model/measurement.ts';
import { decideTogether, type Decision, isOpen } from '../../stats/judgement.ts';
import { meanOf } from '../../stats/moments.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../measurement-records.ts';
import type { Summary } from '../summary.ts';
import type {
  HeadlineVerdicts,
  JudgedFigure,
  Load,
  LoadVerdicts,
  Verdict,
  VerdictFamily,
} from '../verdict-types.ts';
import { judgedFigure, ratioOf } from './pairing.ts';
import { loadKey, type TargetPair, targetPairs } from './target-pairs.ts';
import type { AnswerFacts } from './withheld.ts';

/** The judged figures; the headline takes the first one that was measured. */
const JUDGED_FIGURES: readonly JudgedFigure[] = ['request rate', 'median response time'];

const verdictOf = (
  { first, second, loads, ratio: logRatio }: TargetPair,
  figure: JudgedFigure,
  decision: Decision | undefined,
): Verdict => {
  const comparable = loads.filter(({ reason }) => reason === undefined);
  const used = comparable.length === 0 ? loads : comparable;
  const repeatsAtLoads = used.map(({ pairing }) => pairing.differences.repeats);
  const repeats = Math.min(...repeatsAtLoads);
  if (decision === undefined || logRatio === undefined) {
    const reason = loads[0]?.reason ?? { code: 'few-repeats', repeats, failed: 0 };
    return { first, second, judgement: { kind: 'withheld', reason }, repeats };
  }
  const { judgement } = decision;
  const ratio = ratioOf(figure, decision.ratio);
  const needed = isOpen(judgement)
    ? repeatsToDecide(logRatio, meanOf(repeatsAtLoads), 1 - ratio.interval.confidence)
    : undefined;
  return { first, second, judgement, ratio, repeats, repeatsToDecide: needed };
};

/** Decides pairs together, so that they share one probability of error. */
const familyOf = (pairs: readonly TargetPair[], figure: JudgedFigure): VerdictFamily => {
  const comparable = pairs.filter(({ ratio }) => ratio !== undefined);
  const decisions = decideTogether(comparable.flatMap(({ ratio }) => ratio ?? []));
  return {
    figure,
    verdicts: pairs.map((pair) => verdictOf(pair, figure, decisions[comparable.indexOf(pair)])),
  };
};

/** The verdicts at each level, in the order of the rows. */
const loadVerdicts = (
  pairs: readonly TargetPair[],
  measuredRows: readonly MeasuredRow[],
  figure: JudgedFigure,
): readonly LoadVerdicts[] => {
  const pairsAt = groupBy(
    pairs.flatMap((pair) =>
      pair.loads.map((loadPair) => ({
        key: loadKey(loadPair.load),
        pair: { ...pair, loads: [loadPair], ratio: loadPair.ratio },
      })),
    ),
    ({ key }) => key,
  );
  return [...groupBy(measuredRows, ({ row }) => loadKey(row))].flatMap(([key, [{ row }]]) => {
    const pairsHere = pairsAt.get(key)?.map(({ pair }) => pair);
    if (pairsHere === undefined) return [];
    const { scenario, level } = row;
    return [{ scenario, level, ...familyOf(pairsHere, figure) }];
  });
};

const pairKey = ({ first, second }: { readonly first: Target; readonly second: Target }): string =>
  `${targetId(first)} ${targetId(second)}`;

/** A verdict at one level. */
type VerdictAtLoad = Load & { readonly verdict: Verdict };

/** The levels at which a headline verdict is reversed; undefined if there are none. */
const reversedAt = (
  { judgement: { kind } }: Verdict,
  atLoads: readonly VerdictAtLoad[],
): readonly Load[] | undefined => {
  const reverse = kind === 'faster' ? 'slower' : kind === 'slower' ? 'faster' : undefined;
  const loads = atLoads
    .filter(({ verdict }) => verdict.judgement.kind === reverse)
    .map(({ scenario, level }) => ({ scenario, level }));
  return loads.length === 0 ? undefined : loads;
};

/** The verdicts that compare one figure: each pair over all levels, and at each level. */
const verdictsBy = (
  figure: JudgedFigure,
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): { readonly headline: HeadlineVerdicts; readonly verdicts: readonly LoadVerdicts[] } => {
  const pairs = targetPairs(measuredRows, answers);
  const verdicts = loadVerdicts(pairs, measuredRows, figure);
  const loads = verdicts.map(({ scenario, level }) => ({ scenario, level }));
  const atLoads = groupBy(
    verdicts.flatMap(({ scenario, level, verdicts: atLoad }) =>
      atLoad.map((verdict): VerdictAtLoad => ({ scenario, level, verdict })),
    ),
    ({ verdict }) => pairKey(verdict),
  );
  const overall = familyOf(pairs, figure);
  const headline = {
    loads,
    ...overall,
    verdicts: overall.verdicts.map((verdict) => ({
      ...verdict,
      reversedAt: reversedAt(verdict, atLoads.get(pairKey(verdict)) ?? []),
    })),
  };
  return { headline, verdicts };
};

/**
 * The verdicts on each pair of measured targets: over the whole run, and at each level. The headline compares rates, or medians if the
 * run has open loops only. Empty if no two targets, without no-op limits, have a level in common.
 */
export const verdictsOf = (
  answers: AnswerFacts,
  measuredRows: readonly MeasuredRow[],
): Pick<Summary, 'headline' | 'verdicts'> => {
  const measured = measuredRows.filter(({ row }) => row.engine !== 'noop');
  const judged = JUDGED_FIGURES.map((figure) =>
    verdictsBy(
      figure,
      measured.filter(({ row }) => judgedFigure(row.level) === figure),
      answers,
    ),
  ).filter(({ verdicts }) => verdicts.length > 0);
  const [first] = judged;
  return first === undefined
    ? {}
    : { headline: first.headline, verdicts: judged.flatMap(({ verdicts }) => verdicts) };
};
