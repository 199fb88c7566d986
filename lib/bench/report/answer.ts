import { checkFacts } from '../analysis/checks/check-facts.ts';
import { groupBy } from '../analysis/group-by.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import {
  decided,
  verdictOn,
  type HeadlineVerdicts,
  type Load,
} from '../analysis/verdicts/verdict.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { isOpen, reasonOf } from '../stats/judgement.ts';
import { MOST_REPEATS } from '../stats/power.ts';
import { roughPercent } from '../wording/format-number.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { labelOf, levelWords, rowLabels } from '../wording/labels.ts';
import { measuredRows, rowOf } from './row-groups.ts';

/** A target among those that a run compares. */
export interface ComparedTarget {
  readonly target: Target;
  /** With what kind of server it was; see {@link targetLabels}. */
  readonly label: string;
  /** The same in a few words, for a second mention. */
  readonly shortLabel: string;
  /** Its result at the heaviest load; absent where that was not measured. */
  readonly row: SummaryRow | undefined;
}

export interface RankedTarget extends ComparedTarget {
  /** The ranks that its verdicts leave open: 2 to 3, where it is not told apart from one other. */
  readonly ranks: readonly [best: number, worst: number];
}

/** The targets of a run by their speed over all loads. */
export interface Ranking {
  /** Of the loads that its verdicts rest on only: one at which every result fails a check is not among them. */
  readonly headline: HeadlineVerdicts;
  /** How many loads there are. */
  readonly allLoads: number;
  /** Whether some of the verdicts rest on fewer loads than others. */
  readonly isUneven: boolean;
  /** Repeats of a load that the verdicts rest on, at least and at most. */
  readonly repeats: readonly [least: number, most: number];
  /** The fastest first. */
  readonly judged: readonly RankedTarget[];
  /** Those without a verdict. */
  readonly others: readonly ComparedTarget[];
}

/** More levels than these are counted and not named. */
const NAMED_LEVELS = 3;

/** What a headline is of: `8 virtual users`, `1 and 8 virtual users`, `4 loads`. */
export const loadsLabel = ({ loads }: Pick<HeadlineVerdicts, 'loads'>): string => {
  const [first, ...others] = loads;
  const last = others.at(-1);
  if (first === undefined) return '';
  if (last === undefined) {
    return `${levelWords(first.level)}${first.scenario === 'cold' ? ', cold' : ''}`;
  }
  const users = loads.flatMap(({ scenario, level }) =>
    scenario === 'warm' && level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  return users.length === loads.length && users.length <= NAMED_LEVELS
    ? `${users.slice(0, -1).join(', ')} and ${levelWords(last.level)}`
    : `${loads.length} loads`;
};

/** By how much one target is faster than another at least and at most, as ratios; undefined without a verdict. */
const leadOf = (
  headline: HeadlineVerdicts,
  one: Target,
  other: Target,
): readonly [least: number, most: number] | undefined => {
  const verdict = verdictOn(headline, one, other);
  const interval = verdict?.ratio?.interval;
  if (verdict === undefined || interval === undefined) return undefined;
  const { low, high } = interval;
  const isFirst = targetId(verdict.first) === targetId(one);
  // Of a rate the greater one is the faster, of a response time the smaller.
  return isFirst === (headline.figure === 'request rate') ? [low, high] : [1 / high, 1 / low];
};

/** The judged targets by their ratios to all others, the fastest first. */
const bySpeed = ({ figure, verdicts }: HeadlineVerdicts): readonly Target[] => {
  const sign = figure === 'request rate' ? 1 : -1;
  const leads = new Map<string, { readonly target: Target; readonly lead: number }>();
  const add = (target: Target, lead: number): void => {
    const before = leads.get(targetId(target))?.lead ?? 0;
    leads.set(targetId(target), { target, lead: before + lead });
  };
  for (const { first, second, ratio } of verdicts) {
    if (ratio === undefined) continue;
    const lead = sign * Math.log(ratio.value);
    add(first, lead);
    add(second, -lead);
  }
  return [...leads.values()].toSorted((a, b) => b.lead - a.lead).map(({ target }) => target);
};

/** The pairs that are told apart. */
const decidedPairs = ({ verdicts }: HeadlineVerdicts) =>
  verdicts.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });

/** A target of a run, by its names and its result at a load. */
const comparedAt = (
  summary: Summary,
  load: Load | undefined,
): ((target: Target) => ComparedTarget) => {
  const rows = measuredRows(summary);
  const [labels, shortLabels] = [rowLabels(rows, summary.plan), rowLabels(rows)];
  return (target) => ({
    target,
    label: labelOf(labels, target),
    shortLabel: labelOf(shortLabels, target),
    row: load && rowOf(rows, target, load),
  });
};

/** The targets of a run in which nothing is ranked, and the load that their results are of. */
export const unrankedOf = (
  summary: Summary,
): { readonly load: Load | undefined; readonly targets: readonly ComparedTarget[] } => {
  const load = measuredRows(summary).findLast(({ repeats }) => repeats > 0);
  const compared = comparedAt(summary, load);
  return { load, targets: load === undefined ? [] : summary.plan.targets.map(compared) };
};

/** What was judged at each load that the verdicts over all loads rest on. */
const judgedAtLoads = ({ headline, verdicts = [] }: Summary) =>
  verdicts.flatMap(({ figure, scenario, level, verdicts: atLoad }) => {
    const repeats = atLoad.flatMap((verdict) =>
      verdict.ratio === undefined ? [] : [verdict.repeats],
    );
    return figure !== headline?.figure || repeats.length === 0
      ? []
      : [{ load: { scenario, level }, repeats }];
  });

/** Undefined where no verdict was given, and where the run is invalid. */
export const rankingOf = (summary: Summary): Ranking | undefined => {
  const { validity } = summary;
  if (summary.headline === undefined || validity?.valid === false) return undefined;
  const judgedAt = judgedAtLoads(summary);
  const headline = { ...summary.headline, loads: judgedAt.map(({ load }) => load) };
  const repeats = judgedAt.flatMap((one) => one.repeats);
  const ranked = bySpeed(headline);
  if (ranked.length === 0) return undefined;
  const compared = comparedAt(summary, headline.loads.at(-1));
  const pairs = decidedPairs(headline);
  const timesAt = (place: 0 | 1, target: Target): number =>
    pairs.filter((pair) => targetId(pair[place]) === targetId(target)).length;
  const others = new Map(
    headline.verdicts
      .flatMap(({ first, second }) => [first, second])
      .map((target) => [targetId(target), target]),
  );
  for (const target of ranked) others.delete(targetId(target));
  return {
    headline,
    allLoads: summary.headline.loads.length,
    isUneven: new Set(judgedAt.map((one) => one.repeats.length)).size > 1,
    repeats: [Math.min(...repeats), Math.max(...repeats)],
    judged: ranked.map((target) => ({
      ...compared(target),
      ranks: [1 + timesAt(1, target), ranked.length - timesAt(0, target)],
    })),
    others: [...others.values()].map(compared),
  };
};

const percentRange = (least: number, most: number): string =>
  `${roughPercent(least - 1)}–${roughPercent(most - 1)} %`;

/**
 * What the run says of one target against another, in a few words; empty where it says nothing.
 *
 * @param name of the other in these words; empty where they are not to name it
 */
export const against = (
  headline: HeadlineVerdicts,
  one: RankedTarget,
  other: RankedTarget,
  name = other.shortLabel,
): string => {
  const judgement = verdictOn(headline, one.target, other.target)?.judgement;
  const lead = leadOf(headline, one.target, other.target);
  if (judgement === undefined || lead === undefined) return '';
  const [least, most] = lead;
  const named = (word: string): string => (name === '' ? '' : ` ${word} ${name}`);
  if (judgement.word === 'equal') return `equal${named('to')} within ${MARGIN_TEXT}`;
  if (judgement.word === 'bounded') {
    return `no difference above ${roughPercent(judgement.most)} %${named('from')}`;
  }
  if (judgement.word === 'noisy') return `too noisy to tell${named('from')}`;
  return least > 1
    ? `${percentRange(least, most)} faster${named('than')}`
    : `${percentRange(1 / most, 1 / least)} slower${named('than')}`;
};

/** The target that is slower than every other one, if there is one. */
export const slowestOf = ({ judged }: Ranking): RankedTarget | undefined =>
  judged.find(({ ranks }) => ranks[0] === judged.length);

/** What the run found, in one sentence without a full stop: the fastest, else the slowest, else what is told apart. */
export const findingOf = (ranking: Ranking): string => {
  const { headline, judged } = ranking;
  const { length } = judged;
  const [first, second] = judged;
  const last = judged.at(-1);
  if (first === undefined || second === undefined || last === undefined) return '';
  if (first.ranks[1] === 1) {
    const leads = [second, ...(length > 2 ? [last] : [])];
    return `${first.label} is the fastest: ${leads.map((other) => against(headline, first, other)).join(', ')}`;
  }
  const slowest = slowestOf(ranking);
  if (slowest !== undefined) {
    const leads = judged
      .filter((one) => one !== slowest)
      .map(({ target }) => leadOf(headline, target, slowest.target) ?? [1, 1]);
    const range = percentRange(
      Math.min(...leads.map(([least]) => least)),
      Math.max(...leads.map(([, most]) => most)),
    );
    return `${slowest.label} is the slowest: the other ${length - 1} are ${range} faster`;
  }
  const given = headline.verdicts.filter(({ judgement }) => reasonOf(judgement) === undefined);
  if (given.every(({ judgement }) => judgement.word === 'equal')) {
    return `All ${length} targets are equal within ${MARGIN_TEXT}`;
  }
  const placeOf = (target: Target): number =>
    judged.findIndex((one) => targetId(one.target) === targetId(target));
  const [pair] = decidedPairs(headline)
    .map((targets) => targets.map(placeOf))
    .toSorted(([a = 0, c = 0], [b = 0, d = 0]) => a - b || c - d);
  const [one, other] = (pair ?? []).map((place) => judged[place]);
  return one === undefined || other === undefined
    ? `None of ${length} targets was shown to be faster than another`
    : `${one.label} is ${against(headline, one, other)}, but not shown to be faster than all others`;
};

/** Why no targets are ranked, as a sentence without a full stop. */
export const noRankingText = ({ headline, plan }: Summary): string => {
  const reasons = headline?.verdicts.flatMap(({ judgement }) => reasonOf(judgement) ?? []) ?? [];
  const [[reason] = []] = [...groupBy(reasons, (one) => one)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  if (reason !== undefined) return `No verdict. ${reason.replace(/\.$/, '')}`;
  if (plan.targets.length === 1)
    return 'No verdict: there is one target, and nothing to compare it with';
  return plan.options.engine === 'noop'
    ? 'No verdict: with the no-op backend a run measures its own rig, not servings'
    : 'No verdict: no two targets were measured at the same load';
};

/** How to decide what is open; undefined where nothing is. */
const openStep = ({ headline }: Summary): string | undefined => {
  const open = (headline?.verdicts ?? []).filter(({ judgement }) => isOpen(judgement));
  if (open.length === 0) return undefined;
  const repeats = open.flatMap(({ repeatsToDecide }) => repeatsToDecide ?? []);
  const what = open.length === 1 ? 'what is open' : `the ${open.length} open pairs`;
  return repeats.length === open.length
    ? `--repeats ${Math.max(...repeats)} would probably decide ${what}, fewer on an otherwise idle machine`
    : `even ${MOST_REPEATS} repeats would hardly decide ${what}: close other programs, as a busy machine is noisy, or try a longer --duration`;
};

/** What to do about results that fail a check, the first as an example; undefined where none does. */
const checkStep = (summary: Summary): string | undefined => {
  const failing = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  const [first] = failing;
  return (
    first && `${checkFacts[first.check].title}: ${first.advice ?? first.finding}`.replace(/\.$/, '')
  );
};

/** What makes a valid answer a better one, or an invalid one whole, the first step first, each as a sentence without a full stop. */
export const stepsOf = (summary: Summary): readonly string[] => {
  const { validity } = summary;
  if (validity?.valid !== false) {
    return [checkStep(summary), openStep(summary)].filter((step) => step !== undefined);
  }
  const { resume } = validity;
  return resume === undefined ? [] : [`once that is fixed, ${resume} repeats what failed`];
};
