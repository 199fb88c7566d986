import { isAtLimit } from '../analysis/checks/check.ts';
import { isOfFailing, measuredRows, rowOf } from '../analysis/ranking.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import type {
  Compared,
  HeadlineVerdicts,
  Lead,
  Load,
  RankedPair,
  RankedTarget,
  Ranking,
  WithheldReason,
} from '../analysis/verdict-types.ts';
import { failingReasonText, withheldText } from '../analysis/verdicts/pairing.ts';
import { levelId, targetId, type Level, type Target } from '../model/measurement.ts';
import {
  counted,
  formatFigure,
  joined,
  roundedDown,
  roughPercent,
} from '../wording/format-number.ts';
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

/** A pair of a ranking with what is shown of it. */
export interface ShownPair {
  /** `A vs B`. */
  readonly label: string;
  readonly words: string;
  /** How the difference depends on the level; undefined if it is not known to. */
  readonly levels: string | undefined;
}

/** The ranking of a run with what is shown of each target. */
export interface ShownRanking extends Omit<Ranking, 'judged' | 'pairs' | 'unjudged'> {
  readonly judged: readonly ShownTarget[];
  readonly pairs: readonly ShownPair[];
  readonly unjudged: readonly ComparedTarget[];
  /** See {@link cpuText}. */
  readonly cpu: string | undefined;
}

/** More levels are counted instead of named. */
const NAMED_LEVELS = 3;

const levelsText = (levels: readonly Level[]): string => {
  const [first, ...others] = levels;
  const last = others.at(-1);
  if (first === undefined) return '';
  if (last === undefined) return levelWords(first);
  const users = levels.flatMap((level) => (level.loop === 'closed' ? level.virtualUsers : []));
  return users.length === levels.length && users.length <= NAMED_LEVELS
    ? `${users.slice(0, -1).join(', ')} and ${levelWords(last)}`
    : `${levels.length} levels`;
};

/** The levels of a headline: `8 virtual users`, `1 and 8 virtual users, cold and warm`, `4 levels`. */
export const loadsLabel = ({ loads }: Pick<HeadlineVerdicts, 'loads'>): string => {
  const levels = [...new Map(loads.map(({ level }) => [levelId(level), level])).values()];
  const scenarios = [...new Set(loads.map(({ scenario }) => scenario))];
  return joined(
    ', ',
    levelsText(levels),
    scenarios.includes('cold') && scenarios.toSorted().join(' and '),
  );
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
  const { noRanking } = summary;
  const load =
    noRanking?.code === 'rig-limit'
      ? noRanking.load
      : measuredRows(summary).findLast(({ repeats }) => repeats > 0);
  const compared = comparedAt(summary, load);
  return { load, targets: load === undefined ? [] : summary.plan.targets.map(compared) };
};

/** A share in percent, rounded down, since the truth is at least that. */
const atLeast = (share: number): string =>
  share < 0.1 ? (Math.floor(1000 * share) / 10).toFixed(1) : String(Math.floor(100 * share));

/** Why a verdict is withheld, as a sentence without a full stop. */
const reasonWords = (reason: WithheldReason, labels: Labels): string =>
  withheldText(reason, (target) => labelOf(labels, target)).replace(/\.$/, '');

/** What the verdicts on CPU time come to, as a sentence without a full stop; undefined if that is nothing. */
export const cpuText = ({
  cpuFinding,
  rows,
}: Pick<Summary, 'cpuFinding' | 'rows'>): string | undefined => {
  switch (cpuFinding?.code) {
    case undefined:
      return undefined;
    case 'equal':
      return `All ${cpuFinding.targets} need the same CPU time per request within ${MARGIN_TEXT}`;
    case 'open':
      return `CPU time per request does not tell them apart: one may need up to ${Math.ceil(100 * (cpuFinding.timesAtMost - 1))} % more than another`;
    case 'more': {
      const { more, less, timesAtLeast } = cpuFinding;
      const labels = rowLabels(measuredRows({ rows }));
      return `${labelOf(labels, more)} needs at least ${atLeast(timesAtLeast - 1)} % more CPU time per request than ${labelOf(labels, less)}`;
    }
    case 'withheld': {
      const labels = rowLabels(measuredRows({ rows }));
      const { reason, target } = cpuFinding;
      return `CPU time gives no verdict: ${reasonWords({ ...reason, target }, labels)}`;
    }
    default:
      return cpuFinding satisfies never;
  }
};

/** `0.93× as fast at 1 virtual user, 2.3× at 4 virtual users`. */
const levelsOfPair = ({ atLevels }: RankedPair): string | undefined =>
  atLevels
    ?.map(
      ({ timesAsFast, ...load }, at) =>
        `${timesAsFast.toPrecision(2)}×${at === 0 ? ' as fast' : ''} at ${loadsLabel({ loads: [load] })}`,
    )
    .join(', ');

/** The ranking of a run with labels and figures; undefined if nothing is ranked. */
export const shownRankingOf = (summary: Summary): ShownRanking | undefined => {
  const { ranking } = summary;
  if (ranking === undefined) return undefined;
  const compared = comparedAt(summary, ranking.loads.at(-1));
  return {
    ...ranking,
    judged: ranking.judged.map((ranked) => ({ ...compared(ranked.target), ...ranked })),
    pairs: ranking.pairs.map((pair) => ({
      label: `${compared(pair.target).shortLabel} vs ${compared(pair.over).shortLabel}`,
      words: against(pair),
      levels: levelsOfPair(pair),
    })),
    unjudged: ranking.unjudged.map(compared),
    cpu: cpuText(summary),
  };
};

/** The ranks that the verdicts allow: `2.`, `2–3.`; empty if no verdict tells targets apart. */
export const rankText = (
  { isDecided }: Pick<Ranking, 'isDecided'>,
  { ranks }: RankedTarget,
): string => {
  if (!isDecided) return '';
  return ranks.best === ranks.worst ? `${ranks.best}.` : `${ranks.best}–${ranks.worst}.`;
};

const signedPercent = (share: number): string =>
  `${share < 0 ? '−' : '+'}${roughPercent(Math.abs(share))}`;

/** In percent, rounded down, so that it is never more than what is known. */
const least = (share: number): string => {
  const digits = share < 0.1 ? 1000 : 100;
  return roughPercent(Math.floor(digits * share) / digits);
};

const range = (low: number, high: number): string =>
  `${least(low - 1)}–${roughPercent(high - 1)} %`;

/** What is known of a target against another, in a few words: `12–17 % faster`. */
export const against = ({
  judgement,
  timesAsFast: { least: low, most: high },
}: Compared): string => {
  switch (judgement.kind) {
    case 'equal':
      return `equal within ${MARGIN_TEXT}`;
    case 'bounded':
    case 'noisy':
      return `${signedPercent(low - 1)} to ${signedPercent(high - 1)} %`;
    case 'faster':
      return `${range(low, high)} faster`;
    case 'slower':
      return `${range(1 / high, 1 / low)} slower`;
    default:
      return judgement satisfies never;
  }
};

/** The least that is known: the end of the interval, not the estimate, which is too large if a run ends once it is decided. */
const atLeastFaster = ({ least: low }: Lead): string =>
  low < 1.001 ? 'at least a little faster' : `at least ${least(low - 1)} % faster`;

/** The finding of a run as a sentence without a full stop: the fastest target, else the slowest, else a decided pair. */
export const answerText = ({ judged, finding }: ShownRanking): string => {
  const shownOf = (target: Target): ShownTarget | undefined =>
    judged.find((ranked) => targetId(ranked.target) === targetId(target));
  switch (finding.code) {
    case 'fastest': {
      const leads = finding.leads.map(
        ({ over, timesAsFast }) =>
          `${atLeastFaster(timesAsFast)} than ${shownOf(over)?.shortLabel}`,
      );
      return `${judged[0]?.label} is the fastest: ${leads.join(', ')}`;
    }
    case 'slowest':
      return `${shownOf(finding.target)?.label} is the slowest: the other ${judged.length - 1} are ${atLeastFaster(finding.timesAsFast)}`;
    case 'all-equal':
      return `All ${judged.length} targets are equal within ${MARGIN_TEXT}`;
    case 'decided-pair': {
      const [faster, slower] = [shownOf(finding.faster), shownOf(finding.slower)];
      return `${faster?.label} is ${atLeastFaster(finding.lead.timesAsFast)} than ${slower?.shortLabel}, but not shown to be faster than all others`;
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

/** What a run without a ranking measured without the middleware, as a sentence; undefined if that is nothing. */
export const bypassText = (summary: Summary, labels: Labels): string | undefined => {
  const { noRanking } = summary;
  if (noRanking === undefined) return undefined;
  if (noRanking.code === 'rig-limit' && noRanking.bypass.length > 0) {
    const rates = noRanking.bypass.map(
      (of) => `${labelOf(labels, of.target)} ${formatFigure(of.requestRatePerSecond)}`,
    );
    const apart = noRanking.isBypassApart ? 'far apart, but ' : '';
    return `Without the middleware, at ${loadsLabel({ loads: [noRanking.load] })}: ${rates.join(', ')} requests/s; ${apart}figures without a verdict.`;
  }
  const { load, targets } = unrankedOf(summary);
  // All targets answer at the rate of an open loop.
  const isOpen = load?.level.loop === 'open';
  const figures = targets.flatMap(({ target, row }) => {
    const figure = isOpen ? row?.bypass?.p50Ms : row?.bypass?.requestRatePerSecond;
    return figure === undefined ? [] : `${labelOf(labels, target)} ${formatFigure(figure)}`;
  });
  if (load === undefined || figures.length === 0) return undefined;
  const [what, unit] = isOpen ? ['medians of ', 'ms'] : ['', 'requests/s'];
  return `Without the middleware, at ${loadsLabel({ loads: [load] })}: ${what}${figures.join(', ')} ${unit}; figures without a verdict.`;
};

/** More would hide the finding. */
const NAMED_FAILING = 2;

/** Which targets are not ranked because they do not carry what others carry, without a full stop; empty if there are none. */
export const failingText = ({ headline }: Summary, labels: Labels): string => {
  const { failing = [] } = headline ?? {};
  const named = failing
    .slice(0, NAMED_FAILING)
    .map((of) => `${labelOf(labels, of.target)} ${failingReasonText(of.reason)} and is not ranked`);
  const more = failing.length - named.length;
  return joined('; ', ...named, more > 0 && `nor are ${more} more`);
};

/** Why no targets are ranked, as a sentence without a full stop; undefined if some are. */
export const noRankingText = (summary: Summary, labels: Labels): string | undefined => {
  const { noRanking, plan } = summary;
  switch (noRanking?.code) {
    case undefined:
      return undefined;
    case 'withheld': {
      if (isOfFailing(noRanking.reason, summary)) return 'No verdict';
      return `No verdict. ${reasonWords(noRanking.reason, labels)}`;
    }
    case 'rig-limit': {
      const rates = noRanking.targets.map(
        ({ target, requestRatePerSecond }) =>
          `${labelOf(labels, target)} ≥ ${roundedDown(requestRatePerSecond)}`,
      );
      const below = noRanking.below.map(
        ({ target, requestRatePerSecond }) =>
          `${labelOf(labels, target)}, below the limit: ${formatFigure(requestRatePerSecond)}`,
      );
      return joined(
        '; ',
        `At the limit of this rig, ${loadsLabel({ loads: [noRanking.load] })}: ${rates.join(', ')} requests/s`,
        ...below,
        noRanking.isBypassApart
          ? 'only bypass runs tell them apart'
          : plan.targets.length > 1 && 'the order is not known',
      );
    }
    case 'time-up': {
      const rows = measuredRows(summary);
      const limited = rows.filter(isAtLimit).length;
      return joined(
        '; ',
        `No verdict: the time was up after ${noRanking.repeats} of at least ${noRanking.needed} repeats`,
        limited > 0 &&
          `${limited} of ${counted(rows.length, 'result')} ${limited === 1 ? 'is' : 'are'} at the limit of this rig`,
      );
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
