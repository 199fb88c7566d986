import { calibration } from '../../analysis/checks/calibration.ts';
import { adviceOn, checkOf, CHECKS, findingOf } from '../../analysis/checks/checks.ts';
import type { CheckResult, SummaryRow } from '../../analysis/summary-row.ts';
import type { CheckCount, Summary } from '../../analysis/summary.ts';
import { counted, joined } from '../../wording/format-number.ts';
import { resultLabel, type Labels } from '../../wording/labels.ts';
import { blocks, table, text, chipColumn, countColumn, wordColumn } from '../blocks.ts';
import type { Chip, Column, Section } from '../model.ts';

interface RowCheck {
  readonly row: SummaryRow;
  readonly result: CheckResult;
}

/** The checks of all results; results without figures and no-op limits have none. */
const rowChecksOf = ({ rows }: Summary): readonly RowCheck[] =>
  rows.flatMap((row) => (row.checks ?? []).map((result) => ({ row, result })));

/** Results that a check cannot judge, which is no fault of theirs. */
const notJudgedText = ({ unknown, notApplicable }: CheckCount): string =>
  joined(
    ', ',
    unknown > 0 && `no figure: ${unknown}`,
    notApplicable > 0 && `does not apply: ${notApplicable}`,
  );

const stateColumn = (
  title: string,
  state: 'passed' | 'failed' | 'atLimit' | 'warned',
): Column<CheckCount> => countColumn(state, title, (count) => count[state] || undefined);

const COUNT_COLUMNS: readonly Column<CheckCount>[] = [
  wordColumn('check', 'Check', (count) => checkOf(count).title, { isHead: true }),
  wordColumn('asks', 'Question', (count) => checkOf(count).asks),
  wordColumn('limit', 'Limit', (count) => checkOf(count).limit),
  stateColumn('Passed', 'passed'),
  stateColumn('Failed', 'failed'),
  stateColumn('At the limit', 'atLimit'),
  stateColumn('Warned', 'warned'),
  wordColumn('not_judged', 'Not judged', notJudgedText),
];

/** A longer list would be unreadable; summary.json has all results. */
const MAX_FINDINGS_A_CHECK = 50;

/** Failures and warnings by check. The calibration concerns the whole run, so it appears once. */
const shownChecks = (rowChecks: readonly RowCheck[]): readonly RowCheck[] =>
  CHECKS.flatMap((check) =>
    rowChecks
      .filter(({ result }) => result.check === check.name && chipsOf(result).length > 0)
      .slice(0, check === calibration ? 1 : MAX_FINDINGS_A_CHECK),
  );

const chipsOf = ({ state }: CheckResult): readonly Chip[] => {
  if (state === 'at-limit') return [{ kind: 'warned', text: 'at the limit' }];
  return state === 'failed' || state === 'warned' ? [{ kind: state, text: state }] : [];
};

const findingColumns = (labels: Labels): readonly Column<RowCheck>[] => [
  wordColumn('check', 'Check', ({ result }) => checkOf(result).title, { isHead: true }),
  wordColumn('place', 'Where', ({ row, result }) =>
    result.check === calibration.name ? 'the whole run' : resultLabel(labels, row),
  ),
  chipColumn('state', 'Result', ({ result }) => chipsOf(result)),
  wordColumn('finding', 'Finding', ({ result }) => findingOf(result)),
  wordColumn('advice', 'What to do', ({ result }) => adviceOn(result) ?? ''),
];

/** The question of each check, how many results pass it, and what to do about the others; undefined without checks. */
export const checkSection = (summary: Summary, labels: Labels): Section | undefined => {
  const rowChecks = rowChecksOf(summary);
  if (rowChecks.length === 0) return undefined;
  const { usable, measured } = summary.usableRows;
  const calibrated = rowChecks.find(({ result }) => result.check === calibration.name)?.result;
  return {
    id: 'checks',
    title: 'Checks',
    gist: `passed by ${usable} of ${counted(measured, 'result')}`,
    blocks: blocks(
      text(
        'Does a figure show the serving, or the rig that measured it? The figures of a result that fails a check are in italics and support no verdict. At the limit of the rig, a rate is a lower bound. Warnings and checks without a figure exclude nothing.',
      ),
      table('Results that pass each check', COUNT_COLUMNS, summary.checkCounts),
      // A failed one is among the findings.
      calibrated !== undefined &&
        calibrated.state !== 'failed' &&
        text(`${calibration.title}, ${calibrated.state}: ${findingOf(calibrated)}`),
      table('What did not pass, and what to do', findingColumns(labels), shownChecks(rowChecks)),
    ),
  };
};
