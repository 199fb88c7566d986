import { leadOf, measuredRows, rowOf, slowestOf, verdictOn } from '../analysis/ranking.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import type { HeadlineVerdicts, Load, RankedTarget, Ranking } from '../analysis/verdict-types.ts';
import { withheldText } from '../analysis/verdicts/withheld.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { formatFigure, roughPercent } from '../wording/format-number.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { labelOf, levelWords, rowLabels, type Labels } from '../wording/labels.ts';
import { placeWords } from './time-words.ts';

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
  const [slowest, baseline] = [slowestOf(ranking.judged), baselineOf(ranking)];
  if (baseline === undefined) return '';
  if (target === slowest) return 'slowest';
  if (target === baseline) return target.ranks.worst === 1 ? 'fastest' : '';
  const name = baseline === slowest ? 'the slowest' : 'the first';
  return against(ranking.headline, target, baseline, isNamed ? name : '');
};

const fastestText = ({ headline, judged }: ShownRanking): string => {
  const [fastest, second, ...slower] = judged;
  if (fastest === undefined) return '';
  const rivals = [second, slower.at(-1)].filter((rival) => rival !== undefined);
  const leads = rivals.map((rival) => against(headline, fastest, rival));
  return `${fastest.label} is the fastest: ${leads.join(', ')}`;
};

/** The finding of a run as a sentence without a full stop: the fastest target, else the slowest, else a decided pair. */
export const answerText = (ranking: ShownRanking): string => {
  const { headline, judged, finding } = ranking;
  const shownOf = (target: Target): ShownTarget | undefined =>
    judged.find((ranked) => targetId(ranked.target) === targetId(target));
  switch (finding.code) {
    case 'fastest':
      return fastestText(ranking);
    case 'slowest': {
      const range = percentRange(finding.timesAsFast.least, finding.timesAsFast.most);
      return `${shownOf(finding.target)?.label} is the slowest: the other ${judged.length - 1} are ${range} faster`;
    }
    case 'all-equal':
      return `All ${judged.length} targets are equal within ${MARGIN_TEXT}`;
    case 'decided-pair': {
      const [faster, slower] = [shownOf(finding.faster), shownOf(finding.slower)];
      return `${faster?.label} is ${faster && slower && against(headline, faster, slower)}, but not shown to be faster than all others`;
    }
    case 'none-faster':
      return `None of ${judged.length} targets is known to be faster than another`;
    default:
      return finding satisfies never;
  }
};

/** Where the last target loses most of its time against the first, as a sentence; undefined if that is not known. */
export const whySlowerText = ({ whySlower, rows }: Summary): string | undefined => {
  if (whySlower === undefined) return undefined;
  const { load, faster, slower, moreMs, places } = whySlower;
  const labels = rowLabels(measuredRows({ rows }));
  const where = places.map((at) => `${formatFigure(at.moreMs)} ms ${placeWords(at.place)}`);
  return `At ${levelWords(load.level)}, ${labelOf(labels, slower)} takes ${formatFigure(moreMs)} ms longer per request than ${labelOf(labels, faster)}: ${where.join(', ')}.`;
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

/** Why no targets are ranked, as a sentence without a full stop; undefined if some are. */
export const noRankingText = ({ noRanking }: Summary, labels: Labels): string | undefined => {
  switch (noRanking?.code) {
    case undefined:
      return undefined;
    case 'withheld': {
      const reason = withheldText(noRanking.reason, (target) => labelOf(labels, target));
      return `No verdict. ${reason.replace(/\.$/, '')}`;
    }
    case 'one-target':
      return 'No verdict: there is one target, and nothing to compare it with';
    case 'noop-backend':
      return 'No verdict: with the no-op backend a run measures its own rig, not servings';
    case 'no-common-level':
      return 'No verdict: no two targets were measured at the same level';
    default:
      return noRanking satisfies never;
  }
};
