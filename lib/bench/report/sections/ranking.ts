import { searchReasonText } from '../../analysis/slo/search.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import type { StabilitySummary, TargetStability } from '../../stability/summary.ts';
import { STABILITY_VERDICTS } from '../../stability/verdict.ts';
import { counted, formatFigure, joined } from '../../wording/format-number.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';
import {
  against,
  againstBaseline,
  answerText,
  loadsLabel,
  shownRankingOf,
  unrankedOf,
  type ComparedTarget,
  type ShownRanking,
} from '../answer.ts';
import { blocks, list, onlyIn, table, text, targetColumn, wordColumn } from '../blocks.ts';
import { TERMINAL, type Block, type Column } from '../model.ts';
import { soakText, VERDICT_SIGNS, whyUnranked, worstText } from './stability.ts';

/** With more targets, each is compared only with the slowest or the first, in fewer words. */
const MAX_NEIGHBOURS = 4;
/** More rows could not be read at a glance. */
const MAX_TARGETS = 8;

/** Says how many lines were left out, if any. */
export const moreBlocks = (left: number): readonly Block[] =>
  onlyIn(TERMINAL, list([left > 0 && `… and ${left} more, see the report`]));

interface RankedRow extends ComparedTarget {
  /** The verdict on it. */
  readonly words: string;
}

/** Units are in the cells, since the table has no head. */
const RANKED_COLUMNS: readonly Column<RankedRow>[] = [
  wordColumn('target', '', ({ label }) => label),
  wordColumn('rate', '', ({ row }) => `${formatFigure(row?.requestRatePerSecond?.value)} req/s`, {
    isFigure: true,
  }),
  wordColumn('p50', '', ({ row }) => `p50 ${formatFigure(row?.p50Ms?.value)} ms`, {
    isFigure: true,
    isOptional: true,
  }),
  wordColumn('words', '', ({ words }) => words, { isBelow: true }),
];

/** Each ranked target against the slowest or the first and, if there are few, against the next one. */
const rankedBlocks = (ranking: ShownRanking): readonly Block[] => {
  const { judged, unjudged, baseline } = ranking;
  const isMany = judged.length > MAX_NEIGHBOURS;
  const isBaseline = ({ target }: ComparedTarget): boolean =>
    targetId(target) === targetId(baseline);
  const rows = [
    ...judged.map((target) => ({ ...target, words: againstBaseline(ranking, target, !isMany) })),
    ...unjudged.map((target) => ({ ...target, words: 'no verdict: see the report' })),
  ];
  // Keep the last one: if it is known to be the slowest, the others are compared with it.
  const shown = rows.filter(
    (_, at) => rows.length <= MAX_TARGETS || at < MAX_TARGETS - 1 || at === judged.length - 1,
  );
  const neighbours = isMany
    ? []
    : judged.flatMap((target, at) => {
        const next = judged[at + 1];
        if (next === undefined || isBaseline(target) || isBaseline(next)) return [];
        // Nothing is known of such a pair, and the table has its interval.
        if (target.againstNext?.judgement.kind === 'noisy') return [];
        return [`${target.shortLabel}: ${against(target.againstNext, next.shortLabel)}`];
      });
  return blocks(
    table('Ranking', RANKED_COLUMNS, shown),
    moreBlocks(rows.length - shown.length),
    list(neighbours),
  );
};

/** The result of each search for a rate. */
const searchLines = ({ sloRates = [] }: Summary, labels: Labels): readonly string[] =>
  sloRates.flatMap(({ target, limitMs, requestRatePerSecond: rate, search }) => {
    if (search === undefined) return [];
    const found =
      rate === undefined
        ? `none found. ${searchReasonText(search.reason)}`.trimEnd()
        : `${formatFigure(rate.value)} req/s`;
    return [`${labelOf(labels, target)}, p99 within ${limitMs} ms: ${found}`];
  });

/** The figures of a run without a ranking. */
const unrankedBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  const searches = searchLines(summary, labels);
  const { load, targets } = unrankedOf(summary);
  if (searches.length > 0) {
    return blocks(list(searches.slice(0, MAX_TARGETS)), moreBlocks(searches.length - MAX_TARGETS));
  }
  const rows = targets.map((target) => ({ ...target, words: '' }));
  return blocks(
    load && text(`At ${loadsLabel({ loads: [load] })}:`),
    table('Ranking', RANKED_COLUMNS, rows.slice(0, MAX_TARGETS)),
    moreBlocks(rows.length - MAX_TARGETS),
  );
};

const stabilityWords = (target: TargetStability): string => {
  const why = whyUnranked(target);
  return joined('; ', why && `not ranked, since it ${why}`, worstText(target));
};

/** The number of verdicts of each kind for each target, the most stable first, and the result of each soak. */
const stabilityBlocks = (
  { targets, soaks }: StabilitySummary,
  labels: Labels,
): readonly Block[] => {
  const verdicts = STABILITY_VERDICTS.filter(
    (verdict) => verdict !== 'unclear' || targets.some(({ counts }) => counts.unclear > 0),
  );
  return blocks(
    table<TargetStability>(
      'Verdicts on stability',
      [
        { ...targetColumn<TargetStability>(labels), title: '' },
        ...verdicts.map((verdict) =>
          wordColumn<TargetStability>(
            verdict,
            '',
            ({ counts }) => `${counts[verdict]} ${VERDICT_SIGNS[verdict]}`,
            { isFigure: true },
          ),
        ),
        wordColumn('words', '', stabilityWords, { isBelow: true }),
      ],
      targets,
    ),
    list(soaks.map((soak) => soakText(soak, labels))),
  );
};

/** The levels and the repeats on which figures, order and verdicts rest; before them the finding, if no target is faster than another. */
export const rankingTitle = (ranking: ShownRanking): string => {
  const { loads, allLoads, isDecided, isUneven, repeats } = ranking;
  const { least, most } = repeats;
  const each = least === most ? counted(most, 'repeat') : `${least}–${most} repeats`;
  const over = loadsLabel(ranking);
  const shown = loadsLabel({ loads: loads.slice(-1) });
  const left = allLoads - loads.length;
  const without = left === 0 ? '' : `; ${counted(left, 'other level')} without a verdict`;
  // With many targets, the lines do not name the one that they are compared with.
  const isUnnamed = ranking.judged.length > MAX_NEIGHBOURS && ranking.baselineIs === 'first';
  const comparedWith = isUnnamed ? ' against the first' : '';
  if (!isDecided) {
    const shownAt = joined(', ', shown, isUnnamed && `percentages${comparedWith}`);
    const cpu = joined(' ', ranking.cpu && `${ranking.cpu}.`, `At ${shownAt}:`);
    return `${answerText(ranking)} (${each}, ${over}${without}). ${cpu}`;
  }
  if (loads.length === 1) {
    return joined(', ', `${each} at ${shown}${without}`, isUnnamed && `percentages${comparedWith}`);
  }
  const what = `${ranking.isOutOfOrder ? 'order and ' : ''}percentages${comparedWith}`;
  const uneven = isUneven ? ', some over fewer' : '';
  return `${each}; figures at ${shown}, ${what} over ${over}${uneven}${without}`;
};

/** The targets with their figures, for a terminal, which has no charts. */
export const rankingBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  const { stability } = summary;
  const ranking = shownRankingOf(summary);
  if (stability !== undefined) return onlyIn(TERMINAL, stabilityBlocks(stability, labels));
  return onlyIn(
    TERMINAL,
    ranking === undefined ? unrankedBlocks(summary, labels) : rankedBlocks(ranking),
  );
};
