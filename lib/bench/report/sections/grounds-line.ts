import { checkFacts } from '../../analysis/checks/check-facts.ts';
import { checksSupport } from '../../analysis/checks/check.ts';
import { usableRowsOf } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { formatPercent, counted } from '../../wording/format-number.ts';
import { checkCounts } from './checks.ts';
import type { NamedLine } from '../model.ts';
import { measuredRows } from '../row-groups.ts';

/** How many rows pass, and which checks the others fail; a row can fail more than one. */
const passText = (summary: Summary, judged: readonly SummaryRow[]): string => {
  const { usable, warned } = usableRowsOf(judged);
  const passed = usable - warned;
  const failed = checkCounts({ rows: summary.rows })
    .filter(({ states }) => states.failed > 0)
    .map(
      ({ check, states }) =>
        `${checkFacts[check].title} (${check === 'calibration' ? 'the whole run' : counted(states.failed, 'row')})`,
    );
  const what = failed.length === 0 ? '' : `; not passed: ${failed.join(', ')}`;
  return `${passed} of ${counted(judged.length, 'row')} ${passed === 1 ? 'passes' : 'pass'} every check that could be asked${warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warns' : 'warn'}`}${what}.`;
};

const judgedRows = (summary: Summary): readonly SummaryRow[] =>
  measuredRows(summary).filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);

/** What was found of the figures, each a sentence; what was not recorded is not said. */
const groundsOf = (summary: Summary, judged: readonly SummaryRow[]): readonly string[] => {
  const { measurements, plan, answerChecks } = summary;
  const passing = judged.filter(checksSupport);
  const shares = passing.flatMap(({ noopLimit }) =>
    noopLimit === undefined ? [] : [noopLimit.worst.share],
  );
  const calibrations = judged
    .flatMap(({ checks = [] }) => checks)
    .filter(({ check }) => check === 'calibration');
  const asked = new Set(answerChecks.map(({ target }) => targetId(target)));
  const wrong = new Set(
    answerChecks.filter(({ state }) => state === 'failed').map(({ target }) => targetId(target)),
  );
  return [
    `${measurements.completed} of ${plan.measurementCount} measurements measured.`,
    ...(asked.size === 0
      ? []
      : [
          `${asked.size - wrong.size} of ${counted(asked.size, 'target')} answered correctly before they were timed.`,
        ]),
    ...(judged.length === 0 ? [] : [passText(summary, judged)]),
    ...(shares.length === 0
      ? []
      : [
          `No row ${passing.length === judged.length ? '' : 'that passes '}used more than ${formatPercent(Math.max(...shares))} % of its no-op limit in any repeat.`,
        ]),
    ...(calibrations.length > 0 && calibrations.every(({ state }) => state === 'passed')
      ? ['The rig measured a known latency correctly.']
      : []),
  ];
};

const headingOf = (summary: Summary, judged: readonly SummaryRow[]): string => {
  const { validity } = summary;
  const { usable, warned } = usableRowsOf(judged);
  if (validity?.valid === false || usable === 0) return 'What was checked';
  return usable - warned === judged.length ? 'Why believe it' : 'How far to believe it';
};

/** What was asked of the figures and what came of it; its heading claims no more than the checks let pass. */
export const groundsLine = (summary: Summary): NamedLine => {
  const judged = judgedRows(summary);
  return { name: headingOf(summary, judged), text: groundsOf(summary, judged).join(' ') };
};
