import { styleText } from 'node:util';
import type { Summary } from '../analysis/summary.ts';
import { isOpen } from '../stats/judgement.ts';
import { counted, formatFigure } from '../wording/format-number.ts';
import { targetLabels } from '../wording/labels.ts';
import {
  against,
  loadsLabel,
  rankingOf,
  slowestOf,
  trustMarks,
  type ComparedTarget,
  type RankedTarget,
  type Ranking,
} from './answer.ts';
import { signedText } from './model.ts';
import { stabilityFinding, stabilityLines } from './stability-words.ts';
import type { TerminalStyle } from './render-terminal.ts';

/** Longer lines wrap in too many terminals and CI logs. */
const MOST_COLUMNS = 100;
const CHECKS = 'Checks  ';
const RESULT = 'RESULT  ';
const INDENT = '    ';
/** With more targets, each is held against the slowest only. */
const MOST_NEIGHBOURS = 4;

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

/** A target with its figures, and what is said of it. */
const lineOf = ({ label, row }: ComparedTarget, words: string) =>
  [
    label,
    `${formatFigure(row?.requestRatePerSecond?.value)} req/s`,
    `p50 ${formatFigure(row?.p50Ms?.value)} ms`,
    words,
  ] as const;

const resultLines = (ranking: Ranking): readonly string[] => {
  const { headline, judged, others } = ranking;
  const last = judged.at(-1);
  const slowest = slowestOf(ranking);
  const wordsOn = (target: RankedTarget): string => {
    if (target === slowest) return 'slowest';
    return target === last || last === undefined
      ? 'last, but not shown to be the slowest'
      : against(headline, target, last);
  };
  const table = [
    ...judged.map((target) => lineOf(target, wordsOn(target))),
    ...others.map((target) => lineOf(target, 'no verdict: see the report')),
  ];
  const widthOf = (at: 0 | 1 | 2): number => Math.max(...table.map((cells) => cells[at].length));
  const [names, rates, medians] = [widthOf(0), widthOf(1), widthOf(2)];
  const neighbours = judged.length > MOST_NEIGHBOURS ? [] : judged.slice(0, -2);
  return [
    ...table.map(
      ([name, rate, median, words]) =>
        `  ${name.padEnd(names)}  ${rate.padStart(rates)}  ${median.padStart(medians)}  ${words}`,
    ),
    ...neighbours.flatMap((target, index) => {
      const next = judged[index + 1];
      return next === undefined
        ? []
        : [`  ${target.shortLabel}: ${against(headline, target, next)}`];
    }),
  ];
};

/** What to do with the answer: see the real servers, or decide what is open. */
const nextStep = ({ plan, headline }: Summary): readonly string[] => {
  if (plan.runtime === 'simulated' && plan.where === 'local') {
    return ['Next    npx serving-compare setup: the real servers, which this run only simulates'];
  }
  const repeats = headline?.verdicts.flatMap(({ judgement, repeatsToDecide }) =>
    isOpen(judgement) ? (repeatsToDecide ?? []) : [],
  );
  return repeats === undefined || repeats.length === 0
    ? []
    : [`Next    --repeats ${Math.max(...repeats)} would probably decide what is open`];
};

/** What the answer is of, and its lines; undefined where there is none. */
const resultOf = (
  summary: Summary,
  columns: number,
): { readonly title: string; readonly lines: readonly string[] } | undefined => {
  const { plan, stability, rows } = summary;
  if (stability !== undefined) {
    const labels = targetLabels(
      rows.map(({ target }) => target),
      plan,
    );
    const lines = stabilityLines(stability, labels);
    const title = `${stabilityFinding(stability, labels)}.`;
    return {
      title: inLines(title.split(' '), ' ', columns - RESULT.length)
        .map((words) => words.join(' '))
        .join(`\n${''.padEnd(RESULT.length)}`),
      lines: lines.flatMap((line) =>
        inLines(line.split(' '), ' ', columns - INDENT.length).map(
          (words, at) => `${at === 0 ? '  ' : INDENT}${words.join(' ')}`,
        ),
      ),
    };
  }
  const ranking = rankingOf(summary);
  if (ranking === undefined) return undefined;
  const { headline } = ranking;
  const at = loadsLabel({ loads: headline.loads.slice(-1) });
  const over = headline.loads.length === 1 ? '' : `; verdicts over ${loadsLabel(headline)}`;
  return {
    title: `at ${at}; ${counted(plan.options.repeats, 'repeat')}${over}`,
    lines: resultLines(ranking),
  };
};

/**
 * The answer of a run in about a dozen lines of at most 100 columns: the targets by their speed, what to know to believe it, and
 * what to do next. Undefined where no verdict could be given. Ends with a line break.
 *
 * @param open the file to open for more
 */
export const renderAnswer = (
  summary: Summary,
  open: string,
  { color, width }: TerminalStyle,
): string | undefined => {
  const { validity } = summary;
  const result = resultOf(summary, Math.min(width, MOST_COLUMNS));
  if (result === undefined) return undefined;
  const columns = Math.min(width, MOST_COLUMNS);
  const paint = (format: 'bold' | 'red' | 'green' | 'yellow', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const reasons = validity?.valid === false ? validity.reasons : [];
  const marks = trustMarks(summary).map(signedText);
  const painted = (mark: string): string =>
    paint(mark.startsWith('✓') ? 'green' : 'yellow', mark.slice(0, 1)) + mark.slice(1);
  return [
    ...reasons.flatMap((reason) =>
      inLines(`INVALID: ${reason}`.split(' '), ' ', columns).map((words) =>
        paint('red', words.join(' ')),
      ),
    ),
    paint('bold', `${RESULT}${result.title}`),
    ...result.lines,
    ...inLines(marks, '  ', columns - CHECKS.length).map(
      (line, index) =>
        `${index === 0 ? CHECKS : ''.padEnd(CHECKS.length)}${line.map(painted).join('  ')}`,
    ),
    `Report  ${open}`,
    ...nextStep(summary),
    '',
  ].join('\n');
};
