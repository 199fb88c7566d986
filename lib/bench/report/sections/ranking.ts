import type { Summary } from '../../analysis/summary.ts';
import type { StabilitySummary, TargetStability } from '../../stability/summary.ts';
import { STABILITY_VERDICTS } from '../../stability/verdict.ts';
import { isOpen } from '../../stats/judgement.ts';
import { counted, formatFigure } from '../../wording/format-number.ts';
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
import { list, table, text } from '../blocks.ts';
import { targetColumn, wordColumn } from '../columns.ts';
import { TERMINAL, type Block, type Column } from '../model.ts';
import { soakText, VERDICT_SIGNS, whyUnranked, worstText } from '../stability-words.ts';

/** With more targets, each is compared only with the last. */
const MAX_NEIGHBOURS = 4;
/** More rows could not be read at a glance. */
const MAX_TARGETS = 8;

/** Says how many lines were left out, if any. */
export const moreBlocks = (left: number): readonly Block[] =>
  list(left > 0 ? [`… and ${left} more, see the report`] : [], undefined, TERMINAL);

interface RankedRow extends ComparedTarget {
  /** The verdict on it. */
  readonly words: string;
  readonly short?: string;
}

/** Units are in the cells, since the table has no head. */
const RANKED_COLUMNS: readonly Column<RankedRow>[] = [
  wordColumn('target', '', ({ label }) => label),
  {
    ...wordColumn(
      'rate',
      '',
      ({ row }) => `${formatFigure(row?.requestRatePerSecond?.value)} req/s`,
    ),
    isFigure: true,
  },
  {
    ...wordColumn('p50', '', ({ row }) => `p50 ${formatFigure(row?.p50Ms?.value)} ms`),
    isFigure: true,
    isOptional: true,
  },
  {
    ...wordColumn('words', '', ({ words }) => words),
    short: ({ words, short = words }) => short,
    isBelow: true,
  },
];

const rankedTable = (rows: readonly RankedRow[]): readonly Block[] =>
  table('Ranking', RANKED_COLUMNS, rows, { only: TERMINAL });

/** Each ranked target against the last one and, if there are few, against the next one. */
const rankedBlocks = (ranking: Ranking): readonly Block[] => {
  const { headline, judged, unjudged } = ranking;
  const rows = [
    ...judged.map((target) => ({ ...target, ...againstLast(ranking, target) })),
    ...unjudged.map((target) => ({ ...target, words: 'no verdict: see the report' })),
  ];
  // Keep the last one, with which the others are compared.
  const shown = rows.filter(
    (_, at) => rows.length <= MAX_TARGETS || at < MAX_TARGETS - 1 || at === judged.length - 1,
  );
  const neighbours = judged.length > MAX_NEIGHBOURS ? [] : judged.slice(0, -2);
  return [
    ...rankedTable(shown),
    ...moreBlocks(rows.length - shown.length),
    ...list(
      neighbours.flatMap((target, at) => {
        const next = judged[at + 1];
        return next === undefined
          ? []
          : [`${target.shortLabel}: ${against(headline, target, next)}`];
      }),
      undefined,
      TERMINAL,
    ),
  ];
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
  if (searches.length > 0) {
    return [
      ...list(searches.slice(0, MAX_TARGETS), undefined, TERMINAL),
      ...moreBlocks(searches.length - MAX_TARGETS),
    ];
  }
  const { load, targets } = unrankedOf(summary);
  if (load === undefined) return [];
  return [
    text(`At ${loadsLabel({ loads: [load] })}:`, undefined, TERMINAL),
    ...rankedTable(targets.slice(0, MAX_TARGETS).map((target) => ({ ...target, words: '' }))),
    ...moreBlocks(targets.length - MAX_TARGETS),
  ];
};

const stabilityWords = (target: TargetStability): string => {
  const why = whyUnranked(target);
  const unranked = why === undefined ? '' : `not ranked, since it ${why}`;
  return [unranked, worstText(target)].filter(Boolean).join('; ');
};

/** The number of verdicts of each kind for each target, the most stable first, and the result of each soak. */
const stabilityBlocks = (
  { targets, soaks }: StabilitySummary,
  labels: Labels,
): readonly Block[] => {
  const verdicts = STABILITY_VERDICTS.filter(
    (verdict) => verdict !== 'unclear' || targets.some(({ counts }) => counts.unclear > 0),
  );
  return [
    ...table<TargetStability>(
      'Verdicts on stability',
      [
        { ...targetColumn<TargetStability>(labels), title: '' },
        ...verdicts.map((verdict) => ({
          ...wordColumn<TargetStability>(
            verdict,
            '',
            ({ counts }) => `${counts[verdict]} ${VERDICT_SIGNS[verdict]}`,
          ),
          isFigure: true,
        })),
        { ...wordColumn('words', '', stabilityWords), isBelow: true },
      ],
      targets,
      { only: TERMINAL },
    ),
    ...list(
      soaks.map((soak) => soakText(soak, labels)),
      undefined,
      TERMINAL,
    ),
  ];
};

/** The loads and the repeats on which the verdicts rest. */
export const rankingTitle = ({ headline, allLoads, isUneven, repeats }: Ranking): string => {
  const [least, most] = repeats;
  const { loads, verdicts } = headline;
  const isUndecided = verdicts.every(({ judgement }) => isOpen(judgement));
  const each = least === most ? counted(most, 'repeat') : `${least}–${most} repeats`;
  const repeated = isUndecided ? `nothing is decided after ${each}` : each;
  const shown = loadsLabel({ loads: loads.slice(-1) });
  const left = loads.length === allLoads ? '' : `, ${loads.length} of ${allLoads} loads`;
  return loads.length === 1
    ? `${repeated} at ${shown}${left}`
    : `${repeated}; figures at ${shown}, order and percentages over ${loadsLabel(headline)}${left}${isUneven ? ', some pairs over fewer' : ''}`;
};

/** The targets with their figures, for a terminal, which has no charts. */
export const rankingBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  if (summary.stability !== undefined) return stabilityBlocks(summary.stability, labels);
  const ranking = rankingOf(summary);
  return ranking === undefined ? unrankedBlocks(summary, labels) : rankedBlocks(ranking);
};
