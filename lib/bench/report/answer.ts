import { checkFacts } from '../analysis/checks/check-facts.ts';
import { checksSupport } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { decided, verdictOn, type HeadlineVerdicts } from '../analysis/verdicts/verdict.ts';
import { levelId, targetId, type Target } from '../model/measurement.ts';
import { reasonOf } from '../stats/judgement.ts';
import { counted, roughPercent } from '../wording/format-number.ts';
import { levelLabel, targetLabels } from '../wording/labels.ts';
import type { Chip } from './model.ts';
import { measuredRows } from './row-groups.ts';

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
  readonly headline: HeadlineVerdicts;
  /** The fastest first. */
  readonly judged: readonly RankedTarget[];
  /** Those without a verdict. */
  readonly others: readonly ComparedTarget[];
}

/** What a headline is of: `warm, 8 VUs`, `all 4 loads`. */
export const loadsLabel = ({ loads }: Pick<HeadlineVerdicts, 'loads'>): string => {
  const [load] = loads;
  return load !== undefined && loads.length === 1
    ? `${load.scenario}, ${levelLabel(load.level)}`
    : `all ${loads.length} loads`;
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

/** Undefined where no verdict was given. */
export const rankingOf = (summary: Summary): Ranking | undefined => {
  const { headline, plan } = summary;
  if (headline === undefined) return undefined;
  const ranked = bySpeed(headline);
  if (ranked.length === 0) return undefined;
  const load = headline.loads.at(-1);
  const rows = measuredRows(summary);
  const all = rows.map(({ target }) => target);
  const [labels, shortLabels] = [targetLabels(all, plan), targetLabels(all)];
  const compared = (target: Target): ComparedTarget => {
    const id = targetId(target);
    return {
      target,
      label: labels.get(id) ?? id,
      shortLabel: shortLabels.get(id) ?? id,
      row: rows.find(
        (row) =>
          targetId(row.target) === id &&
          row.scenario === load?.scenario &&
          levelId(row.level) === levelId(load.level),
      ),
    };
  };
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
 * @param isNamed whether the words name the other
 */
export const against = (
  headline: HeadlineVerdicts,
  one: RankedTarget,
  other: RankedTarget,
  isNamed = true,
): string => {
  const judgement = verdictOn(headline, one.target, other.target)?.judgement;
  const lead = leadOf(headline, one.target, other.target);
  if (judgement === undefined || lead === undefined) return '';
  const [least, most] = lead;
  const named = (word: string): string => (isNamed ? ` ${word} ${other.shortLabel}` : '');
  if (judgement.word === 'equal') return `equal${named('to')} within 3 %`;
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
    return `All ${length} targets are equal within 3 %`;
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

const mark = (isGood: boolean, good: string, bad: string): Chip => ({
  kind: isGood ? 'passed' : 'failed',
  text: isGood ? good : bad,
});

/** What a reader must know to believe the figures, in a word or two each. */
export const trustMarks = (summary: Summary): readonly Chip[] => {
  const rows = measuredRows(summary);
  const asked = summary.answerChecks.length;
  const right = summary.answerChecks.filter(({ state }) => state === 'passed').length;
  const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
  const excluded = rows.filter((row) => !checksSupport(row));
  const failing = excluded.flatMap(({ checks = [] }) =>
    checks.flatMap(({ check, state }) => (state === 'failed' ? checkFacts[check].title : [])),
  );
  const limits = rows.flatMap(({ noopLimit }) => noopLimit ?? []);
  const most = Math.max(...limits.map(({ worst }) => worst.share));
  const limitText = `rig at ${roughPercent(most)} % of its limit`;
  return [
    ...(asked === 0
      ? []
      : [
          mark(right === asked, 'answers correct', `answers of ${asked - right} of ${asked} wrong`),
        ]),
    mark(failed === 0, 'no failures', `${counted(failed, 'request')} failed`),
    ...(limits.length === 0 ? [] : [mark(!limits.some(({ near }) => near), limitText, limitText)]),
    mark(
      excluded.length === 0,
      'all results pass their checks',
      `${excluded.length} of ${counted(rows.length, 'result')} fail a check: ${[...new Set(failing)].join(', ')}`,
    ),
  ];
};
