import { counted } from '../../wording/format-number.ts';
import type { Summary } from '../../analysis/summary.ts';
import { headlineFamilies } from '../../analysis/verdicts/headline.ts';
import { standingOf, verdictOn, type Standing } from '../../analysis/verdicts/standing.ts';
import type { Verdict, VerdictFamily } from '../../analysis/verdicts/verdict.ts';
import { levelId, targetId, type Target } from '../../model/measurement.ts';
import { levelLabel } from '../../wording/labels.ts';
import { labelOf, type Labels } from '../columns.ts';
import type { NamedLine } from '../model.ts';

/** More names than these nobody reads in a line. */
const MOST_NAMES = 4;

const namesOf = (targets: readonly Target[], labels: Labels): string => {
  const names = targets.slice(0, MOST_NAMES).map((target) => labelOf(labels, target));
  const left = targets.length - names.length;
  return left === 0 ? names.join(', ') : `${names.join(', ')} and ${left} more`;
};

/** The targets of a family, the fastest first: by the request rate, or at an open loop by the median response time. */
const bySpeed = (
  targets: readonly Target[],
  { scenario, level, figure }: VerdictFamily,
  { rows }: Summary,
): readonly Target[] => {
  const speeds = new Map(
    rows
      .filter(
        (row) =>
          row.engine !== 'noop' &&
          row.scenario === scenario &&
          levelId(row.level) === levelId(level),
      )
      .map((row) => [
        targetId(row.target),
        figure === 'request rate'
          ? (row.requestRatePerSecond?.value ?? 0)
          : -(row.p50Ms?.value ?? Infinity),
      ]),
  );
  const speedOf = (target: Target): number => speeds.get(targetId(target)) ?? 0;
  return targets.toSorted((a, b) => speedOf(b) - speedOf(a));
};

/** The verdict on the two that are ahead, which says by how much and how surely. */
const sentenceOn = (family: VerdictFamily, first?: Target, second?: Target): string =>
  first === undefined || second === undefined
    ? ''
    : ` ${verdictOn(family, first, second)?.sentence ?? ''}`.trimEnd();

/** Who is left where nobody beat all others: those that none beat, and those that one did. */
const aheadText = (ahead: readonly Target[], judged: readonly Target[], labels: Labels): string => {
  const names = namesOf(ahead, labels);
  const beaten = judged.filter((target) => !ahead.includes(target));
  if (beaten.length === 0) {
    return `none of ${judged.length} targets was faster than another beyond doubt (${names}).`;
  }
  const left =
    ahead.length === 1
      ? `${names} was not shown to be slower than another target, nor faster than all`
      : `of ${names} none was shown to be faster than another`;
  return `${left}; slower than at least one target: ${namesOf(beaten, labels)}.`;
};

/** What was decided between two targets, the faster ones first: more of an answer than what was not. */
const decidedAmong = (
  family: VerdictFamily,
  ranked: readonly Target[],
): readonly [Target, Target] | undefined =>
  ranked
    .flatMap((faster) => ranked.map((slower) => [faster, slower] as const))
    .find(([faster, slower]) => {
      const { first, word, withheld } = verdictOn(family, faster, slower) ?? {};
      if (withheld !== undefined || first === undefined) return false;
      return word === (targetId(first) === targetId(faster) ? 'faster' : 'slower');
    });

const winnerText = (
  family: VerdictFamily,
  standing: Standing,
  summary: Summary,
  labels: Labels,
): string => {
  const { winner, unbeaten, judged } = standing;
  const ranked = bySpeed(judged, family, summary);
  if (winner !== undefined) {
    const others = ranked.filter((target) => target !== winner);
    return `${namesOf([winner], labels)}, faster than ${others.length === 1 ? 'the other target' : `each of ${others.length} others`}.${sentenceOn(family, winner, others[0])}`;
  }
  const ahead = ranked.filter((target) => unbeaten.includes(target));
  const [first, second] = ranked;
  const [one, other] = decidedAmong(family, ranked) ?? [ahead[0] ?? first, ahead[1] ?? second];
  return `No winner: ${aheadText(ahead, ranked, labels)}${sentenceOn(family, one, other)}`;
};

const withheldText = (verdicts: readonly Verdict[]): string => {
  const [first = '', ...others] = new Set(verdicts.flatMap(({ withheld }) => withheld ?? []));
  return `No verdict: ${first}${others.length === 0 ? '' : ` Other reasons (${others.length}) stand under Verdicts.`}`;
};

/** Who was fastest in each scenario, at the load that stands for it, or between whom nothing could be decided. */
export const winnerLines = (summary: Summary, labels: Labels): readonly NamedLine[] =>
  headlineFamilies(summary.verdicts ?? []).map((family) => {
    const standing = standingOf(family);
    const withheld = family.verdicts.filter((verdict) => verdict.withheld !== undefined);
    const left =
      withheld.length === 0
        ? ''
        : ` ${withheld.length} of ${counted(family.verdicts.length, 'verdict is', 'verdicts are')} withheld: ${withheld[0]?.withheld ?? ''}`;
    return {
      name: `${family.figure === 'request rate' ? 'Fastest' : 'Shortest median response'}, ${family.scenario}, ${levelLabel(family.level)}`,
      text:
        standing.judged.length === 0
          ? withheldText(withheld)
          : winnerText(family, standing, summary, labels) + left,
    };
  });
