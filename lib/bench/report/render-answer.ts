import { styleText } from 'node:util';
import { checksSupport } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { verdictOn } from '../analysis/verdicts/standing.ts';
import type { HeadlineVerdicts } from '../analysis/verdicts/verdict.ts';
import { levelId, targetId, type Target } from '../model/measurement.ts';
import { isOpen } from '../stats/judgement.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel, targetLabels } from '../wording/labels.ts';
import { labelOf, type Labels } from './columns.ts';
import type { TerminalStyle } from './render-terminal.ts';
import { measuredRows } from './row-groups.ts';
import { loadsLabel, rankedBySpeed } from './sections/winner-lines.ts';

/** Longer lines wrap in too many terminals and CI logs. */
const MOST_COLUMNS = 100;
/** With more targets, each is held against the slowest only. */
const MOST_NEIGHBOURS = 4;

/** Breaks a text at its blanks into lines of at most so many characters. */
const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
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
  labels: Labels,
): readonly string[] => {
  const ranked = rankedBySpeed(headline);
  const slowest = ranked.at(-1);
  if (slowest === undefined) return [];
  const names = ranked.map((target) => labelOf(labels, target));
  const slowestName = names.at(-1) ?? '';
  const table = ranked.map((target, index) => {
    const row = rowAt(summary, headline, target);
    return [
      names[index] ?? '',
      `${formatFigure(row?.requestRatePerSecond?.value)} req/s`,
      `p50 ${formatFigure(row?.p50Ms?.value)} ms`,
      target === slowest ? 'slowest' : against(headline, target, slowest, slowestName),
    ];
  });
  const widths = [0, 1, 2].map((at) => Math.max(...table.map((cells) => (cells[at] ?? '').length)));
  const neighbours = ranked.length > MOST_NEIGHBOURS ? [] : ranked.slice(0, -2);
  return [
    ...table.map(([name = '', rate = '', median = '', words = '']) =>
      `  ${name.padEnd(widths[0] ?? 0)}  ${rate.padStart(widths[1] ?? 0)}  ${median.padStart(widths[2] ?? 0)}  ${words}`.trimEnd(),
    ),
    ...neighbours.flatMap((target, index) => {
      const next = ranked[index + 1];
      const words =
        next === undefined ? '' : against(headline, target, next, names[index + 1] ?? '');
      return words === '' ? [] : [`  ${names[index]}: ${words}`];
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
 * The answer of a run in about a dozen lines of at most 100 columns: what was compared, the targets by their speed, what to know to
 * believe it, and what to do next. Undefined where a run has no verdicts over all of it. Ends with a line break.
 *
 * @param open the file to open for more
 */
export const renderAnswer = (
  summary: Summary,
  open: string,
  { color, width }: TerminalStyle,
): string | undefined => {
  const { headline, validity, plan } = summary;
  if (headline === undefined) return undefined;
  const columns = Math.min(width, MOST_COLUMNS);
  const paint = (format: 'bold' | 'red' | 'green' | 'yellow', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const labels = targetLabels(
    summary.rows.map(({ target }) => target),
    plan,
  );
  const load = headline.loads.at(-1);
  const at =
    load === undefined
      ? ''
      : `${load.scenario === 'cold' ? 'cold, ' : ''}${levelLabel(load.level)}`;
  const over = headline.loads.length === 1 ? '' : `, verdicts over ${loadsLabel(headline)}`;
  const isInvalid = validity?.valid === false;
  return [
    ...(isInvalid
      ? validity.reasons
          .flatMap((reason) => wrapped(`INVALID ${reason}`, columns))
          .map((line) => paint('red', line))
      : []),
    paint('bold', `RESULT  at ${at}${over}; ${plan.options.repeats} repeats`),
    ...resultLines(summary, headline, labels),
    `Checks  ${marksOf(summary)
      .map(({ isGood, words }) =>
        isGood ? `${paint('green', '✓')} ${words}` : `${paint('yellow', '✗')} ${words}`,
      )
      .join('  ')}`,
    `Report  ${open}`,
    ...nextStep(summary),
    '',
  ].join('\n');
};
