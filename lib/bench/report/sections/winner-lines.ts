import { counted } from '../../wording/format-number.ts';
import type { Summary } from '../../analysis/summary.ts';
import { decided, standingOf, verdictOn, type Standing } from '../../analysis/verdicts/standing.ts';
import type { HeadlineVerdicts, VerdictFamily } from '../../analysis/verdicts/verdict.ts';
import { targetId, type Target } from '../../model/measurement.ts';
import { reasonOf } from '../../stats/judgement.ts';
import { levelLabel } from '../../wording/labels.ts';
import { labelOf, type Labels } from '../columns.ts';
import type { NamedLine } from '../model.ts';

/** More names than these nobody reads in a line. */
const MOST_NAMES = 4;

/** What a headline is of: `warm, 8 VUs`, `all 4 loads`. */
export const loadsLabel = ({ loads }: Pick<HeadlineVerdicts, 'loads'>): string => {
  const [load] = loads;
  return load !== undefined && loads.length === 1
    ? `${load.scenario}, ${levelLabel(load.level)}`
    : `all ${loads.length} loads`;
};

const namesOf = (targets: readonly Target[], labels: Labels): string => {
  const names = targets.slice(0, MOST_NAMES).map((target) => labelOf(labels, target));
  const left = targets.length - names.length;
  return left === 0 ? names.join(', ') : `${names.join(', ')} and ${left} more`;
};

/** The targets of a family, the fastest first, by their ratios to all others. */
export const rankedBySpeed = ({ figure, verdicts }: VerdictFamily): readonly Target[] => {
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

const winnerText = (
  family: VerdictFamily,
  { winner, unbeaten }: Standing,
  labels: Labels,
): string => {
  const ranked = rankedBySpeed(family);
  if (winner !== undefined) {
    const others = ranked.filter((target) => target !== winner);
    return `${namesOf([winner], labels)}, faster than ${others.length === 1 ? 'the other target' : `each of ${others.length} others`}.${sentenceOn(family, winner, others[0])}`;
  }
  const ahead = ranked.filter((target) => unbeaten.includes(target));
  // What was decided, the fastest ones first, is more of an answer than what was not.
  const pairs = family.verdicts.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });
  const [pair] = pairs.toSorted(
    ([a, c], [b, d]) =>
      ranked.indexOf(a) - ranked.indexOf(b) || ranked.indexOf(c) - ranked.indexOf(d),
  );
  const [one, other] = pair ?? [ahead[0], ahead[1]];
  return `No winner: ${aheadText(ahead, ranked, labels)}${sentenceOn(family, one, other)}`;
};

/** Who was fastest over the whole run, or between whom nothing could be decided. */
export const winnerLines = ({ headline }: Summary, labels: Labels): readonly NamedLine[] => {
  if (headline === undefined) return [];
  const { verdicts, figure } = headline;
  const reasons = verdicts.flatMap(({ judgement }) => reasonOf(judgement) ?? []);
  const [reason = '', ...others] = new Set(reasons);
  const standing = standingOf(headline);
  const left =
    reasons.length === 0
      ? ''
      : ` ${reasons.length} of ${counted(verdicts.length, 'verdict is', 'verdicts are')} withheld: ${reason}`;
  return [
    {
      name: `${figure === 'request rate' ? 'Fastest' : 'Shortest median response'}, ${loadsLabel(headline)}`,
      text:
        standing.judged.length === 0
          ? `No verdict: ${reason}${others.length === 0 ? '' : ` Other reasons (${others.length}) stand under Verdicts.`}`
          : winnerText(headline, standing, labels) + left,
    },
  ];
};
