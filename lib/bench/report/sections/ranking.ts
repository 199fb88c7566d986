import type { Summary } from '../../analysis/summary.ts';
import type { StabilitySummary, TargetStability } from '../../stability/summary.ts';
import { STABILITY_VERDICTS } from '../../stability/verdict.ts';
import { isOpen } from '../../stats/judgement.ts';
import { counted, formatFigure, joined } from '../../wording/format-number.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';
import {
  against,
  againstLast,
  loadsLabel,
  rankingOf,
  unrankedOf,
  type ComparedTarget,
  type Ranking,
} from '../answer.ts';
import { blocks, list, onlyIn, table, text } from '../blocks.ts';
import { targetColumn, wordColumn } from '../columns.ts';
import { TERMINAL, type Block, type Column } from '../model.ts';
import { soakText, VERDICT_SIGNS, whyUnranked, worstText } from '../stability-words.ts';

/** With more targets, each is compared only with the last, in fewer words. */
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

/** Each ranked target against the last one and, if there are few, against the next one. */
const rankedBlocks = (ranking: Ranking): readonly Block[] => {
  const { headline, judged, unjudged } = ranking;
  const isMany = judged.length > MAX_NEIGHBOURS;
  const rows = [
    ...judged.map((target) => ({ ...target, words: againstLast(ranking, target, !isMany) })),
    ...unjudged.map((target) => ({ ...target, words: 'no verdict: see the report' })),
  ];
  // Keep the last one, with which the others are compared.
  const shown = rows.filter(
    (_, at) => rows.length <= MAX_TARGETS || at < MAX_TARGETS - 1 || at === judged.length - 1,
  );
  const neighbours = isMany ? [] : judged.slice(0, -2);
  return blocks(
    table('Ranking', RANKED_COLUMNS, shown),
    moreBlocks(rows.length - shown.length),
    list(
      neighbours.map((target, at) => {
        const next = judged[at + 1];
        return next && `${target.shortLabel}: ${against(headline, target, next)}`;
      }),
    ),
  );
};

/** The result of each search for a rate. */
const searchLines = ({ sloRates = [] }: Summary, labels: Labels): readonly string[] =>
  sloRates.flatMap(({ target, limitMs, requestRatePerSecond: rate, search }) => {
    if (search === undefined) return [];
    const found =
      rate === undefined
        ? `none found. ${search.reason ?? ''}`.trimEnd()
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

/** The levels and the repeats on which the verdicts rest. */
export const rankingTitle = ({ headline, allLoads, isUneven, repeats }: Ranking): string => {
  const [least, most] = repeats;
  const { loads, verdicts } = headline;
  const isUndecided = verdicts.every(({ judgement }) => isOpen(judgement));
  const each = least === most ? counted(most, 'repeat') : `${least}–${most} repeats`;
  const repeated = isUndecided ? `undecided after ${each}` : each;
  const shown = loadsLabel({ loads: loads.slice(-1) });
  const left = loads.length === allLoads ? '' : `, ${loads.length} of ${allLoads} levels`;
  return loads.length === 1
    ? `${repeated} at ${shown}${left}`
    : `${repeated}; figures at ${shown}, order and percentages over ${loadsLabel(headline)}${left}${isUneven ? ', some pairs over fewer' : ''}`;
};

/** The targets with their figures, for a terminal, which has no charts. */
export const rankingBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  const { stability } = summary;
  const ranking = rankingOf(summary);
  if (stability !== undefined) return onlyIn(TERMINAL, stabilityBlocks(stability, labels));
  return onlyIn(
    TERMINAL,
    ranking === undefined ? unrankedBlocks(summary, labels) : rankedBlocks(ranking),
  );
};
