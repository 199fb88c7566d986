import { gatesSupport } from '../analysis/gates/gates-support.ts';
import { usableRowsOf } from '../analysis/gates/usable-rows.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { counted } from '../wording/counted.ts';
import { pathId } from '../model/cell.ts';
import { formatPercent } from '../wording/format-number.ts';
import { gateCounts } from './gate-figures.ts';
import type { NamedLine } from './named-line.ts';
import { measuredRows } from './row-groups.ts';

/** How many rows pass, and which gates the others fail; a row can fail more than one. */
const passText = (summary: Summary, judged: readonly SummaryRow[]): string => {
  const { usable, warned } = usableRowsOf(judged);
  const passed = usable - warned;
  const failed = gateCounts({ rows: summary.rows })
    .filter((count) => count.failed > 0)
    .map(
      ({ gate, title, failed: count }) =>
        `${title} (${gate === 'oracle' ? 'the whole run' : counted(count, 'row')})`,
    );
  const what = failed.length === 0 ? '' : `; not passed: ${failed.join(', ')}`;
  return `${passed} of ${counted(judged.length, 'row')} ${passed === 1 ? 'passes' : 'pass'} every gate that could be asked${warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warns' : 'warn'}`}${what}.`;
};

const judgedRows = (summary: Summary): readonly SummaryRow[] =>
  measuredRows(summary).filter(({ repeats, gates }) => repeats > 0 && gates !== undefined);

/** What was found of the figures, each a sentence; what was not recorded is not said. */
const groundsOf = (summary: Summary, judged: readonly SummaryRow[]): readonly string[] => {
  const { cells, plan, checks } = summary;
  const passing = judged.filter(gatesSupport);
  const shares = passing.flatMap(({ ceiling }) =>
    ceiling === undefined ? [] : [ceiling.worst.share],
  );
  const oracles = judged.flatMap(({ gates = [] }) => gates).filter(({ gate }) => gate === 'oracle');
  const asked = new Set(checks.map(({ path }) => pathId(path)));
  const wrong = new Set(
    checks.filter(({ state }) => state === 'failed').map(({ path }) => pathId(path)),
  );
  return [
    `${cells.completed} of ${plan.cellCount} cells measured.`,
    ...(asked.size === 0
      ? []
      : [
          `${asked.size - wrong.size} of ${counted(asked.size, 'path')} answered rightly before they were timed.`,
        ]),
    ...(judged.length === 0 ? [] : [passText(summary, judged)]),
    ...(shares.length === 0
      ? []
      : [
          `No row ${passing.length === judged.length ? '' : 'that passes '}took in any repeat more than ${formatPercent(Math.max(...shares))} % of what the apparatus carries by itself.`,
        ]),
    ...(oracles.length > 0 && oracles.every(({ state }) => state === 'passed')
      ? ['The apparatus measured a known latency right.']
      : []),
  ];
};

const headingOf = (summary: Summary, judged: readonly SummaryRow[]): string => {
  const { validity } = summary;
  const { usable, warned } = usableRowsOf(judged);
  if (validity?.valid === false || usable === 0) return 'What was checked';
  return usable - warned === judged.length ? 'Why believe it' : 'How far to believe it';
};

/** What was asked of the figures and what came of it; its heading claims no more than the gates let pass. */
export const groundsLine = (summary: Summary): NamedLine => {
  const judged = judgedRows(summary);
  return { name: headingOf(summary, judged), value: groundsOf(summary, judged).join(' ') };
};
