import { isOpen } from '../stats/judgement.ts';
import { MAX_REPEATS } from '../stats/power.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { adviceOn, checkOf, findingOf } from './checks/checks.ts';
import { drift } from './checks/drift.ts';
import { measuredRows } from './ranking.ts';
import type { CheckResult } from './summary-row.ts';
import type { NextStep, Summary } from './summary.ts';

type Judged = Pick<Summary, 'rows' | 'headline' | 'validity'>;

/** The check *drift* of the measured rows with a state. */
const driftsOf = (summary: Judged, wanted: CheckResult['state']) =>
  measuredRows(summary).flatMap(({ target, checks = [] }) =>
    checks
      .filter(({ check, state }) => check === drift.name && state === wanted)
      .map((result) => ({ target, result })),
  );

/** How to decide the undecided pairs; undefined if there are none. */
const undecidedStep = (summary: Judged): NextStep | undefined => {
  const undecided = (summary.headline?.verdicts ?? []).filter(({ judgement }) => isOpen(judgement));
  // More repeats of a target that changes would only average the change.
  if (undecided.length === 0 || driftsOf(summary, 'failed').length > 0) return undefined;
  const [restless] = driftsOf(summary, 'warned');
  if (restless !== undefined) return { code: 'restless-target', ...restless };
  const pairs = undecided.length;
  const repeats = undecided.flatMap(({ repeatsToDecide }) => repeatsToDecide ?? []);
  return repeats.length === pairs
    ? { code: 'more-repeats', pairs, repeats: Math.max(...repeats) }
    : { code: 'less-noise', pairs };
};

/** The next steps towards a better answer of a valid run, the first one first: the first result that fails a check, then undecided pairs. */
export const nextStepsOf = (summary: Judged): readonly NextStep[] => {
  if (summary.validity?.valid === false) return [];
  const [result] = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  return [
    ...(result === undefined ? [] : [{ code: 'failed-check', result } as const]),
    undecidedStep(summary) ?? [],
  ].flat();
};

/** A next step, in sentences without their full stops. */
export const stepTexts = (step: NextStep, summary: Pick<Summary, 'rows'>): readonly string[] => {
  if (step.code === 'failed-check') {
    const { result } = step;
    return [
      `${checkOf(result).title}: ${adviceOn(result) ?? findingOf(result)}`.replace(/\.$/, ''),
    ];
  }
  if (step.code === 'restless-target') {
    const { target, result } = step;
    const name = labelOf(rowLabels(measuredRows(summary)), target);
    const words = `look at ${name} first. ${findingOf(result)} ${adviceOn(result) ?? ''}`;
    return [words.replace(/\.? ?$/, '')];
  }
  const what = step.pairs === 1 ? 'the undecided pair' : `the ${step.pairs} undecided pairs`;
  return step.code === 'more-repeats'
    ? [
        `measure again with --repeats ${step.repeats}, which would probably decide ${what}; fewer may do on an otherwise idle machine`,
      ]
    : [
        `close other programs on the machine: with this noise, even ${MAX_REPEATS} repeats would hardly decide ${what}`,
        'if that does not help, measure longer (--duration)',
      ];
};
