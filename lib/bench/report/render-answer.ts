import { styleText } from 'node:util';
import { checksSupport } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { verdictOn } from '../analysis/verdicts/standing.ts';
import type { HeadlineVerdicts } from '../analysis/verdicts/verdict.ts';
import { levelId, targetId, type Target } from '../model/measurement.ts';
import { isOpen } from '../stats/judgement.ts';
import { formatFigure } from '../wording/format-number.ts';
import { targetLabels } from '../wording/labels.ts';
import { labelOf, type Labels } from './columns.ts';
import type { TerminalStyle } from './render-terminal.ts';
import { measuredRows } from './row-groups.ts';
import { loadsLabel, rankedBySpeed } from './sections/winner-lines.ts';

/** Longer lines wrap in too many terminals and CI logs. */
const MOST_COLUMNS = 100;
const CHECKS = 'Checks  ';
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

/** Whole percents; below ten with a tenth. */
const percentText = (share: number): string => (100 * share).toFixed(share < 0.1 ? 1 : 0);

const percentRange = (low: number, high: number): string =>
  `${percentText(low - 1)}–${percentText(high - 1)} %`;

/** What the run says of one target against another, in a few words; empty where it says nothing. */
const against = (headline: HeadlineVerdicts, one: Target, other: Target, name: string): string => {
  const verdict = verdictOn(headline, one, other);
  const interval = verdict?.ratio?.interval;
  if (verdict === undefined || interval === undefined) return '';
  const { low, high } = interval;
  const isFirst = targetId(verdict.first) === targetId(one);
  // Of a rate the greater one is the faster, of a response time the smaller.
  const isLead = isFirst === (headline.figure === 'request rate');
  const [least, most] = isLead ? [low, high] : [1 / high, 1 / low];
  const { judgement } = verdict;
  if (judgement.word === 'equal') return `equal to ${name} within 3 %`;
  if (judgement.word === 'bounded') {
    return `no difference above ${percentText(judgement.most)} % from ${name}`;
  }
  if (judgement.word === 'noisy') return `too noisy to tell from ${name}`;
  return least > 1
    ? `${percentRange(least, most)} faster than ${name}`
    : `${percentRange(1 / most, 1 / least)} slower than ${name}`;
};

/** The result of a target at the last load of the headline, the heaviest one. */
const rowAt = (summary: Summary, headline: HeadlineVerdicts, target: Target) => {
  const load = headline.loads.at(-1);
  return measuredRows(summary).find(
    (row) =>
      targetId(row.target) === targetId(target) &&
      row.scenario === load?.scenario &&
      levelId(row.level) === levelId(load.level),
  );
};

const resultLines = (
  summary: Summary,
  headline: HeadlineVerdicts,
  ranked: readonly Target[],
  labels: Labels,
): readonly string[] => {
  const nameOf = (target: Target): string => labelOf(labels, target);
  const slowest = ranked.at(-1);
  const rankedIds = new Set(ranked.map(targetId));
  const others = headline.verdicts
    .flatMap(({ first, second }) => [first, second])
    .filter((target) => !rankedIds.has(targetId(target)));
  const unranked = new Map(others.map((target) => [targetId(target), target]));
  const wordsOn = (target: Target): string => {
    if (slowest === undefined || unranked.has(targetId(target)))
      return 'no verdict: see the report';
    return target === slowest ? 'slowest' : against(headline, target, slowest, nameOf(slowest));
  };
  const table = [...ranked, ...unranked.values()].map((target) => {
    const row = rowAt(summary, headline, target);
    return [
      nameOf(target),
      `${formatFigure(row?.requestRatePerSecond?.value)} req/s`,
      `p50 ${formatFigure(row?.p50Ms?.value)} ms`,
      wordsOn(target),
    ] as const;
  });
  const widthOf = (at: 0 | 1 | 2): number => Math.max(...table.map((cells) => cells[at].length));
  const [names, rates, medians] = [widthOf(0), widthOf(1), widthOf(2)];
  const neighbours = ranked.length > MOST_NEIGHBOURS ? [] : ranked.slice(0, -2);
  return [
    ...table.map(
      ([name, rate, median, words]) =>
        `  ${name.padEnd(names)}  ${rate.padStart(rates)}  ${median.padStart(medians)}  ${words}`,
    ),
    ...neighbours.flatMap((target, index) => {
      const next = ranked[index + 1];
      return next === undefined
        ? []
        : [`  ${nameOf(target)}: ${against(headline, target, next, nameOf(next))}`];
    }),
  ];
};

interface Mark {
  readonly isGood: boolean;
  readonly words: string;
}

/** What a reader must know to believe the figures. */
const marksOf = (summary: Summary): readonly Mark[] => {
  const rows = measuredRows(summary);
  const asked = summary.answerChecks.length;
  const right = summary.answerChecks.filter(({ state }) => state === 'passed').length;
  const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
  const excluded = rows.filter((row) => !checksSupport(row)).length;
  const shares = rows.flatMap(({ noopLimit }: SummaryRow) => noopLimit?.worst.share ?? []);
  return [
    {
      isGood: right === asked,
      words: right === asked ? 'answers correct' : `answers of ${asked - right} of ${asked} wrong`,
    },
    { isGood: failed === 0, words: failed === 0 ? 'no failures' : `${failed} requests failed` },
    ...(shares.length === 0
      ? []
      : [
          {
            isGood: true,
            words: `rig at ${percentText(Math.max(...shares))} % of its limit`,
          },
        ]),
    {
      isGood: excluded === 0,
      words:
        excluded === 0
          ? 'all results pass their checks'
          : `${excluded} of ${rows.length} results fail a check: no verdict`,
    },
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
  const { headline, validity, plan } = summary;
  const ranked = headline === undefined ? [] : rankedBySpeed(headline);
  if (headline === undefined || ranked.length === 0) return undefined;
  const columns = Math.min(width, MOST_COLUMNS);
  const paint = (format: 'bold' | 'red' | 'green' | 'yellow', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const labels = targetLabels(
    summary.rows.map(({ target }) => target),
    plan,
  );
  const at = loadsLabel({ loads: headline.loads.slice(-1) });
  const over = headline.loads.length === 1 ? '' : `; verdicts over ${loadsLabel(headline)}`;
  const reasons = validity?.valid === false ? validity.reasons : [];
  const marks = marksOf(summary).map(({ isGood, words }) => `${isGood ? '✓' : '✗'} ${words}`);
  const painted = (mark: string): string =>
    paint(mark.startsWith('✓') ? 'green' : 'yellow', mark.slice(0, 1)) + mark.slice(1);
  return [
    ...reasons.flatMap((reason) =>
      inLines(`INVALID: ${reason}`.split(' '), ' ', columns).map((words) =>
        paint('red', words.join(' ')),
      ),
    ),
    paint('bold', `RESULT  at ${at}; ${plan.options.repeats} repeats${over}`),
    ...resultLines(summary, headline, ranked, labels),
    ...inLines(marks, '  ', columns - CHECKS.length).map(
      (line, index) =>
        `${index === 0 ? CHECKS : ''.padEnd(CHECKS.length)}${line.map(painted).join('  ')}`,
    ),
    `Report  ${open}`,
    ...nextStep(summary),
    '',
  ].join('\n');
};
