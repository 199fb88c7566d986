import { levelId, type Scenario } from '../../model/measurement.ts';
import type { Environment } from '../../model/environment.ts';
import type { Plan } from '../../model/plan.ts';
import {
  decideFamily,
  type Decision,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
} from '../../stats/decide.ts';
import { type LogRatio, logSpeed, pairedLogRatio } from '../../stats/log-ratio.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { counted } from '../../wording/format-number.ts';
import { groupBy } from '../group-by.ts';
import type { Summary } from '../summary.ts';
import { addedErrorText, allLoadsText } from './run-error.ts';
import {
  type JudgedFigure,
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  type Side,
  unpairedText,
} from './side.ts';
import { pairWords, type PairWords, type Served, verdictSentence } from './verdict-sentence.ts';
import type { Verdict, VerdictFamily } from './verdict.ts';
import { repeatReason, sideReason } from './withheld.ts';

const machineText = ({ machine, aws }: Environment): string => {
  if (aws === undefined) {
    const cores = counted(machine.cores, 'core');
    return `on ${cores} of ${machine.cpuModel}, which load, middleware and serving shared`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const servedText = ({ runtime, served }: Served): string => {
  if (runtime === 'simulated') {
    return ' One simulated server answered behind every protocol: this is what the protocols cost, and says nothing of the platforms themselves.';
  }
  const hasStandIns = Object.values(served ?? {}).some(({ real }) => !real);
  return hasStandIns ? ' A stand-in is not the platform itself.' : '';
};

/** What the basis of a family must know of its verdicts and of those of the run. */
interface Claims {
  /** Those of the family that were measured and are not withheld. */
  readonly comparisons: number;
  /** How many of them have another word than undecided. */
  readonly decided: number;
  /** The scenario of each family of the run with a verdict that was measured and is not withheld, this one included. */
  readonly scenarios: readonly Scenario[];
  readonly figure: JudgedFigure;
}

/** What is judged where that is not the rate, and what is not. */
const figureText = ({ comparisons, figure }: Claims): string =>
  figure === 'request rate' || comparisons === 0
    ? ''
    : 'Judged are medians of the response time, one of each repeat, from the planned send time: the rate is that of the load, and for p99 a single repeat has too few answers. ';

/**
 * What the words of a family are worth, and what is left of that over the run, so that nobody takes the one for the other; an
 * undecided pair claims nothing that could be wrong.
 */
const errorText = ({ comparisons, decided, scenarios }: Claims): string => {
  if (comparisons === 0) return '';
  if (decided === 0) {
    return `Nothing could be decided at an error of ${FAMILY_ERROR * 100} %: more repeats may tell, in a new run. `;
  }
  const words =
    comparisons === 1
      ? 'The chance that this word is wrong'
      : `The chance that any “faster”, “slower” or “equivalent” among these ${comparisons} verdicts is wrong`;
  const families = scenarios.length;
  const ofRun =
    families < 2 ? '' : `; over ${allLoadsText(scenarios)} it is ${addedErrorText(families)}`;
  return `${words} is at most ${FAMILY_ERROR * 100} %${ofRun}. `;
};

/** What the sentences of a family rest on. */
const basisText = (claims: Claims, environment: Environment, served: Served): string =>
  `${errorText(claims)}${figureText(claims)}Measured ${machineText(environment)}.${servedText(served)}`;

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
