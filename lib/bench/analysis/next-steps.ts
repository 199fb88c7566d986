import { isOpen } from '../stats/judgement.ts';
import { MAX_REPEATS } from '../stats/power.ts';
import { sentenceStart } from '../wording/format-number.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { adviceOn, checkOf, findingOf } from './checks/checks.ts';
import { drift } from './checks/drift.ts';
import { measuredRows } from './ranking.ts';
import type { CheckResult } from './summary-row.ts';
import type { NextStep, Summary } from './summary.ts';

type Judged = Pick<Summary, 'rows' | 'headline' | 'validity' | 'plan'>;

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

/** The steps towards a better answer of a valid run: about the first result that fails a check, then about undecided pairs. */
const betterAnswerSteps = (summary: Judged): readonly NextStep[] => {
  const [result] = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  return [
    ...(result === undefined ? [] : [{ code: 'failed-check', result } as const]),
    undecidedStep(summary) ?? [],
  ].flat();
};

/** The next steps, the first one first: to repeat what failed or towards a better answer, then to the real servers. */
export const nextStepsOf = (summary: Judged): readonly NextStep[] => {
  const { validity, plan } = summary;
  const { resume } = validity ?? {};
  if (resume !== undefined) return [{ code: 'repeat-failed', resume }];
  if (validity?.valid === false) return [];
  const isOnlySimulated = plan.runtime === 'simulated' && plan.where === 'local';
  return [
    ...betterAnswerSteps(summary),
    ...(isOnlySimulated ? [{ code: 'install-servers' } as const] : []),
  ];
};

/** A next step, in sentences; a command at the end has no full stop. */
export const stepTexts = (step: NextStep, summary: Pick<Summary, 'rows'>): readonly string[] => {
  switch (step.code) {
    case 'failed-check': {
      const { result } = step;
      const words = `${checkOf(result).title}: ${adviceOn(result) ?? findingOf(result)}`;
      return [`${sentenceStart(words.replace(/\.$/, ''))}.`];
    }
    case 'restless-target': {
      const { target, result } = step;
      const name = labelOf(rowLabels(measuredRows(summary)), target);
      const words = `Look at ${name} first. ${findingOf(result)} ${adviceOn(result) ?? ''}`;
      return [`${words.replace(/\.? ?$/, '')}.`];
    }
    case 'more-repeats':
      return [
        `Measure again with --repeats ${step.repeats}, which would probably decide ${pairsText(step)}; fewer may do on an otherwise idle machine.`,
      ];
    case 'less-noise':
      return [
        `Close other programs on the machine: with this noise, even ${MAX_REPEATS} repeats would hardly decide ${pairsText(step)}.`,
        'If that does not help, measure longer (--duration).',
      ];
    case 'repeat-failed':
      return [`Once that is fixed, repeat what failed: ${step.resume}`];
    case 'install-servers':
      return ['Install the real servers, which this run only simulated: npx serving-compare setup'];
    default:
      return step satisfies never;
  }
};

const pairsText = ({ pairs }: { readonly pairs: number }): string =>
  pairs === 1 ? 'the undecided pair' : `the ${pairs} undecided pairs`;
