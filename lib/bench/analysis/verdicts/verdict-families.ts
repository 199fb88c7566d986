import { levelId, type Target, targetId } from '../../model/measurement.ts';
import type { Environment } from '../../model/environment.ts';
import type { Plan } from '../../model/plan.ts';
import { decideTogether, type Decision, FAMILY_ERROR, isOpen } from '../../stats/judgement.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { sum } from '../../stats/moments.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { counted } from '../../wording/format-number.ts';
import { labelOf, rowLabels, wireWords } from '../../wording/labels.ts';
import { groupBy } from '../group-by.ts';
import type { Summary } from '../summary.ts';
import {
  type JudgedFigure,
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  type Side,
} from './pairing.ts';
import type { HeadlineVerdicts, Load, LoadVerdicts, Verdict, VerdictFamily } from './verdict.ts';
import { repeatReason, sideReason } from './withheld.ts';

/** Where a server runs that was already running is not known. */
const machineText = (
  { machine, aws }: Environment,
  { runtime }: VerdictContext['plan'],
): string => {
  if (aws === undefined) {
    const cores = counted(machine.cores, 'core');
    const parts =
      runtime === 'running'
        ? 'load generator and middleware'
        : 'load generator, middleware and serving';
    return `on ${cores} of ${machine.cpuModel}, shared by ${parts}`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const servedText = ({ runtime, served }: VerdictContext['plan']): string => {
  if (runtime === 'simulated') {
    return ' One simulated server answered for all: the verdicts compare the APIs, not the real servers.';
  }
  const hasStandIns = Object.values(served ?? {}).some(({ real }) => !real);
  return hasStandIns ? ' A stand-in is not the real server.' : '';
};

/** The judged figures, that of the headline first. */
const JUDGED_FIGURES: readonly JudgedFigure[] = ['request rate', 'median response time'];

/** Remarks on the judged figure, if it is not the rate. */
const FIGURE_TEXTS: Readonly<Record<JudgedFigure, string>> = {
  'request rate': '',
  'median response time':
    'In an open loop the rate is fixed, so verdicts compare the median response time of each repeat, counted from the planned send time; a single repeat has too few answers for a p99. ',
};

/** What verdicts need besides the rows. */
export interface VerdictContext {
  readonly plan: Pick<Plan, 'runtime' | 'served'>;
  readonly environment: Environment;
  readonly answerChecks: Summary['answerChecks'];
}

/** Two targets at one load. */
interface Meeting {
  readonly load: Load;
  readonly pairing: Pairing;
  /** Why they cannot be compared there. */
  readonly reason: string | undefined;
}

/** Two targets at all loads that are judged by one figure. */
interface Pair {
  readonly first: Target;
  readonly second: Target;
  readonly meetings: readonly Meeting[];
}

/** A pair with the ratio over the loads at which it is comparable; undefined if there are none. */
type Case = Pair & { readonly ratio: LogRatio | undefined };

const loadKey = ({ scenario, level }: Load): string => `${scenario}/${levelId(level)}`;

/** All pairs of targets with a common load, in the order of the rows. */
const pairsOf = (
  sides: readonly Side[],
  { plan, answerChecks }: VerdictContext,
): readonly Pair[] => {
  const labels = rowLabels(
    sides.map(({ row }) => row),
    plan,
  );
  const reasonOf = (side: Side): string | undefined =>
    sideReason(side, labelOf(labels, side.row.target), answerChecks);
  const meet = (first: Side, second: Side): Meeting => {
    const pairing = pairRepeats(judgedFigure(first.row.level), first, second);
    return {
      load: { scenario: first.row.scenario, level: first.row.level },
      pairing,
      reason: reasonOf(first) ?? reasonOf(second) ?? repeatReason(pairing),
    };
  };
  const targets = [...groupBy(sides, ({ row }) => targetId(row.target)).values()].map((own) => ({
    target: own[0].row.target,
    byLoad: new Map(own.map((side) => [loadKey(side.row), side])),
  }));
  return targets.flatMap(({ target: first, byLoad }, index) =>
    targets.slice(index + 1).flatMap(({ target: second, byLoad: others }): Pair[] => {
      const meetings = [...byLoad].flatMap(([key, side]) => {
        const other = others.get(key);
        return other === undefined ? [] : [meet(side, other)];
      });
      return meetings.length === 0 ? [] : [{ first, second, meetings }];
    }),
  );
};

/** The ratios of all pairs, with noise estimated from all of them. */
const estimatedPairs = (pairs: readonly Pair[]) => {
  const estimated = estimate(
    pairs.map(({ first, second, meetings }) => ({
      first: targetId(first),
      second: targetId(second),
      levels: new Map(
        meetings
          .filter(({ reason }) => reason === undefined)
          .map(({ load, pairing }) => [loadKey(load), pairing.differences]),
      ),
    })),
  );
  return pairs.map((pair, index) => ({ pair, estimated: estimated[index] }));
};

const verdictOf = (
  { first, second, meetings, ratio: logRatio }: Case,
  figure: JudgedFigure,
  decision: Decision | undefined,
): Verdict => {
  const comparable = meetings.filter(({ reason }) => reason === undefined);
  const used = comparable.length === 0 ? meetings : comparable;
  const repeats = sum(used.map(({ pairing }) => pairing.differences.repeats));
  if (decision === undefined || logRatio === undefined) {
    const reason = meetings[0]?.reason ?? '';
    return { first, second, judgement: { word: 'withheld', reason }, repeats };
  }
  const { judgement } = decision;
  const ratio = ratioOf(figure, decision.ratio);
  const needed = isOpen(judgement)
    ? repeatsToDecide(logRatio, repeats / comparable.length, 1 - ratio.interval.confidence)
    : undefined;
  return { first, second, judgement, ratio, repeats, repeatsToDecide: needed };
};

/** What all targets share, as a sentence; empty if that is nothing. */
const sharedText = (targets: readonly Target[]): string => {
  const [first, ...others] = targets.map(wireWords);
  const shared = (first ?? []).filter((word, index) => others.every((one) => one[index] === word));
  return shared.length === 0 ? '' : `Same for all: ${shared.join(', ')}. `;
};

/** @param of what at most 5 % contain a wrong verdict of: runs, or loads */
const familyOf = (
  cases: readonly Case[],
  figure: JudgedFigure,
  of: string,
  { environment, plan }: VerdictContext,
): VerdictFamily => {
  const open = cases.filter(({ ratio }) => ratio !== undefined);
  const decisions = decideTogether(open.flatMap(({ ratio }) => ratio ?? []));
  const error =
    open.length === 0
      ? ''
      : `At most ${FAMILY_ERROR * 100} % of ${of} contain a wrong verdict${open.length === 1 ? '' : ` among these ${open.length}`}. ${FIGURE_TEXTS[figure]}`;
  return {
    figure,
    basis: `${error}${sharedText(cases.flatMap(({ first, second }) => [first, second]))}Measured ${machineText(environment, plan)}.${servedText(plan)}`,
    verdicts: cases.map((one) => verdictOf(one, figure, decisions[open.indexOf(one)])),
  };
};

/** The loads at which a headline verdict is reversed; undefined for none. */
const reversedAt = (
  { judgement: { word } }: Verdict,
  atLoads: readonly { readonly verdict: Verdict; readonly load: Load }[],
): readonly Load[] | undefined => {
  const reverse = word === 'faster' ? 'slower' : word === 'slower' ? 'faster' : undefined;
  const loads = atLoads
    .filter(({ verdict }) => verdict.judgement.word === reverse)
    .map(({ load: { scenario, level } }) => ({ scenario, level }));
  return loads.length === 0 ? undefined : loads;
};

/** Verdicts of one figure: each pair over all loads, and at each load. */
const judgedBy = (
  figure: JudgedFigure,
  sides: readonly Side[],
  context: VerdictContext,
): { readonly headline: HeadlineVerdicts; readonly verdicts: readonly LoadVerdicts[] } => {
  const pairs = estimatedPairs(pairsOf(sides, context));
  const met = groupBy(
    pairs.flatMap(({ pair, estimated }) =>
      pair.meetings.map((meeting) => ({
        ...pair,
        meetings: [meeting],
        ratio: estimated?.levels.get(loadKey(meeting.load)),
      })),
    ),
    ({ meetings: [meeting] }) => (meeting === undefined ? '' : loadKey(meeting.load)),
  );
  const loads = [...groupBy(sides, ({ row }) => loadKey(row))].filter(([key]) => met.has(key));
  const verdicts = loads.map(([key, [{ row }]]): LoadVerdicts => ({
    scenario: row.scenario,
    level: row.level,
    ...familyOf(met.get(key) ?? [], figure, 'loads', context),
  }));
  const byPair = groupBy(
    verdicts.flatMap((load) => load.verdicts.map((verdict) => ({ load, verdict }))),
    ({ verdict: { first, second } }) => `${targetId(first)} ${targetId(second)}`,
  );
  const whole = familyOf(
    pairs.map(({ pair, estimated }) => ({ ...pair, ratio: estimated?.whole })),
    figure,
    'runs',
    context,
  );
  return {
    headline: {
      loads: verdicts.map(({ scenario, level }) => ({ scenario, level })),
      ...whole,
      verdicts: whole.verdicts.map((verdict) => {
        const { first, second } = verdict;
        const atLoads = byPair.get(`${targetId(first)} ${targetId(second)}`) ?? [];
        return { ...verdict, reversedAt: reversedAt(verdict, atLoads) };
      }),
    },
    verdicts,
  };
};

/**
 * Verdicts for each pair of measured targets: over the whole run, and at each load. The headline is about rates; medians of
 * open loops make it only if there is no closed loop.
 *
 * Empty if no load has two targets, not counting the no-op backend.
 */
export const verdictsOf = (
  context: VerdictContext,
  sides: readonly Side[],
): Pick<Summary, 'headline' | 'verdicts'> => {
  const judged = JUDGED_FIGURES.map((figure) =>
    judgedBy(
      figure,
      sides.filter(({ row }) => row.engine !== 'noop' && judgedFigure(row.level) === figure),
      context,
    ),
  ).filter(({ verdicts }) => verdicts.length > 0);
  const [first] = judged;
  return first === undefined
    ? {}
    : { headline: first.headline, verdicts: judged.flatMap(({ verdicts }) => verdicts) };
};
