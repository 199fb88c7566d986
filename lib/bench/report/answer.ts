import { checkFacts } from '../analysis/checks/check-facts.ts';
import { checksSupport } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { standingOf, verdictOn } from '../analysis/verdicts/ranking.ts';
import type { HeadlineVerdicts } from '../analysis/verdicts/verdict.ts';
import { levelId, targetId, type Target } from '../model/measurement.ts';
import { reasonOf } from '../stats/judgement.ts';
import { counted, roughPercent } from '../wording/format-number.ts';
import { levelLabel, targetLabels } from '../wording/labels.ts';
import type { Chip } from './model.ts';
import { measuredRows } from './row-groups.ts';

/** A target among those that a run compares. */
export interface RankedTarget {
  readonly target: Target;
  /** With what kind of server it was; see {@link targetLabels}. */
  readonly label: string;
  /** The same in a few words, for a second mention. */
  readonly shortLabel: string;
  /** Its result at the heaviest load; absent where that was not measured. */
  readonly row: SummaryRow | undefined;
  /** The ranks that its verdicts leave open: 2 to 3, where it is not told apart from one other. Absent without a verdict. */
  readonly ranks?: readonly [best: number, worst: number];
}

/** The targets of a run by their speed over all loads, the fastest first, and those without a verdict at the end. */
export interface Ranking {
  readonly headline: HeadlineVerdicts;
  readonly targets: readonly RankedTarget[];
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

/** The judged targets by their mean lead over all others. */
const bySpeed = (headline: HeadlineVerdicts): readonly Target[] => {
  const { judged } = standingOf(headline);
  const meanLead = (one: Target): number =>
    judged.reduce((sum, other) => {
      const [least, most] = leadOf(headline, one, other) ?? [1, 1];
      return sum + Math.log(least * most);
    }, 0);
  const leads = new Map(judged.map((target) => [target, meanLead(target)]));
  return judged.toSorted((a, b) => (leads.get(b) ?? 0) - (leads.get(a) ?? 0));
};

const isEqual = (headline: HeadlineVerdicts, one: Target, other: Target): boolean =>
  verdictOn(headline, one, other)?.judgement.word === 'equal';

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
  const placed = (target: Target): RankedTarget => {
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
  const rankedIds = new Set(ranked.map(targetId));
  const others = headline.verdicts
    .flatMap(({ first, second }) => [first, second])
    .filter((target) => !rankedIds.has(targetId(target)));
  const unranked = new Map(others.map((target) => [targetId(target), target]));
  return {
    headline,
    targets: [
      ...ranked.map((target) => {
        const leads = ranked.flatMap((other) => {
          const lead = other === target ? undefined : leadOf(headline, target, other);
          return lead === undefined || isEqual(headline, target, other) ? [] : [lead];
        });
        const faster = leads.filter(([, most]) => most < 1).length;
        const slower = leads.filter(([least]) => least > 1).length;
        return { ...placed(target), ranks: [1 + faster, ranked.length - slower] as const };
      }),
      ...[...unranked.values()].map(placed),
    ],
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

/** Whether a target is slower than every other one of so many. */
export const isSlowest = ({ ranks }: RankedTarget, of: number): boolean => ranks?.[0] === of;

/** What the run found, in one sentence without a full stop: the fastest, else the slowest, else what is told apart. */
export const findingOf = ({ headline, targets }: Ranking): string => {
  const judged = targets.filter(({ ranks }) => ranks !== undefined);
  const { length } = judged;
  const [first, second] = judged;
  const last = judged.at(-1);
  if (first === undefined || second === undefined || last === undefined) return '';
  if (first.ranks?.[1] === 1) {
    const leads = [second, ...(length > 2 ? [last] : [])];
    return `${first.label} is the fastest: ${leads.map((other) => against(headline, first, other)).join(', ')}`;
  }
  if (isSlowest(last, length)) {
    const leads = judged
      .slice(0, -1)
      .map(({ target }) => leadOf(headline, target, last.target) ?? [1, 1]);
    const range = percentRange(
      Math.min(...leads.map(([least]) => least)),
      Math.max(...leads.map(([, most]) => most)),
    );
    return `${last.label} is the slowest: the other ${length - 1} are ${range} faster`;
  }
  const given = headline.verdicts.filter(({ judgement }) => reasonOf(judgement) === undefined);
  if (given.every(({ judgement }) => judgement.word === 'equal')) {
    return `All ${length} targets are equal within 3 %`;
  }
  const pair = judged
    .flatMap((one) => judged.map((other) => [one, other] as const))
    .find(([one, other]) => (leadOf(headline, one.target, other.target)?.[0] ?? 0) > 1);
  return pair === undefined
    ? `None of ${length} targets was shown to be faster than another`
    : `${pair[0].label} is ${against(headline, ...pair)}, but not shown to be faster than all others`;
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
