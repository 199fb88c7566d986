import { levelId, targetId } from '../../model/measurement.ts';
import type { Environment } from '../../model/environment.ts';
import type { Plan } from '../../model/plan.ts';
import {
  decideTogether,
  type Decision,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
  isOpen,
} from '../../stats/judgement.ts';
import { logSpeed, pairedDifferences } from '../../stats/log-ratio.ts';
import { type Differences, type Estimated, estimate, type LogRatio } from '../../stats/noise.ts';
import { repeatsToDecide } from '../../stats/power.ts';
import { counted } from '../../wording/format-number.ts';
import { groupBy } from '../group-by.ts';
import type { Summary } from '../summary.ts';
import {
  type JudgedFigure,
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  type Side,
  unpairedText,
} from './side.ts';
import { decided, verdictOn } from './standing.ts';
import {
  pairWords,
  type PairWords,
  placeText,
  type Served,
  verdictSentence,
} from './verdict-sentence.ts';
import type { HeadlineVerdicts, Load, LoadVerdicts, Verdict, VerdictFamily } from './verdict.ts';
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

/** What must be known of what was judged, where that is not the rate. */
const FIGURE_TEXTS: Readonly<Record<JudgedFigure, string>> = {
  'request rate': '',
  'median response time':
    'Judged are medians of the response time, one of each repeat, from the planned send time: the rate is that of the load, and for p99 a single repeat has too few answers. ',
};

/** What verdicts must know of the run besides its rows. */
export interface VerdictContext {
  readonly plan: Pick<Plan, 'runtime' | 'served'>;
  readonly environment: Environment;
  readonly answerChecks: Summary['answerChecks'];
}

/** Two targets at one load. */
interface Meeting {
  readonly load: Load;
  readonly pairing: Pairing;
  /** Why they cannot be held against each other there. */
  readonly reason?: string;
  /** Present where they can. */
  readonly differences?: Differences;
}

/** Two targets at all loads that both were measured at and that are judged by one figure. */
interface Pair {
  readonly first: Side['row']['target'];
  readonly second: Side['row']['target'];
  readonly names: PairWords;
  /** By load. */
  readonly meetings: ReadonlyMap<string, Meeting>;
}

/** A pair with what its repeats tell; without, where nothing is comparable. */
type JudgedPair = Pair & { readonly estimated?: Estimated };

const loadKey = ({ scenario, level }: Load): string => `${scenario}/${levelId(level)}`;

const meet = (
  first: Side,
  second: Side,
  names: PairWords,
  { answerChecks }: VerdictContext,
): Meeting => {
  const pairing = pairRepeats(first, second);
  const { scenario, level } = first.row;
  const reason =
    sideReason(first, names.first, answerChecks) ??
    sideReason(second, names.second, answerChecks) ??
    repeatReason(pairing);
  const common = { load: { scenario, level }, pairing };
  return reason === undefined
    ? { ...common, differences: pairedDifferences(pairing.pairs) }
    : { ...common, reason };
};

/** All pairs of targets that meet at one load at least, in the order of the rows. */
const pairsOf = (sides: readonly Side[], context: VerdictContext): readonly Pair[] => {
  const targets = [...groupBy(sides, ({ row }) => targetId(row.target)).values()];
  return targets.flatMap((own, index) =>
    targets.slice(index + 1).flatMap((others): Pair[] => {
      const [first, second] = [own[0].row.target, others[0].row.target];
      const names = pairWords(first, second, context.plan);
      const byLoad = new Map(others.map((side) => [loadKey(side.row), side]));
      const meetings = own.flatMap((side) => {
        const other = byLoad.get(loadKey(side.row));
        return other === undefined
          ? []
          : [[loadKey(side.row), meet(side, other, names, context)] as const];
      });
      return meetings.length === 0 ? [] : [{ first, second, names, meetings: new Map(meetings) }];
    }),
  );
};

/** What the repeats of all pairs tell, from the noise of all of them. */
const judged = (pairs: readonly Pair[]): readonly JudgedPair[] => {
  const comparable = pairs.flatMap((pair) => {
    const levels = [...pair.meetings].flatMap(([key, { differences }]) =>
      differences === undefined ? [] : [[key, differences] as const],
    );
    return levels.length === 0 ? [] : [{ pair, levels: new Map(levels) }];
  });
  const estimated = estimate(
    comparable.map(({ pair: { first, second }, levels }) => ({
      first: targetId(first),
      second: targetId(second),
      levels,
    })),
  );
  const known = new Map(comparable.map(({ pair }, index) => [pair, estimated[index]]));
  return pairs.map((pair) => {
    const one = known.get(pair);
    return one === undefined ? pair : { ...pair, estimated: one };
  });
};

/** One pair at some loads, with its ratio over those of them at which it is comparable. */
interface Case extends Pick<Pair, 'first' | 'second' | 'names'> {
  readonly meetings: readonly Meeting[];
  readonly ratio: LogRatio | undefined;
}

const verdictOf = (
  { first, second, names, meetings, ratio: logRatio }: Case,
  figure: JudgedFigure,
  decision: Decision | undefined,
): Verdict => {
  const comparable = meetings.filter(({ reason }) => reason === undefined);
  const used = comparable.length === 0 ? meetings : comparable;
  const pairs = used.flatMap(({ pairing }) => pairing.pairs);
  const place = placeText(
    comparable.map(({ load }) => load),
    meetings.map(({ load }) => load),
  );
  const repeats = pairs.length;
  if (decision === undefined || logRatio === undefined) {
    const judgement = { word: 'withheld', reason: meetings[0]?.reason ?? '' } as const;
    const sentence = verdictSentence(place, names, figure, { judgement, repeats });
    return { first, second, judgement, repeats, sentence };
  }
  const { judgement, pValue } = decision;
  const ratio = ratioOf(figure, decision.ratio);
  const needed = isOpen(judgement)
    ? repeatsToDecide(logRatio, repeats / comparable.length, 1 - ratio.interval.confidence)
    : undefined;
  return {
    first,
    second,
    judgement,
    ratio,
    pValue,
    repeats,
    repeatsAhead: pairs.filter(([a, b]) => logSpeed(a) > logSpeed(b)).length,
    ...(needed === undefined ? {} : { repeatsToDecide: needed }),
    sentence: verdictSentence(place, names, figure, {
      judgement,
      interval: ratio.interval,
      repeats,
      unpaired: unpairedText(comparable.map(({ pairing }) => pairing)),
      ...(needed === undefined ? {} : { repeatsToDecide: needed }),
    }),
  };
};

/** @param of - What at most 5 % hold a wrong verdict of: runs, or loads. */
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
      : `At most ${FAMILY_ERROR * 100} % of ${of} hold a wrong verdict${open.length === 1 ? '' : ` among these ${open.length}`}. ${FIGURE_TEXTS[figure]}`;
  return {
    figure,
    familyError: FAMILY_ERROR,
    margin: EQUIVALENCE_MARGIN,
    basis: `${error}Measured ${machineText(environment)}.${servedText(plan)}`,
    verdicts: cases.map((one) => verdictOf(one, figure, decisions[open.indexOf(one)])),
  };
};

/** Names the loads at which the slower one of a headline verdict was the faster, so that no mean hides it. */
const withReversals = (verdict: Verdict, atLoads: readonly LoadVerdicts[]): Verdict => {
  const [faster] = decided(verdict) ?? [];
  const reversed = atLoads.filter((family) => {
    const [there] = decided(verdictOn(family, verdict.first, verdict.second) ?? verdict) ?? [];
    return faster !== undefined && there !== undefined && targetId(there) !== targetId(faster);
  });
  if (reversed.length === 0) return verdict;
  const places = reversed.map((load) => placeText([load], [load]).replace(/^At/, 'at'));
  return { ...verdict, sentence: `${verdict.sentence} The other way round ${places.join('; ')}.` };
};

/**
 * Verdicts for each pair of measured targets: over the whole run, and at each load. Rates come first: at an open loop both targets
 * carry what is offered, so that its medians make the headline only where there is no closed one.
 *
 * Empty where no load has two targets; the no-op backend takes no part.
 */
export const verdictsOf = (
  context: VerdictContext,
  sides: readonly Side[],
): Pick<Summary, 'headline' | 'verdicts'> => {
  const measured = sides.filter(({ row }) => row.engine !== 'noop');
  const byFigure = [...groupBy(measured, ({ row }) => judgedFigure(row.level))]
    .map(([figure, own]) => ({
      figure: figure as JudgedFigure,
      pairs: judged(pairsOf(own, context)),
    }))
    .filter(({ pairs }) => pairs.length > 0);
  const [headline] = byFigure.toSorted(
    (a, b) => Number(b.figure === 'request rate') - Number(a.figure === 'request rate'),
  );
  if (headline === undefined) return {};
  const loads = groupBy(measured, ({ row }) => loadKey(row));
  const verdicts = [...loads].flatMap(([key, [{ row }]]): LoadVerdicts[] => {
    const { scenario, level } = row;
    const figure = judgedFigure(level);
    const pairs = byFigure.find((one) => one.figure === figure)?.pairs ?? [];
    const cases = pairs.flatMap(({ meetings, estimated, ...pair }): Case[] => {
      const meeting = meetings.get(key);
      return meeting === undefined
        ? []
        : [{ ...pair, meetings: [meeting], ratio: estimated?.levels.get(key) }];
    });
    return cases.length === 0
      ? []
      : [{ scenario, level, ...familyOf(cases, figure, 'such loads', context) }];
  });
  const { figure, pairs } = headline;
  const atLoads = verdicts.filter((family) => family.figure === figure);
  const whole = familyOf(
    pairs.map(({ meetings, estimated, ...pair }) => ({
      ...pair,
      meetings: [...meetings.values()],
      ratio: estimated?.whole,
    })),
    figure,
    'runs',
    context,
  );
  return {
    headline: {
      loads: atLoads.map(({ scenario, level }) => ({ scenario, level })),
      ...whole,
      verdicts: whole.verdicts.map((verdict) => withReversals(verdict, atLoads)),
    } satisfies HeadlineVerdicts,
    verdicts,
  };
};
