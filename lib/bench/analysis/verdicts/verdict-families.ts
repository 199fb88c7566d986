import { levelId, type Scenario } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { Environment } from '../../model/environment.ts';
import { groupBy } from '../group-by.ts';
import type { Summary } from '../summary.ts';
import { basisText } from './basis.ts';
import {
  decideFamily,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
  type Decision,
} from '../../stats/decide.ts';
import { judgedFigure, ratioOf } from './judged-figure.ts';
import { logSpeed, pairedLogRatio, type LogRatio } from '../../stats/log-ratio.ts';
import { pairWords, type PairWords } from './pair-words.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { pairRepeats, unpairedText, type Pairing, type Side } from './side.ts';
import type { Verdict, VerdictFamily } from './verdict.ts';
import { verdictSentence } from './verdict-sentence.ts';
import { repeatReason, sideReason } from './withheld.ts';

/** What verdicts must know of the run besides its rows. */
export interface VerdictContext {
  readonly plan: Pick<Plan, 'runtime' | 'served'>;
  readonly environment: Environment;
  readonly answerChecks: Summary['answerChecks'];
}

interface Comparison {
  readonly first: Side;
  readonly second: Side;
  readonly names: PairWords;
  readonly pairing: Pairing;
  /** Why there is no verdict. */
  readonly withheld?: string;
  /** Present where there is one. */
  readonly ratio?: LogRatio;
}

const compare = (first: Side, second: Side, { plan, answerChecks }: VerdictContext): Comparison => {
  const names = pairWords(first.row.target, second.row.target, plan);
  const pairing = pairRepeats(first, second);
  const reason =
    sideReason(first, names.first, answerChecks) ??
    sideReason(second, names.second, answerChecks) ??
    repeatReason(pairing);
  const common = { first, second, names, pairing };
  return reason === undefined
    ? { ...common, ratio: pairedLogRatio(pairing.pairs) }
    : { ...common, withheld: reason };
};

/** The comparisons of all pairs at one load. */
const comparisonsOf = (sides: readonly Side[], context: VerdictContext): readonly Comparison[] =>
  sides.flatMap((first, index) =>
    sides.slice(index + 1).map((second) => compare(first, second, context)),
  );

const verdictOf = (comparison: Comparison, decision: Decision | undefined): Verdict => {
  const { first, second, names, pairing, ratio: logRatio, withheld } = comparison;
  const { scenario, level } = first.row;
  const repeats = pairing.pairs.length;
  const figure = judgedFigure(level);
  const paths = { scenario, level, figure, first: first.row.target, second: second.row.target };
  if (withheld !== undefined || decision === undefined || logRatio === undefined) {
    const said = { word: 'undecided', withheld: withheld ?? '', repeats } as const;
    return { ...paths, ...said, sentence: verdictSentence(paths, names, said) };
  }
  const { word } = decision;
  const ratio = ratioOf(figure, decision.ratio);
  const { interval } = ratio;
  const needed =
    word === 'undecided' ? repeatsToDecide(logRatio, 1 - interval.confidence) : undefined;
  return {
    ...paths,
    ...decision,
    ratio,
    repeats,
    ...(needed === undefined ? {} : { repeatsToDecide: needed }),
    repeatsAhead: pairing.pairs.filter(([a, b]) => logSpeed(a) > logSpeed(b)).length,
    repeatsTied: pairing.pairs.filter(([a, b]) => logSpeed(a) === logSpeed(b)).length,
    sentence: verdictSentence(paths, names, {
      word,
      interval,
      repeats,
      unpaired: unpairedText(pairing),
      ...(needed === undefined ? {} : { repeatsToDecide: needed }),
    }),
  };
};

const familyOf = (
  comparisons: readonly [Comparison, ...Comparison[]],
  scenarios: readonly Scenario[],
  context: VerdictContext,
): VerdictFamily => {
  const { scenario, level } = comparisons[0].first.row;
  const open = comparisons.filter((one) => one.ratio !== undefined);
  const decisions = decideFamily(open.flatMap(({ ratio }) => ratio ?? []));
  const verdicts = comparisons.map((one) => verdictOf(one, decisions[open.indexOf(one)]));
  const given = verdicts.filter(({ withheld }) => withheld === undefined);
  return {
    scenario,
    level,
    figure: judgedFigure(level),
    familyError: FAMILY_ERROR,
    margin: EQUIVALENCE_MARGIN,
    basis: basisText(
      {
        comparisons: given.length,
        decided: given.filter(({ word }) => word !== 'undecided').length,
        scenarios,
        figure: judgedFigure(level),
      },
      context.environment,
      context.plan,
    ),
    verdicts,
  };
};

/**
 * Verdicts for each pair of measured targets, one family a scenario and level: whoever asks which serving is fastest asks at
 * one load, and gets an answer whose error does not depend on how many other loads the plan holds. Over a whole run of L
 * levels up to L times the error is possible, and the basis of each family says so. One family of all loads would keep 5 %
 * for the run, but leave 15 instead of 7 % of the words undecided on the figures of the study over REST, and 26 instead of
 * 17 % over both protocols.
 *
 * Empty where no level has two targets; the no-op backend takes no part.
 */
export const verdictFamilies = (
  context: VerdictContext,
  sides: readonly Side[],
): readonly VerdictFamily[] => {
  const measured = sides.filter(({ row }) => row.engine !== 'noop');
  const loads = groupBy(measured, ({ row }) => `${row.scenario}/${levelId(row.level)}`);
  const families = [...loads.values()].flatMap((load) => {
    const [one, ...others] = comparisonsOf(load, context);
    return one === undefined ? [] : [[one, ...others] as const];
  });
  const scenarios = families
    .filter((comparisons) => comparisons.some(({ withheld }) => withheld === undefined))
    .map(([{ first }]) => first.row.scenario);
  return families.map((comparisons) => familyOf(comparisons, scenarios, context));
};
