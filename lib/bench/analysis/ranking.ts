import { levelId, targetId, type Target } from '../model/measurement.ts';
import { type Estimate, repeatsInterval } from '../stats/interval.ts';
import { verdictRepeats } from '../plan/max-time.ts';
import { isOpen, type RatioJudgement } from '../stats/judgement.ts';
import { meanOf } from '../stats/moments.ts';
import { labelOf, targetLabels } from '../wording/labels.ts';
import { isAtLimit } from './checks/check.ts';
import { groupBy } from './group-by.ts';
import { rigLimitOf } from './rig-limit.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary, Validity } from './summary.ts';
import type {
  Compared,
  CpuVerdicts,
  HeadlineVerdicts,
  JudgedFigure,
  Lead,
  LeadAtLevel,
  Load,
  NoRankingReason,
  RankedTarget,
  Ranking,
  RankingFinding,
  Verdict,
  WithheldReason,
} from './verdict-types.ts';
import type { Window } from './windows.ts';
import { needsRepeats } from './verdicts/decided-pairs.ts';

/** The faster and the slower target; undefined if the verdict does not tell them apart. */
export const decided = ({
  judgement: { kind },
  first,
  second,
}: Verdict): readonly [faster: Target, slower: Target] | undefined => {
  if (kind === 'faster') return [first, second];
  return kind === 'slower' ? [second, first] : undefined;
};

/** Finds the verdict on two targets, in either order. */
export const verdictOn = (
  { verdicts }: Pick<HeadlineVerdicts, 'verdicts'>,
  a: Target,
  b: Target,
): Verdict | undefined => {
  const ids = new Set([targetId(a), targetId(b)]);
  return verdicts.find(
    ({ first, second }) => ids.has(targetId(first)) && ids.has(targetId(second)),
  );
};

/** What a ranking follows from; see `Summary`. */
export interface Unranked {
  readonly rows: readonly SummaryRow[];
  readonly validity?: Validity;
  readonly headline?: HeadlineVerdicts;
  readonly cpu?: CpuVerdicts;
}

/** The rows of servings; those of the no-op backend only if the run measured nothing else. */
export const measuredRows = ({ rows }: Pick<Unranked, 'rows'>): readonly SummaryRow[] => {
  const measured = rows.filter((row) => row.engine !== 'noop');
  return measured.length > 0 ? measured : rows;
};

export const isSameLoad = (a: Load, b: Load): boolean =>
  a.scenario === b.scenario && levelId(a.level) === levelId(b.level);

export const rowOf = (
  rows: readonly SummaryRow[],
  target: Target,
  load: Load,
): SummaryRow | undefined =>
  rows.find((row) => targetId(row.target) === targetId(target) && isSameLoad(row, load));

/** The figure by which the targets of a row are compared. */
export const figureOf = (figure: JudgedFigure, row: SummaryRow | undefined): number | undefined =>
  (figure === 'request rate' ? row?.requestRatePerSecond : row?.p50Ms)?.value;

/** The figure of each repeat of a row: the geometric mean of its windows. */
const logsByRepeat = (
  figure: JudgedFigure,
  { windows = [] }: SummaryRow,
): ReadonlyMap<number, number> => {
  const valueOf = ({ requestRatePerSecond, p50Ms }: Window): number =>
    Math.log((figure === 'request rate' ? requestRatePerSecond : p50Ms) ?? Number.NaN);
  const byRepeat = groupBy(windows, ({ repeat }) => String(repeat));
  return new Map(
    [...byRepeat].map(([repeat, of]) => [Number(repeat), meanOf(of.map(valueOf))] as const),
  );
};

/** The geometric mean over levels of the figure of a target; undefined if it lacks one. */
const meanOverLoads = (
  summary: Unranked,
  figure: JudgedFigure,
  loads: readonly Load[],
  target: Target,
): Estimate | undefined => {
  const rows = loads.map((load) => rowOf(measuredRows(summary), target, load));
  const values = rows.flatMap((row) => figureOf(figure, row) ?? []);
  if (values.length < loads.length || values.some((value) => !(value > 0))) return undefined;
  const value = Math.exp(meanOf(values.map(Math.log)));
  const [first = new Map<number, number>(), ...others] = rows.flatMap((row) =>
    row === undefined ? [] : [logsByRepeat(figure, row)],
  );
  const repeats = [...first].flatMap(([repeat, log]) => {
    const all = [log, ...others.flatMap((logs) => logs.get(repeat) ?? [])];
    return all.length < loads.length || all.some(Number.isNaN) ? [] : [Math.exp(meanOf(all))];
  });
  const interval = repeatsInterval(
    value,
    repeats.map((each) => ({ value: each, minError: 0 })),
  );
  return { value, interval };
};

/** How many times as fast a target is as another, by a ratio of their verdict; undefined without an interval. */
const leadBy = (
  { figure }: HeadlineVerdicts,
  { first }: Verdict,
  target: Target,
  ratio: Estimate | undefined,
): Lead | undefined => {
  if (ratio?.interval === undefined) return undefined;
  const { low, high } = ratio.interval;
  const isFirst = targetId(first) === targetId(target);
  // A greater request rate is faster, a greater response time is slower.
  return isFirst === (figure === 'request rate')
    ? { least: low, most: high }
    : { least: 1 / high, most: 1 / low };
};

/** How many times as fast a target is as another; undefined without a verdict. */
const leadOf = (headline: HeadlineVerdicts, target: Target, other: Target): Lead | undefined => {
  const verdict = verdictOn(headline, target, other);
  return verdict && leadBy(headline, verdict, target, verdict.ratio);
};

/** Less is not worth a line, even if it is sure. */
const MIN_SPREAD = 1.1;

/**
 * The levels at which a target leads another least and most, in their order; undefined unless their intervals are apart. Where the rig was
 * the limit, a ratio says nothing of the level.
 */
const leadsAtLevels = (
  rows: readonly SummaryRow[],
  headline: HeadlineVerdicts,
  target: Target,
  other: Target,
): readonly LeadAtLevel[] | undefined => {
  const verdict = verdictOn(headline, target, other);
  const leads = (verdict?.loads ?? []).flatMap(({ scenario, level, ratio }) => {
    const load = { scenario, level };
    const isLimited = [target, other].some((of) => isAtLimit(rowOf(rows, of, load) ?? {}));
    const lead = verdict && leadBy(headline, verdict, target, ratio);
    return lead === undefined || isLimited
      ? []
      : [{ lead, of: { ...load, timesAsFast: Math.sqrt(lead.least * lead.most) } }];
  });
  const [least, ...others] = leads.toSorted((a, b) => a.of.timesAsFast - b.of.timesAsFast);
  const most = others.at(-1);
  if (least === undefined || most === undefined) return undefined;
  return most.lead.least > MIN_SPREAD * least.lead.most
    ? leads.filter((at) => at === least || at === most).map(({ of }) => of)
    : undefined;
};

const REVERSED = { faster: 'slower', slower: 'faster' } as const;

/** How a target compares with another; undefined without a verdict. */
const comparedWith = (
  headline: HeadlineVerdicts,
  target: Target,
  other: Target,
): Compared | undefined => {
  const { judgement, first } = verdictOn(headline, target, other) ?? {};
  const timesAsFast = leadOf(headline, target, other);
  if (judgement === undefined || first === undefined || timesAsFast === undefined) return undefined;
  if (judgement.kind === 'withheld') return undefined;
  const own: RatioJudgement =
    (judgement.kind === 'faster' || judgement.kind === 'slower') &&
    targetId(first) !== targetId(target)
      ? { ...judgement, kind: REVERSED[judgement.kind] }
      : judgement;
  return { judgement: own, timesAsFast };
};

/** The target that is slower than all others, if there is one. */
const slowestOf = (judged: readonly RankedTarget[]): RankedTarget | undefined =>
  judged.find(({ ranks }) => ranks.best === judged.length);

/** The pairs of which one target is faster, as [faster, slower]. */
export const decidedPairs = ({ verdicts }: Pick<HeadlineVerdicts, 'verdicts'>) =>
  verdicts.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });

export const byId = (targets: readonly Target[]): ReadonlyMap<string, Target> =>
  new Map(targets.map((target) => [targetId(target), target]));

/** The targets in an order that agrees with each verdict and, where these leave it open, with their speeds. */
const bySpeed = (
  targets: readonly Target[],
  pairs: ReturnType<typeof decidedPairs>,
  speed: (target: Target) => number,
): readonly Target[] => {
  const ordered: Target[] = [];
  let rest = targets.toSorted((a, b) => speed(b) - speed(a));
  while (rest.length > 0) {
    const left = byId(rest);
    const losses = (target: Target): number =>
      pairs.filter(
        ([faster, slower]) => left.has(targetId(faster)) && targetId(slower) === targetId(target),
      ).length;
    const fewest = Math.min(...rest.map(losses));
    const next = rest.findIndex((target) => losses(target) === fewest);
    ordered.push(...rest.slice(next, next + 1));
    rest = rest.toSpliced(next, 1);
  }
  return ordered;
};

/** The levels on which verdicts rest, with the repeats of each verdict there. */
const judgedLoads = ({ loads, verdicts }: HeadlineVerdicts) =>
  loads.flatMap((load) => {
    const repeats = verdicts.flatMap((verdict) =>
      verdict.loads.flatMap((ofPair) =>
        ofPair.ratio !== undefined && isSameLoad(ofPair, load) ? [ofPair.repeats] : [],
      ),
    );
    return repeats.length === 0 ? [] : [{ load, repeats }];
  });

/** The decided pair with the fastest targets. */
const firstPair = (
  headline: HeadlineVerdicts,
  judged: readonly RankedTarget[],
): readonly [faster: Target, slower: Target] | undefined => {
  const indexOf = (target: Target): number =>
    judged.findIndex((ranked) => targetId(ranked.target) === targetId(target));
  return decidedPairs(headline).toSorted(
    ([a, c], [b, d]) => indexOf(a) - indexOf(b) || indexOf(c) - indexOf(d),
  )[0];
};

const findingIn = (headline: HeadlineVerdicts, judged: readonly RankedTarget[]): RankingFinding => {
  const [first, second, ...others] = judged;
  if (first?.ranks.worst === 1) {
    const leads = [second, others.at(-1)].flatMap((rival) => {
      if (rival === undefined) return [];
      const lead = comparedWith(headline, first.target, rival.target);
      return lead === undefined ? [] : [{ over: rival.target, ...lead }];
    });
    return { code: 'fastest', leads };
  }
  const slowest = slowestOf(judged);
  if (slowest !== undefined) {
    const leads = judged.flatMap(({ target }) => leadOf(headline, target, slowest.target) ?? []);
    const least = Math.min(...leads.map((lead) => lead.least));
    const most = Math.max(...leads.map((lead) => lead.most));
    return { code: 'slowest', target: slowest.target, timesAsFast: { least, most } };
  }
  const given = headline.verdicts.filter(({ judgement }) => judgement.kind !== 'withheld');
  if (given.every(({ judgement }) => judgement.kind === 'equal')) return { code: 'all-equal' };
  const [faster, slower] = firstPair(headline, judged) ?? [];
  if (faster === undefined || slower === undefined) return { code: 'none-faster' };
  const lead = comparedWith(headline, faster, slower);
  return lead === undefined
    ? { code: 'none-faster' }
    : { code: 'decided-pair', faster, slower, lead };
};

/** Whether a reason is that a target does not carry what others carry, which the answer says of it. */
export const isOfFailing = (
  reason: WithheldReason,
  { headline }: Pick<Unranked, 'headline'>,
): boolean =>
  'target' in reason &&
  (headline?.failing ?? []).some(
    (failing) =>
      failing.reason.code === reason.code && targetId(failing.target) === targetId(reason.target),
  );

/** The verdicts that do not fail for that. */
export const verdictsOnCarrying = (summary: Pick<Unranked, 'headline'>): readonly Verdict[] =>
  (summary.headline?.verdicts ?? []).filter(
    ({ judgement }) => judgement.kind !== 'withheld' || !isOfFailing(judgement.reason, summary),
  );

/** Why nothing is ranked. */
export const noRankingReason = ({
  headline,
  plan,
  rows,
  stopped,
}: Pick<Summary, 'headline' | 'plan' | 'rows' | 'stopped'>): NoRankingReason => {
  const { verdicts = [], failing = [] } = headline ?? {};
  const others = verdictsOnCarrying({ headline });
  const reasons = (others.length > 0 ? others : verdicts).flatMap(({ judgement }) =>
    judgement.kind === 'withheld' ? [judgement.reason] : [],
  );
  const [most] = [...groupBy(reasons, (reason) => JSON.stringify(reason)).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const isFailing = byId(failing.map(({ target }) => target));
  const rigLimit = rigLimitOf(
    measuredRows({ rows }).filter(({ target }) => !isFailing.has(targetId(target))),
    verdictRepeats(plan),
  );
  const isRigLimit = reasons.every(({ code }) => code === 'rig-limit');
  if (rigLimit !== undefined && isRigLimit) return rigLimit;
  if (most !== undefined && stopped?.why === 'time-up' && needsRepeats(most[0])) {
    return { code: 'time-up', repeats: stopped.repeats, needed: verdictRepeats(plan) };
  }
  if (most !== undefined) return { code: 'withheld', reason: most[0] };
  if (plan.targets.length === 1) return { code: 'one-target' };
  return { code: plan.options.engine === 'noop' ? 'noop-backend' : 'no-common-level' };
};

/** The targets with a verdict, the fastest first, and the mean of each over the judged levels. */
export const orderOf = (summary: Unranked, headline: HeadlineVerdicts) => {
  const { figure, verdicts } = headline;
  const targets = byId(
    verdicts.flatMap(({ ratio, first, second }) => (ratio === undefined ? [] : [first, second])),
  );
  const loads = judgedLoads(headline).map(({ load }) => load);
  const means = new Map(
    [...targets].map(([id, target]) => [id, meanOverLoads(summary, figure, loads, target)]),
  );
  // The shortest response time is the best one.
  const sign = figure === 'request rate' ? 1 : -1;
  const speed = (target: Target): number =>
    sign * (means.get(targetId(target))?.value ?? -sign * Infinity);
  return { ordered: bySpeed([...targets.values()], decidedPairs(headline), speed), means };
};

/** The verdict on each target of an order and the next. */
export const verdictsOnNeighbours = (
  headline: HeadlineVerdicts,
  ordered: readonly Target[],
): readonly Verdict[] =>
  ordered.flatMap((target, at) => {
    const next = ordered[at + 1];
    return next === undefined ? [] : (verdictOn(headline, target, next) ?? []);
  });

/** The verdicts on neighbours in the order of a run that more repeats could decide. */
export const openNeighbours = (summary: Unranked): readonly Verdict[] =>
  summary.headline === undefined
    ? []
    : verdictsOnNeighbours(summary.headline, orderOf(summary, summary.headline).ordered).filter(
        ({ judgement }) => isOpen(judgement),
      );

/** Whether nothing is known but that targets are at the limit of the rig, so that more repeats would hardly tell more. */
export const isRigLimited = (headline: HeadlineVerdicts, rows: readonly SummaryRow[]): boolean => {
  const limited = byId(rows.filter(isAtLimit).map(({ target }) => target));
  const compared = verdictsOnCarrying({ headline });
  return (
    compared.length > 0 &&
    compared.every(({ judgement, first, second }) =>
      judgement.kind === 'withheld'
        ? judgement.reason.code === 'rig-limit'
        : judgement.kind === 'noisy' &&
          [first, second].some((target) => limited.has(targetId(target))),
    )
  );
};

/** The ranking of a run; undefined if there is no verdict, only the limit of the rig is known, or the run is invalid. */
export const rankingOf = (summary: Unranked): Ranking | undefined => {
  const { headline, validity } = summary;
  if (headline === undefined || validity?.valid === false) return undefined;
  if (isRigLimited(headline, measuredRows(summary))) return undefined;
  const { figure, verdicts } = headline;
  const loads = judgedLoads(headline);
  const pairs = decidedPairs(headline);
  const { ordered, means } = orderOf(summary, headline);
  const isDecided = pairs.length > 0;
  const ranked = byId(ordered);
  const count = (index: 0 | 1, target: Target): number =>
    pairs.filter((pair) => targetId(pair[index]) === targetId(target)).length;
  const names = targetLabels(ordered);
  const byName = ordered.toSorted((a, b) => labelOf(names, a).localeCompare(labelOf(names, b)));
  const judged = (isDecided ? ordered : byName).map((target) => ({
    target,
    ranks: { best: 1 + count(1, target), worst: ordered.length - count(0, target) },
    mean: means.get(targetId(target)),
  }));
  if (judged.length === 0) return undefined;
  const repeats = loads.flatMap((ofLoad) => ofLoad.repeats);
  const finding = findingIn(headline, judged);
  const shown = judged.flatMap(({ target }, at) =>
    judged
      .slice(at + 1, isDecided ? at + 2 : undefined)
      .map(({ target: over }) => ({ target, over })),
  );
  // The targets of the only decided pair need not be neighbours.
  const isMissing =
    finding.code === 'decided-pair' &&
    !shown.some(
      ({ target, over }) =>
        targetId(target) === targetId(finding.faster) &&
        targetId(over) === targetId(finding.slower),
    );
  const found = isMissing ? [{ target: finding.faster, over: finding.slower }] : [];
  return {
    figure,
    loads: loads.map(({ load }) => load),
    allLoads: headline.loads.length,
    isUneven: new Set(loads.map((ofLoad) => ofLoad.repeats.length)).size > 1,
    repeats: { least: Math.min(...repeats), most: Math.max(...repeats) },
    isDecided,
    finding,
    judged,
    pairs: [...found, ...shown].flatMap(({ target, over }) => {
      const compared = comparedWith(headline, target, over);
      const atLevels = leadsAtLevels(measuredRows(summary), headline, target, over);
      return compared === undefined ? [] : [{ target, over, ...compared, atLevels }];
    }),
    unjudged: [...byId(verdicts.flatMap(({ first, second }) => [first, second])).values()].filter(
      (target) => !ranked.has(targetId(target)),
    ),
  };
};
