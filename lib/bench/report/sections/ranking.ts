import { searchReasonText } from '../../analysis/slo/search.ts';
import { isAtLimit } from '../../analysis/checks/check.ts';
import { figureOf, isSameLoad, measuredRows } from '../../analysis/ranking.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { JudgedFigure } from '../../analysis/verdict-types.ts';
import type { StabilitySummary, TargetStability } from '../../stability/summary.ts';
import { STABILITY_VERDICTS } from '../../stability/verdict.ts';
import { archivedWords } from '../../wording/archived.ts';
import { counted, formatFigure, joined, roundedDown } from '../../wording/format-number.ts';
import { targetId } from '../../model/measurement.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';
import {
  loadsLabel,
  rankText,
  shownRankingOf,
  unrankedOf,
  type ComparedTarget,
  type ShownPair,
  type ShownRanking,
} from '../answer.ts';
import {
  blocks,
  figureColumn,
  list,
  onlyIn,
  table,
  text,
  targetColumn,
  wordColumn,
} from '../blocks.ts';
import { TERMINAL, type Block, type Column } from '../model.ts';
import { soakText, VERDICT_SIGNS, whyUnranked, worstText } from './stability.ts';

/** More rows could not be read at a glance. */
const MAX_TARGETS = 8;
export const MAX_PAIRS = 6;

/** Says how many lines were left out, if any. */
export const moreBlocks = (left: number): readonly Block[] =>
  onlyIn(TERMINAL, list([left > 0 && `… and ${left} more, see the report`]));

interface FigureRow extends ComparedTarget {
  readonly rank?: string;
  /** The figure that is compared. */
  readonly figure: number | undefined;
  /** Whether the rig was the limit, so that the figure is a lower bound. */
  readonly isAtLimit: boolean;
}

/** Explains the sign of a lower bound, if there is one. */
const limitWords = (rows: readonly FigureRow[]): string | false =>
  rows.some((row) => row.isAtLimit) && '≥: at the limit of this rig';

const percentileMs = ({ row }: FigureRow, percent: number): number | undefined =>
  row?.distribution?.find((point) => point.percent === percent)?.ms;

/** Units are in the line above, since most columns have the same. */
const timeColumn = (
  title: string,
  msOf: (row: FigureRow) => number | undefined,
): Column<FigureRow> => ({ ...figureColumn(title, title, undefined, msOf), isOptional: true });

/** The figures of targets, with as many percentiles as their numbers of answers support. */
const shownColumns = (
  figure: JudgedFigure,
  rows: readonly FigureRow[],
): readonly Column<FigureRow>[] => {
  const isLong = rows.every((row) => percentileMs(row, 99) !== undefined);
  return [
    wordColumn('rank', '', ({ rank = '' }) => rank),
    wordColumn('target', '', ({ label }) => label),
    {
      ...figureColumn<FigureRow>(
        'figure',
        figure === 'request rate' ? 'req/s' : 'median',
        undefined,
        (row) => row.figure,
      ),
      text: (row) =>
        row.isAtLimit && row.figure !== undefined
          ? `≥ ${roundedDown(row.figure)}`
          : formatFigure(row.figure),
    },
    timeColumn('p50', (row) => percentileMs(row, 50)),
    timeColumn('p90', (row) => percentileMs(row, 90)),
    timeColumn('p95', (row) => (isLong ? undefined : percentileMs(row, 95))),
    timeColumn('p99', (row) => percentileMs(row, 99)),
    timeColumn('max', ({ row }) => row?.maxMs),
    wordColumn('archived', '', ({ target }) => archivedWords(target.serving) ?? '', {
      isBelow: true,
    }),
  ];
};

/** Each pair with what is known of it. */
const pairBlocks = ({ pairs }: ShownRanking): readonly Block[] =>
  table<ShownPair>(
    'Differences',
    [
      wordColumn('pair', '', ({ label }) => label),
      wordColumn('words', '', ({ words }) => words, { isBelow: true }),
    ],
    pairs.slice(0, MAX_PAIRS),
  );

/** The levels on which figures, order and verdicts rest. */
const basisText = (ranking: ShownRanking, rows: readonly FigureRow[]): string => {
  const { figure, loads, allLoads, isUneven } = ranking;
  const over = loadsLabel(ranking);
  const left = allLoads - loads.length;
  const without = left > 0 && `${counted(left, 'other level')} without a verdict`;
  const last = loads.slice(-1);
  const scenarios = new Set(loads.map(({ scenario }) => scenario));
  const highest = joined(
    ', ',
    loadsLabel({ loads: last }),
    scenarios.size > 1 && last[0]?.scenario === 'warm' && 'warm',
  );
  const at =
    loads.length === 1
      ? `At ${over}, times in ms`
      : `Mean ${figure} over ${over}; times in ms at ${highest}`;
  return `${joined('; ', at, isUneven && 'some verdicts rest on fewer levels', without, limitWords(rows))}:`;
};

const rankedBlocks = (summary: Summary, ranking: ShownRanking): readonly Block[] => {
  const { figure, loads, judged, unjudged, pairs } = ranking;
  const limited = new Set(
    measuredRows(summary).flatMap((row) =>
      figure === 'request rate' && isAtLimit(row) && loads.some((load) => isSameLoad(row, load))
        ? [targetId(row.target)]
        : [],
    ),
  );
  const isLimited = ({ target }: ComparedTarget): boolean => limited.has(targetId(target));
  const rows: readonly FigureRow[] = [
    ...judged.map((target) => ({
      ...target,
      rank: rankText(ranking, target),
      figure: target.mean?.value,
      isAtLimit: isLimited(target),
    })),
    ...unjudged.map((target) => ({
      ...target,
      label: `${target.label}, no verdict`,
      figure: loads.length === 1 ? figureOf(figure, target.row) : undefined,
      isAtLimit: isLimited(target),
    })),
  ];
  // Keep the last one: it may be the slowest.
  const shown = rows.filter(
    (_, at) => rows.length <= MAX_TARGETS || at < MAX_TARGETS - 1 || at === judged.length - 1,
  );
  return blocks(
    text(basisText(ranking, shown)),
    table('Ranking', shownColumns(figure, rows), shown),
    moreBlocks(rows.length - shown.length),
    pairBlocks(ranking),
    moreBlocks(pairs.length - MAX_PAIRS),
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
  const rows = targets.map((target) => ({
    ...target,
    figure: figureOf('request rate', target.row),
    // All targets answer at the rate of an open loop.
    isAtLimit: load?.level.loop === 'closed' && isAtLimit(target.row ?? {}),
  }));
  return blocks(
    load &&
      text(
        `${joined('; ', `At ${loadsLabel({ loads: [load] })}, times in ms`, limitWords(rows))}:`,
      ),
    table('Ranking', shownColumns('request rate', rows), rows.slice(0, MAX_TARGETS)),
    moreBlocks(rows.length - MAX_TARGETS),
  );
};

const stabilityWords = (target: TargetStability): string => {
  const why = whyUnranked(target);
  return joined(
    '; ',
    why && `not ranked, since it ${why}`,
    worstText(target),
    archivedWords(target.target.serving),
  );
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

/** The targets with their figures, for a terminal, which has no charts. */
export const rankingBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  const { stability } = summary;
  const ranking = shownRankingOf(summary);
  if (stability !== undefined) return onlyIn(TERMINAL, stabilityBlocks(stability, labels));
  return onlyIn(
    TERMINAL,
    ranking === undefined ? unrankedBlocks(summary, labels) : rankedBlocks(summary, ranking),
  );
};
