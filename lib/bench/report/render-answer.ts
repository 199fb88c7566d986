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

/** The lines as a table. On a narrow screen, the words about a target go below it. */
const tableLines = (
  lines: readonly Line[],
  columns: number,
  hasMedian = true,
): readonly string[] => {
  const widthOf = (at: 0 | 1 | 2): number => Math.max(...lines.map((cells) => cells[at].length));
  const [names, rates, medians] = [widthOf(0), widthOf(1), widthOf(2)];
  return lines.flatMap(([name, rate, median, words]) => {
    const figures = [
      `  ${name.padEnd(names)}`,
      rate.padStart(rates),
      ...(hasMedian ? [median.padStart(medians)] : []),
    ].join('  ');
    const line = `${figures}  ${words}`.trimEnd();
    return line.length <= columns ? [line] : [figures, `${INDENT}${words}`];
  });
};

const moreText = (left: number): readonly string[] =>
  left === 0 ? [] : [`  … and ${left} more, see the report`];

/** Each ranked target against the last, by a name of that which leaves the lines short enough; where none does, without. */
const resultLines = (
  ranking: Ranking,
  columns: number,
): { readonly lines: readonly string[]; readonly isNamed: boolean } => {
  const { headline, judged, others } = ranking;
  const last = judged.at(-1);
  const slowest = slowestOf(ranking);
  const all = [...judged, ...others];
  const shown = all.length <= MOST_TARGETS ? all : [...judged.slice(0, MOST_TARGETS - 1), last];
  const linesWith = (name?: string): readonly Line[] =>
    shown.flatMap((target) => {
      if (target === undefined) return [];
      const ranked = judged.find((one) => one === target);
      if (ranked === undefined) return [lineOf(target, 'no verdict: see the report')];
      if (ranked === slowest) return [lineOf(ranked, 'slowest')];
      const words =
        ranked === last || last === undefined
          ? 'last, but undecided'
          : against(headline, ranked, last, name);
      return [lineOf(ranked, words)];
    });
  const named = [linesWith(), linesWith(slowest === undefined ? 'the last' : 'the slowest')].map(
    (lines) => tableLines(lines, columns),
  );
  const table = named.find(({ length }) => length === shown.length);
  const unnamed = tableLines(linesWith(''), columns);
  const neighbours = judged.length > MOST_NEIGHBOURS ? [] : judged.slice(0, -2);
  const lines = [
    ...(table ??
      (unnamed.length === shown.length ? unnamed : tableLines(linesWith(''), columns, false))),
    ...moreText(all.length - shown.length),
    ...neighbours.flatMap((target, index) => {
      const next = judged[index + 1];
      if (next === undefined) return [];
      const words = `${target.shortLabel}: ${against(headline, target, next)}`;
      return hangingLines('  ', words, columns, INDENT.length);
    }),
  ];
  return { lines, isNamed: table !== undefined };
};

/** What to do with the answer: make it a better one, and see the real servers. */
const nextSteps = (summary: Summary): readonly string[] => {
  const { plan, validity } = summary;
  if (validity?.valid === false) {
    return [
      'do what the first lines say; Checks and Failures in the report say more',
      ...stepsOf(summary),
    ];
  }
  return [
    ...stepsOf(summary),
    ...(plan.runtime === 'simulated' && plan.where === 'local'
      ? ['npx serving-compare setup: the real servers, which this run only simulates']
      : []),
  ];
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

/** The loads and the repeats that the verdicts rest on, and what percentages are against where their lines do not say it. */
const rankingTitle = (ranking: Ranking, isNamed: boolean): string => {
  const { headline, allLoads, isUneven, repeats } = ranking;
  const [least, most] = repeats;
  const { loads, verdicts } = headline;
  const state = verdicts.every(({ judgement }) => isOpen(judgement)) ? 'nothing is decided ' : '';
  const left = loads.length === allLoads ? '' : `, ${loads.length} of ${allLoads} loads`;
  const over =
    loads.length === 1
      ? left
      : `; order and percentages over ${loadsLabel(headline)} together${left}${isUneven ? ', some pairs over fewer' : ''}`;
  const than = isNamed
    ? ''
    : `; percentages against the ${slowestOf(ranking) === undefined ? 'last' : 'slowest'}`;
  const each = least === most ? counted(most, 'repeat') : `${least}–${most} repeats`;
  return `${state}at ${loadsLabel({ loads: loads.slice(-1) })}${over}${than}; ${each}`;
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
  const { lines, isNamed } = resultLines(ranking, columns);
  return {
    title: rankingTitle(ranking, isNamed),
    lines: [...lines, ...(why === undefined ? [] : hangingLines('Why     ', why, columns))],
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
