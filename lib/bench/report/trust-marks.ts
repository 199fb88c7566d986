import { checkFacts } from '../analysis/checks/check-facts.ts';
import { checksSupport } from '../analysis/checks/check.ts';
import { NEAR_NOOP_LIMIT_SHARE } from '../analysis/checks/noop-limit.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { counted, roughPercent } from '../wording/format-number.ts';
import type { Chip } from './model.ts';
import { measuredRows } from './row-groups.ts';

const mark = (isGood: boolean, good: string, bad: string): Chip => ({
  kind: isGood ? 'passed' : 'failed',
  text: isGood ? good : bad,
});

/** A target has a check for each engine. */
const targetsIn = (checks: Summary['answerChecks']): number =>
  new Set(checks.map(({ target }) => targetId(target))).size;

/** What a reader must know to believe the figures, in a word or two each. */
export const trustMarks = (summary: Summary): readonly Chip[] => {
  const rows = measuredRows(summary);
  const asked = targetsIn(summary.answerChecks);
  const wrong = targetsIn(summary.answerChecks.filter(({ state }) => state === 'failed'));
  const isMeasured = rows.some(({ repeats }) => repeats > 0);
  const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
  const lost = summary.measurements.failed - summary.measurements.wrong;
  const excluded = rows.filter((row) => !checksSupport(row));
  const failing = excluded.flatMap(({ checks = [] }) =>
    checks.flatMap(({ check, state }) => (state === 'failed' ? checkFacts[check].title : [])),
  );
  const limits = rows.flatMap(({ noopLimit }) => noopLimit ?? []);
  const most = Math.max(...limits.map(({ worst }) => worst.share));
  const limitText = `rig (load generator, middleware) ≤ ${roughPercent(most)} % of its limit in each repeat`;
  const nearText =
    most > 1
      ? 'the rig was slower with the no-op backend than with a serving: its limit is unusable'
      : `rig (load generator, middleware) at up to ${roughPercent(most)} % of its limit, more than ${roughPercent(NEAR_NOOP_LIMIT_SHARE)} %`;
  return [
    ...(asked === 0
      ? []
      : [
          mark(
            wrong === 0,
            'answers correct',
            `wrong answers from ${wrong} of ${counted(asked, 'target')}`,
          ),
        ]),
    ...(isMeasured || lost > 0
      ? [
          mark(
            failed === 0 && lost === 0,
            (summary.stability?.targets ?? []).length === 0
              ? 'no failures'
              : 'no failures without faults',
            [
              ...(lost === 0 ? [] : [`${counted(lost, 'measurement')} failed`]),
              ...(failed === 0 ? [] : [`${counted(failed, 'request')} failed`]),
            ].join(', '),
          ),
        ]
      : []),
    ...(isMeasured
      ? [
          mark(
            excluded.length === 0,
            'all results pass their checks',
            `${excluded.length} of ${counted(rows.length, 'result')} fail a check: ${[...new Set(failing)].join(', ')}`,
          ),
        ]
      : []),
    ...(limits.length === 0 ? [] : [mark(!limits.some(({ near }) => near), limitText, nearText)]),
  ];
};
