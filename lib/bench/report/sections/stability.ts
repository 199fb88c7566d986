import { groupBy } from '../../analysis/group-by.ts';
import type { Summary } from '../../analysis/summary.ts';
import { faultFacts, FAULTS, type Fault } from '../../model/fault.ts';
import type { Target } from '../../model/measurement.ts';
import type { BadAnswers } from '../../model/stability.ts';
import {
  SOAK_LIMITS,
  soakFigures,
  type Soak,
  type SoakFigure,
  type SoakTrend,
} from '../../stability/soak.ts';
import {
  isTested,
  type FaultLeftOut,
  type FaultResult,
  type StabilitySummary,
  type TargetStability,
} from '../../stability/summary.ts';
import type { StabilityVerdict } from '../../stability/verdict.ts';
import { sum } from '../../stats/moments.ts';
import {
  counted,
  formatFigure,
  formatPercent,
  joined,
  NO_FIGURE,
} from '../../wording/format-number.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';
import {
  blocks,
  dataFile,
  fold,
  list,
  table,
  text,
  chipColumn,
  countColumn,
  dataColumn,
  figureColumn,
  targetColumn,
  wordColumn,
} from '../blocks.ts';
import {
  LEFT_OUT_WORDS,
  soakFigureFacts,
  soakText,
  UNCLEAR_WORDS,
  VERDICT_SIGNS,
  whyUnranked,
} from '../stability-words.ts';
import type { Block, Chip, Column, DataFile, Item, Section } from '../model.ts';

const KINDS: Readonly<Record<StabilityVerdict, Chip['kind']>> = {
  unaffected: 'passed',
  unclear: 'info',
  degraded: 'warned',
  failed: 'failed',
  died: 'failed',
};

const signed = (value: number): string =>
  `${value < 0 ? '−' : '+'}${formatFigure(Math.abs(value))}`;

/** The figures beyond their limits, in a few words each. */
const beyondWords = ({
  beyond,
  failedShare,
  p99Ratio,
  recoverySeconds,
  memoryGainedMiB = 0,
  processesLost,
}: FaultResult): readonly string[] => {
  const words = {
    failedShare: `${formatPercent(failedShare)} % failed`,
    p99Ratio: `p99 × ${formatFigure(p99Ratio)}`,
    recoverySeconds:
      recoverySeconds === undefined
        ? 'does not recover'
        : `recovers in ${formatFigure(recoverySeconds)} s`,
    memoryGainedMiB: `${signed(memoryGainedMiB)} MiB`,
    processesLost: counted(processesLost ?? 0, 'process lost', 'processes lost'),
  };
  return beyond.map((name) => words[name]);
};

/** A verdict as a sign; its tooltip and the table below have the words. */
const chipOf = (result: FaultResult): Chip => {
  const { verdict, unclear, repeats, agreeing, answers } = result;
  const faulty = sum(answers.map(({ count }) => count));
  return {
    kind: KINDS[verdict],
    text: VERDICT_SIGNS[verdict],
    spoken: verdict,
    long: [
      unclear === undefined ? verdict : `${verdict}: ${UNCLEAR_WORDS[unclear]}`,
      ...beyondWords(result),
      ...(faulty === 0 ? [] : [counted(faulty, 'request with it', 'requests with it')]),
      ...(agreeing === repeats ? [] : [`in ${agreeing} of ${repeats} repeats`]),
    ].join(', '),
  };
};

const matrixColumn = (fault: Fault): Column<TargetStability> => {
  const chipsOf = ({ results }: TargetStability): readonly Chip[] =>
    results
      .filter(isTested)
      .filter((result) => result.fault === fault)
      .map(chipOf);
  return {
    key: fault,
    title: faultFacts[fault].title,
    value: (target) => chipsOf(target)[0]?.spoken,
    text: (target) => chipsOf(target)[0]?.text ?? NO_FIGURE,
    chips: chipsOf,
  };
};

interface DetailRow {
  readonly target: Target;
  readonly result: FaultResult | FaultLeftOut;
}

const tested = ({ result }: DetailRow): FaultResult | undefined =>
  isTested(result) ? result : undefined;

const answersText = (answers: readonly BadAnswers[]): string =>
  answers
    .map(({ answer, count, medianMs }) => {
      const time = medianMs === undefined ? '' : ` (${formatFigure(medianMs)} ms)`;
      return `${count} × ${answer}${time}`;
    })
    .join(', ');

const DETAIL_COLUMNS: readonly Column<DetailRow>[] = [
  wordColumn('fault', 'With', ({ result }) => faultFacts[result.fault].title, {
    value: ({ result }) => result.fault,
    isHead: true,
  }),
  wordColumn('verdict', 'Verdict', (row) => tested(row)?.verdict ?? NO_FIGURE),
  wordColumn('bad_answers', 'What the faulty requests got', (row) => {
    const { result } = row;
    return isTested(result)
      ? answersText(result.answers)
      : `left out: ${LEFT_OUT_WORDS[result.leftOut]}`;
  }),
  figureColumn('failed_percent', 'Good requests failed', '%', (row) => {
    const share = tested(row)?.failedShare;
    return share === undefined ? undefined : 100 * share;
  }),
  figureColumn('p99_ratio', 'p99', '× before', (row) => tested(row)?.p99Ratio),
  figureColumn('recovery_seconds', 'Recovery', 's', (row) => tested(row)?.recoverySeconds),
  figureColumn('memory_gained_mib', 'Memory', 'MiB more', (row) => tested(row)?.memoryGainedMiB),
  countColumn('processes_lost', 'Processes lost', (row) => tested(row)?.processesLost),
  countColumn('repeats', 'Repeats', (row) => tested(row)?.repeats),
];

/** Columns of the CSV file only. */
const DETAIL_DATA: readonly Column<DetailRow>[] = [
  dataColumn('agreeing_repeats', (row) => tested(row)?.agreeing),
  dataColumn('unclear', (row) => tested(row)?.unclear),
];

const detailRows = ({ targets }: StabilitySummary): readonly DetailRow[] =>
  targets.flatMap(({ target, results }) => results.map((result) => ({ target, result })));

/** The faults that each target was not tested with, by reason. */
const leftOutItems = ({ targets }: StabilitySummary, labels: Labels): readonly Item[] =>
  targets.flatMap(({ target, results }) => {
    const untested = results.flatMap((result) => (isTested(result) ? [] : [result]));
    return [...groupBy(untested, ({ leftOut }) => leftOut).values()].map((faults) => {
      const titles = faults.map(({ fault }) => faultFacts[fault].title).join(', ');
      return {
        name: labelOf(labels, target),
        text: `not tested with ${titles}, because ${LEFT_OUT_WORDS[faults[0].leftOut]}`,
      };
    });
  });

const LIMITS_NOTE = `✓ unaffected, ? unclear, △ degraded, ✗ failed, ☠ died; a fault marked ${NO_FIGURE} was not tested, for the reason below. Good requests come through the middleware; the fault goes straight to the serving. The verdict is that of the middle repeat, but one death is enough; figures are medians. The limits of each verdict are in lib/docs/stability.md.`;

/** Why targets are not ranked. */
const controlNotices = ({ targets }: StabilitySummary, labels: Labels): readonly string[] =>
  targets.flatMap((stability) => {
    const why = whyUnranked(stability);
    return why === undefined
      ? []
      : `${labelOf(labels, stability.target)} ${why}. It is not ranked; do not quote its verdicts.`;
  });

interface SoakRow {
  readonly target: Target;
  readonly soak: Soak;
  readonly trend: SoakTrend;
}

const TREND_CHIPS: Readonly<Record<SoakTrend['verdict'], Chip>> = {
  grows: { kind: 'warned', text: '△ grows' },
  steady: { kind: 'passed', text: '✓ steady' },
  noisy: { kind: 'info', text: '? too noisy to tell' },
};

const SOAK_COLUMNS: readonly Column<SoakRow>[] = [
  wordColumn(
    'figure',
    'Figure',
    ({ trend }) => {
      const { title, unit } = soakFigureFacts[trend.figure];
      return joined(', ', title, unit);
    },
    { isHead: true },
  ),
  figureColumn('from', 'At the start', undefined, ({ trend }) => trend.from),
  figureColumn('to', 'At the end', undefined, ({ trend }) => trend.to),
  wordColumn(
    'change',
    'Change',
    ({ trend: { change } }) => `${signed(change.low)} to ${signed(change.high)}`,
  ),
  chipColumn('trend', 'Trend', ({ trend }) => [TREND_CHIPS[trend.verdict]]),
];

const soakRows = ({ soaks }: StabilitySummary): readonly SoakRow[] =>
  soaks.flatMap((soak) => soak.trends.map((trend) => ({ target: soak.target, soak, trend })));

/** By how much a figure may grow: `median by 10 % and 0.5 ms`. */
const soakLimitText = (figure: SoakFigure): string => {
  const { share, amount } = SOAK_LIMITS[figure];
  const { title, unit } = soakFigureFacts[figure];
  const most = `${amount} ${unit === '%' ? '% of the requests' : unit}`.trimEnd();
  return share === 0 ? `${title} by ${most}` : `${title} by ${share * 100} % and ${most}`;
};

const SOAK_NOTE = `Change: the 99 % interval of the trend. A figure may grow: ${soakFigures.map(soakLimitText).join(', ')}. lib/docs/stability.md says when it grows, is steady, or is too noisy to tell.`;

const faultBlocks = (stability: StabilitySummary, labels: Labels): readonly Block[] => {
  const rows = detailRows(stability);
  const faults = FAULTS.filter((fault) =>
    rows.some(({ result }) => result.fault === fault && isTested(result)),
  );
  if (faults.length === 0) return [];
  return blocks(
    table(
      'Effect of each fault on good requests',
      [targetColumn<TargetStability>(labels), ...faults.map(matrixColumn)],
      stability.targets,
      { file: 'stability.csv', isMatrix: true },
    ),
    list(controlNotices(stability, labels), 'notices'),
    text(LIMITS_NOTE, 'small'),
    fold(
      'What is done, and what came of it',
      blocks(
        list(
          [
            ...faults.map((fault) => ({
              name: faultFacts[fault].title,
              text: faultFacts[fault].what,
            })),
            ...leftOutItems(stability, labels),
          ],
          'terms',
        ),
        table(
          'Every fault on every target',
          [targetColumn<DetailRow>(labels), ...DETAIL_COLUMNS],
          rows.filter(({ result }) => isTested(result)),
          { file: 'stability.csv' },
        ),
      ),
    ),
  );
};

/** How the targets of a run withstand faults and constant load; undefined if that was not measured. */
export const stabilitySection = ({ stability }: Summary, labels: Labels): Section | undefined =>
  stability && {
    id: 'stability',
    title: 'Stability',
    blocks: blocks(
      faultBlocks(stability, labels),
      list(stability.soaks.map((soak) => soakText(soak, labels))),
      table(
        'Under constant load',
        [targetColumn<SoakRow>(labels), ...SOAK_COLUMNS],
        soakRows(stability),
      ),
      stability.soaks.length > 0 && text(SOAK_NOTE, 'small'),
    ),
  };

/** `stability.csv`: a line for each target and fault. */
export const stabilityFile = (stability: StabilitySummary): DataFile =>
  dataFile(
    'stability.csv',
    [targetColumn<DetailRow>(new Map()), ...DETAIL_COLUMNS, ...DETAIL_DATA],
    detailRows(stability),
  );
