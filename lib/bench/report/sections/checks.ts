import { checkFacts } from '../../analysis/checks/check-facts.ts';
import { CHECKS, type CheckName, type CheckResult } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { counted } from '../../wording/format-number.ts';
import { resultLabel, type Labels } from '../../wording/labels.ts';
import { table, text } from '../blocks.ts';
import { chipColumn, countColumn, headColumn, wordColumn } from '../columns.ts';
import type { Column, Section } from '../model.ts';

interface RowCheck {
  readonly row: SummaryRow;
  readonly result: CheckResult;
}

/** The checks of all results; results without figures and no-op limits have none. */
const rowChecksOf = ({ rows }: Summary): readonly RowCheck[] =>
  rows.flatMap((row) => (row.checks ?? []).map((result) => ({ row, result })));

interface CheckCount {
  readonly check: CheckName;
  /** Number of results in a state. */
  readonly count: (state: CheckResult['state']) => number;
}

/** The counts of every check, in the order of {@link CHECKS}; empty if no result has checks. */
const checkCounts = (rowChecks: readonly RowCheck[]): readonly CheckCount[] =>
  rowChecks.length === 0
    ? []
    : CHECKS.map((check) => ({
        check,
        count: (state) =>
          rowChecks.filter(({ result }) => result.check === check && result.state === state).length,
      }));

/** Results that a check cannot judge, which is no fault of theirs. */
const notJudgedText = ({ count }: CheckCount): string =>
  [
    ...(count('unknown') === 0 ? [] : [`no figure: ${count('unknown')}`]),
    ...(count('not-applicable') === 0 ? [] : [`does not apply: ${count('not-applicable')}`]),
  ].join(', ');

const stateColumn = (title: string, state: CheckResult['state']): Column<CheckCount> =>
  countColumn(state, title, ({ count }) => count(state) || undefined);

const COUNT_COLUMNS: readonly Column<CheckCount>[] = [
  headColumn(wordColumn('check', 'Check', ({ check }) => checkFacts[check].title)),
  wordColumn('asks', 'Question', ({ check }) => checkFacts[check].asks),
  wordColumn('limit', 'Limit', ({ check }) => checkFacts[check].limit),
  stateColumn('Passed', 'passed'),
  stateColumn('Failed', 'failed'),
  stateColumn('Warned', 'warned'),
  wordColumn('not_judged', 'Not judged', notJudgedText),
];

/** A longer list would be unreadable; summary.json has all findings. */
const MAX_FINDINGS_A_CHECK = 50;

/** Failures and warnings by check. The calibration concerns the whole run, so it appears once. */
const findingsOf = (summary: Summary): readonly RowCheck[] =>
  CHECKS.flatMap((check) =>
    rowChecksOf(summary)
      .filter(
        ({ result }) =>
          result.check === check && (result.state === 'failed' || result.state === 'warned'),
      )
      .slice(0, check === 'calibration' ? 1 : MAX_FINDINGS_A_CHECK),
  );

const findingColumns = (labels: Labels): readonly Column<RowCheck>[] => [
  headColumn(wordColumn('check', 'Check', ({ result }) => checkFacts[result.check].title)),
  wordColumn('place', 'Where', ({ row, result }) =>
    result.check === 'calibration' ? 'the whole run' : resultLabel(labels, row),
  ),
  chipColumn('state', 'Result', ({ result: { state } }) =>
    state === 'failed' || state === 'warned' ? [{ kind: state, text: state }] : [],
  ),
  wordColumn('finding', 'Finding', ({ result }) => result.finding),
  wordColumn('advice', 'What to do', ({ result }) => result.advice ?? ''),
];

/** The figures of the calibration, or why there are none; a failed calibration is among the findings. */
const calibrationTexts = (summary: Summary) => {
  const result = rowChecksOf(summary).find(
    ({ result: { check } }) => check === 'calibration',
  )?.result;
  return result === undefined || result.state === 'failed'
    ? []
    : [text(`${checkFacts.calibration.title}, ${result.state}: ${result.finding}`)];
};

/** The question of each check, how many results pass it, and what to do about the others. */
export const checkSection = (summary: Summary, labels: Labels): Section => {
  const counts = checkCounts(rowChecksOf(summary));
  const { usable, measured } = summary.usableRows;
  return {
    id: 'checks',
    title: 'Checks',
    gist: `${usable} of ${counted(measured, 'result')} usable`,
    blocks:
      counts.length === 0
        ? []
        : [
            text(
              'Does a figure show the serving, or the rig that measured it? A result that fails a check is greyed and supports no verdict. Warnings and checks without a figure exclude nothing.',
            ),
            ...table('Results that pass each check', COUNT_COLUMNS, counts),
            ...calibrationTexts(summary),
            ...table(
              'What did not pass, and what to do',
              findingColumns(labels),
              findingsOf(summary),
              { file: 'summary.json' },
            ),
          ],
  };
};
