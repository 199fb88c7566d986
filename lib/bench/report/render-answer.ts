import { styleText } from 'node:util';
import type { Summary } from '../analysis/summary.ts';
import { isOpen } from '../stats/judgement.ts';
import { hangingLines, MOST_COLUMNS } from '../wording/columns.ts';
import { counted, formatFigure } from '../wording/format-number.ts';
import { labelOf, rowLabels, type Labels } from '../wording/labels.ts';
import {
  against,
  loadsLabel,
  rankingOf,
  slowestOf,
  stepsOf,
  unrankedOf,
  type ComparedTarget,
  type RankedTarget,
  type Ranking,
} from './answer.ts';
import { signedText } from './model.ts';
import { stabilityLines } from './stability-words.ts';
import type { TerminalStyle } from './render-terminal.ts';
import { titleOf } from './sections/head.ts';
import { trustMarks } from './trust-marks.ts';
import { whySlower } from './why-slower.ts';

const CHECKS = 'Checks  ';
const RESULT = 'RESULT  ';
const NEXT = 'Next    ';
const GAP = '  ';
const INDENT = '    ';
/** With more targets, each is held against the slowest only. */
const MOST_NEIGHBOURS = 4;
/** More would not be read at a glance. */
const MOST_TARGETS = 8;
/** More reasons than these are in the report. */
const MOST_REASONS = 3;

/** Puts pieces into lines of at most so many characters. */
const inLines = (
  pieces: readonly string[],
  gap: string,
  columns: number,
): readonly (readonly string[])[] => {
  const lines: string[][] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && [...line, piece].join(gap).length <= columns) line.push(piece);
    else lines.push([piece]);
  }
  return lines;
};

interface Result {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A target with its figures, and what is said of it. */
const lineOf = ({ label, row }: ComparedTarget, words: string) =>
  [
    label,
    `${formatFigure(row?.requestRatePerSecond?.value)} req/s`,
    `p50 ${formatFigure(row?.p50Ms?.value)} ms`,
    words,
  ] as const;

type Line = ReturnType<typeof lineOf>;

/** The lines as a table. On a narrow screen, the words about a target go below it, without its median. */
const tableLines = (lines: readonly Line[], columns: number): readonly string[] => {
  const widthOf = (at: 0 | 1 | 2): number => Math.max(...lines.map((cells) => cells[at].length));
  const [names, rates, medians] = [widthOf(0), widthOf(1), widthOf(2)];
  const hasMedian = names + rates + medians + 3 * GAP.length <= columns;
  return lines.flatMap(([name, rate, median, words]) => {
    const cells = [name.padEnd(names), rate.padStart(rates), median.padStart(medians)];
    const figures = GAP + cells.slice(0, hasMedian ? 3 : 2).join(GAP);
    const line = `${figures}${GAP}${words}`.trimEnd();
    return line.length <= columns ? [line] : [figures, `${INDENT}${words}`];
  });
};

const moreText = (left: number): readonly string[] =>
  left === 0 ? [] : [`  … and ${left} more, see the report`];

/** What is said of a ranked target against the last one, and whether it says what that is. */
const wordsOf = (ranking: Ranking, target: RankedTarget, isNamed: boolean): string => {
  const last = ranking.judged.at(-1);
  const slowest = slowestOf(ranking);
  if (target === slowest) return 'slowest';
  if (target === last || last === undefined) return 'last, but undecided';
  const name = slowest === undefined ? 'the last' : 'the slowest';
  return against(ranking.headline, target, last, isNamed ? name : '');
};

/** Each ranked target against the last, and of few targets each against the next one. */
const resultLines = (ranking: Ranking, columns: number): readonly string[] => {
  const { headline, judged, others } = ranking;
  const all = judged.length + others.length;
  // The last one is what the others are held against.
  const isShown = (at: number): boolean =>
    all <= MOST_TARGETS || at < MOST_TARGETS - 1 || at === judged.length - 1;
  const linesWith = (isNamed: boolean): readonly Line[] =>
    [
      ...judged.map((target) => lineOf(target, wordsOf(ranking, target, isNamed))),
      ...others.map((target) => lineOf(target, 'no verdict: see the report')),
    ].filter((_, at) => isShown(at));
  const lines = linesWith(true);
  const [named, unnamed] = [tableLines(lines, columns), tableLines(linesWith(false), columns)];
  const neighbours = judged.length > MOST_NEIGHBOURS ? [] : judged.slice(0, -2);
  return [
    ...(unnamed.length < named.length ? unnamed : named),
    ...moreText(all - lines.length),
    ...neighbours.flatMap((target, index) => {
      const next = judged[index + 1];
      if (next === undefined) return [];
      const words = `${target.shortLabel}: ${against(headline, target, next)}`;
      return hangingLines('  ', words, columns, INDENT.length);
    }),
  ];
};

/** What to do with the answer: make it a better one, and see the real servers. */
const nextSteps = (summary: Summary): readonly string[] => {
  const { plan, validity } = summary;
  const steps = stepsOf(summary);
  if (validity?.valid === false) {
    return ['follow the first lines; for details see Checks and Failures in the report', ...steps];
  }
  return plan.runtime === 'simulated' && plan.where === 'local'
    ? [...steps, 'npx serving-compare setup: the real servers, which this run only simulates']
    : steps;
};

/** What each search came to. */
const searchLines = (
  { sloRates = [] }: Summary,
  labels: Labels,
  columns: number,
): readonly string[] => {
  const lines = sloRates.flatMap(({ target, boundMs, requestRatePerSecond: rate, search }) => {
    if (search === undefined) return [];
    const found =
      rate === undefined
        ? `none found. ${search.reason ?? ''}`.trimEnd()
        : `${formatFigure(rate.value)} req/s`;
    return [`${labelOf(labels, target)}, p99 within ${boundMs} ms: ${found}`];
  });
  return [
    ...lines
      .slice(0, MOST_TARGETS)
      .flatMap((line) => hangingLines('  ', line, columns, INDENT.length)),
    ...moreText(Math.max(0, lines.length - MOST_TARGETS)),
  ];
};

/** The result of a run without a ranking: why there is none, and the figures. */
const unrankedResult = (summary: Summary, columns: number): Result => {
  const { load, targets } = unrankedOf(summary);
  const { rows, plan, sloRates = [] } = summary;
  const labels = rowLabels(rows, plan);
  const isSearched = sloRates.some(({ search }) => search !== undefined);
  const at = load === undefined || isSearched ? '' : ` At ${loadsLabel({ loads: [load] })}:`;
  const shown = isSearched ? [] : targets.slice(0, MOST_TARGETS);
  return {
    title: `${titleOf(summary, labels)}.${at}`,
    lines: [
      ...tableLines(
        shown.map((target) => lineOf(target, '')),
        columns,
      ),
      ...moreText(isSearched ? 0 : targets.length - shown.length),
      ...searchLines(summary, labels, columns),
    ],
  };
};

/** The loads and the repeats that the verdicts rest on. */
const rankingTitle = ({ headline, allLoads, isUneven, repeats }: Ranking): string => {
  const [least, most] = repeats;
  const { loads, verdicts } = headline;
  const state = verdicts.every(({ judgement }) => isOpen(judgement)) ? 'nothing is decided ' : '';
  const left = loads.length === allLoads ? '' : `, ${loads.length} of ${allLoads} loads`;
  const over =
    loads.length === 1
      ? left
      : `; order and percentages over ${loadsLabel(headline)} together${left}${isUneven ? ', some pairs over fewer' : ''}`;
  const each = least === most ? counted(most, 'repeat') : `${least}–${most} repeats`;
  return `${state}at ${loadsLabel({ loads: loads.slice(-1) })}${over}; ${each}`;
};

/** What the answer is of, and its lines. */
const resultOf = (summary: Summary, columns: number): Result => {
  const { plan, stability, rows } = summary;
  if (stability !== undefined) {
    const labels = rowLabels(rows, plan);
    const title = `${titleOf(summary, labels)}.`;
    return { title, lines: stabilityLines(stability, labels, columns) };
  }
  const ranking = rankingOf(summary);
  if (ranking === undefined) return unrankedResult(summary, columns);
  const why = whySlower(summary, ranking);
  return {
    title: rankingTitle(ranking),
    lines: [
      ...resultLines(ranking, columns),
      ...(why === undefined ? [] : hangingLines('Why     ', why, columns)),
    ],
  };
};

/**
 * The answer of a run in about a dozen lines of at most 100 columns: the targets by their speed, why the slowest is slower, what
 * to know to believe it, and what to do next. Where nothing is ranked it says why. Ends with a line break.
 *
 * @param open the file to open for more
 */
export const renderAnswer = (
  summary: Summary,
  open: string,
  { color, width }: TerminalStyle,
): string => {
  const { validity } = summary;
  const columns = Math.min(width, MOST_COLUMNS);
  const { title, lines } = resultOf(summary, columns);
  const paint = (format: 'bold' | 'red' | 'green' | 'yellow', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const reasons = validity?.valid === false ? validity.reasons : [];
  const marks = trustMarks(summary).map(signedText);
  const painted = (line: string): string =>
    line.replaceAll(/[✓✗](?= )/g, (sign) => paint(sign === '✓' ? 'green' : 'yellow', sign));
  return [
    ...reasons
      .slice(0, MOST_REASONS)
      .flatMap((reason) => hangingLines('INVALID: ', reason, columns))
      .map((line) => paint('red', line)),
    ...moreText(Math.max(0, reasons.length - MOST_REASONS)),
    ...hangingLines(RESULT, title, columns).map((line) => paint('bold', line)),
    ...lines,
    ...inLines(marks, '  ', columns - CHECKS.length)
      .flatMap((line, at) =>
        hangingLines(at === 0 ? CHECKS : ''.padEnd(CHECKS.length), line.join('  '), columns),
      )
      .map(painted),
    `Report  ${open}`,
    ...nextSteps(summary).flatMap((step, at) =>
      hangingLines(at === 0 ? NEXT : ''.padEnd(NEXT.length), step, columns),
    ),
    '',
  ].join('\n');
};
