import { adviceOn, checkOf, findingOf } from '../analysis/checks/checks.ts';
import { drift } from '../analysis/checks/drift.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { isOpen } from '../stats/judgement.ts';
import { MAX_REPEATS } from '../stats/power.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { measuredRows } from '../analysis/ranking.ts';

type State = NonNullable<SummaryRow['checks']>[number]['state'];

/** The check *drift* of the measured rows with a state. */
const driftsOf = (summary: Summary, wanted: State) =>
  measuredRows(summary).flatMap(({ target, checks = [] }) =>
    checks
      .filter(({ check, state }) => check === drift.name && state === wanted)
      .map((result) => ({ target, result })),
  );

/** How to decide the undecided pairs; empty if there are none. */
const undecidedSteps = (summary: Summary): readonly string[] => {
  const undecided = (summary.headline?.verdicts ?? []).filter(({ judgement }) => isOpen(judgement));
  // More repeats of a target that changes would only average the change.
  if (undecided.length === 0 || driftsOf(summary, 'failed').length > 0) return [];
  const [restless] = driftsOf(summary, 'warned');
  if (restless !== undefined) {
    const labels = rowLabels(measuredRows(summary));
    return [
      `look at ${labelOf(labels, restless.target)} first. ${findingOf(restless.result)} ${adviceOn(restless.result) ?? ''}`.replace(
        /\.? ?$/,
        '',
      ),
    ];
  }
  const repeats = undecided.flatMap(({ repeatsToDecide }) => repeatsToDecide ?? []);
  const what =
    undecided.length === 1 ? 'the undecided pair' : `the ${undecided.length} undecided pairs`;
  return repeats.length === undecided.length
    ? [
        `measure again with --repeats ${Math.max(...repeats)}, which would probably decide ${what}; fewer may do on an otherwise idle machine`,
      ]
    : [
        `close other programs on the machine: with this noise, even ${MAX_REPEATS} repeats would hardly decide ${what}`,
        'if that does not help, measure longer (--duration)',
      ];
};

/** What to do about the first result that fails a check; undefined if all pass. */
const checkStep = (summary: Summary): string | undefined => {
  const failing = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  const [first] = failing;
  return (
    first && `${checkOf(first).title}: ${adviceOn(first) ?? findingOf(first)}`.replace(/\.$/, '')
  );
};

/** The next steps towards a better answer of a valid run, the first one first, as sentences without a full stop. */
export const stepsOf = (summary: Summary): readonly string[] => {
  if (summary.validity?.valid === false) return [];
  return [checkStep(summary) ?? [], undecidedSteps(summary)].flat();
};

/** How to repeat what failed; undefined if nothing did. */
export const resumeStep = ({ validity }: Summary): string | undefined =>
  validity?.resume && `Once that is fixed, repeat what failed: ${validity.resume}`;
