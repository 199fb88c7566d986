import { groupBy } from '../analysis/group-by.ts';
import { decidedPairs, leadOf, measuredRows, rowOf, verdictOn } from '../analysis/ranking.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import type { HeadlineVerdicts, Load, RankedTarget, Ranking } from '../analysis/verdict-types.ts';
import { withheldText } from '../analysis/verdicts/withheld.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { roughPercent } from '../wording/format-number.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { labelOf, levelWords, rowLabels, type Labels } from '../wording/labels.ts';

export interface ComparedTarget {
  readonly target: Target;
  /** Includes the kind of server; see {@link rowLabels}. */
  readonly label: string;
  /** A shorter label for a second mention. */
  readonly shortLabel: string;
  /** Its result at the highest level; undefined if that was not measured. */
  readonly row: SummaryRow | undefined;
}

export interface ShownTarget extends ComparedTarget, RankedTarget {}

/** The ranking of a run with what is shown of each target. */
export interface ShownRanking extends Omit<Ranking, 'judged' | 'unjudged'> {
  readonly headline: HeadlineVerdicts;
  readonly judged: readonly ShownTarget[];
  readonly unjudged: readonly ComparedTarget[];
}

/** More levels are counted instead of named. */
const NAMED_LEVELS = 3;

/** The levels of a headline: `8 virtual users`, `1 and 8 virtual users`, `4 levels`. */
export const loadsLabel = ({ loads }: Pick<HeadlineVerdicts, 'loads'>): string => {
  const [first, ...laterLoads] = loads;
  const last = laterLoads.at(-1);
  if (first === undefined) return '';
  if (last === undefined) {
    return `${levelWords(first.level)}${first.scenario === 'cold' ? ', cold' : ''}`;
  }
  const users = loads.flatMap(({ scenario, level }) =>
    scenario === 'warm' && level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  return users.length === loads.length && users.length <= NAMED_LEVELS
    ? `${users.slice(0, -1).join(', ')} and ${levelWords(last.level)}`
    : `${loads.length} levels`;
};

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

/** The targets of a run without a ranking, and the level of their results. */
export const unrankedOf = (
  summary: Summary,
): { readonly load: Load | undefined; readonly targets: readonly ComparedTarget[] } => {
  const load = measuredRows(summary).findLast(({ repeats }) => repeats > 0);
  const compared = comparedAt(summary, load);
  return { load, targets: load === undefined ? [] : summary.plan.targets.map(compared) };
};

/** The ranking of a run with labels and figures; undefined if nothing is ranked. */
export const shownRankingOf = (summary: Summary): ShownRanking | undefined => {
  const { headline, ranking } = summary;
  if (headline === undefined || ranking === undefined) return undefined;
  const compared = comparedAt(summary, ranking.loads.at(-1));
  return {
    ...ranking,
    headline,
    judged: ranking.judged.map((ranked) => ({ ...compared(ranked.target), ...ranked })),
    unjudged: ranking.unjudged.map(compared),
  };
};

const signedPercent = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)}`;

const percentRange = (least: number, most: number): string =>
  `${roughPercent(least - 1)}–${roughPercent(most - 1)} %`;

/**
 * The verdict on a target against another, in a few words; empty without a verdict.
 *
 * @param name how the words call the other target; empty if they should not name it
 */
export const against = (
  headline: HeadlineVerdicts,
  { target }: ShownTarget,
  other: ShownTarget,
  name = other.shortLabel,
): string => {
  const judgement = verdictOn(headline, target, other.target)?.judgement;
  const lead = leadOf(headline, target, other.target);
  if (judgement === undefined || lead === undefined) return '';
  const { least, most } = lead;
  const named = (word: string): string => (name === '' ? '' : ` ${word} ${name}`);
  if (judgement.kind === 'equal') return `equal${named('to')} within ${MARGIN_TEXT}`;
  if (judgement.kind === 'bounded') {
    return `no difference above ${roughPercent(judgement.most)} %${named('from')}`;
  }
  if (judgement.kind === 'noisy') {
    const range = `${signedPercent(least - 1)} to ${signedPercent(most - 1)} %`;
    return name === '' ? range : `no difference known${named('from')} (${range})`;
  }
  return least > 1
    ? `${percentRange(least, most)} faster${named('than')}`
    : `${percentRange(1 / most, 1 / least)} slower${named('than')}`;
};

/** The target that is slower than all others, if there is one. */
export const slowestOf = ({ judged }: ShownRanking): ShownTarget | undefined =>
  judged.find(({ ranks }) => ranks.best === judged.length);

const baselineOf = ({ judged, baseline }: ShownRanking): ShownTarget | undefined =>
  judged.find(({ target }) => targetId(target) === targetId(baseline));

/**
 * The verdict on a ranked target against the baseline; empty for the first one if it is not known to be the fastest.
 *
 * @param isNamed whether the words name the other: `18–23 % faster than the slowest`
 */
export const againstBaseline = (
  ranking: ShownRanking,
  target: ShownTarget,
  isNamed: boolean,
): string => {
  const [slowest, baseline] = [slowestOf(ranking), baselineOf(ranking)];
  if (baseline === undefined) return '';
  if (target === slowest) return 'slowest';
  if (target === baseline) return target.ranks.worst === 1 ? 'fastest' : '';
  const name = baseline === slowest ? 'the slowest' : 'the first';
  return against(ranking.headline, target, baseline, isNamed ? name : '');
};

const fastestText = ({ headline, judged }: ShownRanking, fastest: ShownTarget): string => {
  const [second, ...slower] = judged.slice(1);
  const rivals = [second, slower.at(-1)].filter((rival) => rival !== undefined);
  const leads = rivals.map((rival) => against(headline, fastest, rival));
  return `${fastest.label} is the fastest: ${leads.join(', ')}`;
};

const slowestText = ({ headline, judged }: ShownRanking, slowest: ShownTarget): string => {
  const leads = judged
    .filter((ranked) => ranked !== slowest)
    .map(({ target }) => leadOf(headline, target, slowest.target) ?? { least: 1, most: 1 });
  const range = percentRange(
    Math.min(...leads.map(({ least }) => least)),
    Math.max(...leads.map(({ most }) => most)),
  );
  return `${slowest.label} is the slowest: the other ${leads.length} are ${range} faster`;
};

/** The decided pair with the fastest targets. */
const decidedPairText = ({ headline, judged }: ShownRanking): string => {
  const indexOf = (target: Target): number =>
    judged.findIndex((ranked) => targetId(ranked.target) === targetId(target));
  const [pair = []] = decidedPairs(headline)
    .map((targets) => targets.map(indexOf))
    .toSorted(([a = 0, c = 0], [b = 0, d = 0]) => a - b || c - d);
  const [faster, slower] = pair.map((index) => judged[index]);
  return faster === undefined || slower === undefined
    ? `None of ${judged.length} targets is known to be faster than another`
    : `${faster.label} is ${against(headline, faster, slower)}, but not shown to be faster than all others`;
};

/** The finding of a run as a sentence without a full stop: the fastest target, else the slowest, else a decided pair. */
export const answerText = (ranking: ShownRanking): string => {
  const { headline, judged } = ranking;
  const [first] = judged;
  if (first?.ranks.worst === 1) return fastestText(ranking, first);
  const slowest = slowestOf(ranking);
  if (slowest !== undefined) return slowestText(ranking, slowest);
  const given = headline.verdicts.filter(({ judgement }) => judgement.kind !== 'withheld');
  return given.every(({ judgement }) => judgement.kind === 'equal')
    ? `All ${judged.length} targets are equal within ${MARGIN_TEXT}`
    : decidedPairText(ranking);
};

/** Why the verdicts of a run are withheld, a sentence for each. */
export const withheldTexts = (
  headline: HeadlineVerdicts | undefined,
  labels: Labels,
): readonly string[] =>
  (headline?.verdicts ?? []).flatMap(({ judgement }) =>
    judgement.kind === 'withheld'
      ? [withheldText(judgement.reason, (target) => labelOf(labels, target))]
      : [],
  );

/** Why no targets are ranked, as a sentence without a full stop. */
export const noRankingText = ({ headline, plan }: Summary, labels: Labels): string => {
  const reasons = withheldTexts(headline, labels);
  const [[reason] = []] = [...groupBy(reasons, (text) => text)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  if (reason !== undefined) return `No verdict. ${reason.replace(/\.$/, '')}`;
  if (plan.targets.length === 1)
    return 'No verdict: there is one target, and nothing to compare it with';
  return plan.options.engine === 'noop'
    ? 'No verdict: with the no-op backend a run measures its own rig, not servings'
    : 'No verdict: no two targets were measured at the same level';
};
