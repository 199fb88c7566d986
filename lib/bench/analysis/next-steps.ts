import type { PlanOptions } from '../model/plan-options.ts';
import { profiles } from '../plan/profiles.ts';
import { resumeCommandOf, runCommandOf } from '../plan/command-of-plan.ts';
import { maxTimeKind } from '../plan/max-time.ts';
import { resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { durationText, roughPercent, sentenceStart } from '../wording/format-number.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { adviceOn, checkOf, findingOf } from './checks/checks.ts';
import { drift, warmupFor } from './checks/drift.ts';
import { noopLimit } from './checks/noop-limit.ts';
import { usersBusy } from './checks/users-busy.ts';
import { measuredRows, needsRepeats, openNeighbours } from './ranking.ts';
import type { CheckResult } from './summary-row.ts';
import type { InvalidReason, NextStep, Summary } from './summary.ts';

type Judged = Pick<
  Summary,
  | 'isGoingOn'
  | 'rows'
  | 'headline'
  | 'validity'
  | 'plan'
  | 'measurements'
  | 'method'
  | 'noRanking'
  | 'isDecided'
>;

/** What only the records and the folder of a run tell. */
interface MeasuredRun {
  readonly folder: string | undefined;
  readonly secondsPerRepeat: number | undefined;
}

/** The command that measures the same again, with other options. */
const againWith = ({ plan }: Judged, changed: Partial<PlanOptions> = {}): string =>
  runCommandOf({ ...plan, options: { ...plan.options, ...changed } });

/** Windows of this length instead of those that a pilot chose. */
const windowsOf = (durationSeconds: number): Partial<PlanOptions> => ({
  durationSeconds,
  windows: 'given',
});

/** So many times as long windows have few interruptions at their edges. */
const LONGER = 3;

/** Options with which a result may pass its check. */
const remedyOf = (
  { check, reason, facts = {} }: CheckResult,
  { method, plan }: Judged,
): Partial<PlanOptions> => {
  if (check === usersBusy.name) {
    return windowsOf(Math.ceil(LONGER * (method?.seconds.most ?? plan.options.durationSeconds)));
  }
  if (check === noopLimit.name && reason !== 'near') return { noopLimits: 'each' };
  return check === drift.name && !['slower', 'step-up'].includes(reason ?? '')
    ? { warmupSeconds: warmupFor(facts) }
    : {};
};

/** The command of the advice on a result, else one that measures again. */
const commandAfter = (result: CheckResult, summary: Judged): string =>
  /npx serving-compare .*$/.exec(adviceOn(result) ?? '')?.[0] ??
  againWith(summary, remedyOf(result, summary));

/** The command that may make a run valid that cannot be resumed. */
const commandFor = (reason: InvalidReason, summary: Judged): string => {
  if (reason.code === 'no-request-ended') {
    return againWith(summary, windowsOf(reason.neededSeconds));
  }
  if (reason.code === 'search-without-result' && reason.why?.code === 'short-windows') {
    return againWith(summary, windowsOf(reason.why.neededSeconds));
  }
  const [example] = reason.code === 'failed-checks' ? reason.examples : [];
  return example === undefined ? againWith(summary) : commandAfter(example, summary);
};

/** How an invalid run becomes valid. */
const validStep = (
  summary: Judged,
  [reason, ...others]: readonly InvalidReason[],
  resume: string,
): NextStep | undefined => {
  if (reason === undefined) return undefined;
  if (summary.measurements.failed > 0) return { code: 'repeat-failed', command: resume };
  // Its other faults may be due to that.
  const isCutOff = [reason, ...others].some(({ code }) => code.endsWith('cut-off'));
  return isCutOff
    ? { code: 'measure-on', command: resume }
    : { code: 'measure-again', command: commandFor(reason, summary) };
};

/** The check *drift* of the measured rows with a state. */
const driftsOf = (summary: Judged, wanted: CheckResult['state']) =>
  measuredRows(summary).flatMap(({ target, checks = [] }) =>
    checks
      .filter(({ check, state }) => check === drift.name && state === wanted)
      .map((result) => ({ target, result })),
  );

/** Nobody would wait longer. */
const MAX_SECONDS = 7200;

/** With a fifth more, and the time for start and report. */
const maxTimeText = (seconds: number): string =>
  maxTimeKind.write(60 * Math.ceil((1.2 * seconds + 30) / 60));

/** How to decide the undecided neighbours; undefined if there are none. */
const undecidedStep = (
  summary: Judged,
  { folder, secondsPerRepeat = Infinity }: MeasuredRun,
): NextStep | undefined => {
  const { plan, headline } = summary;
  const undecided = openNeighbours(summary);
  // More repeats of a target that changes would only average the change.
  if (undecided.length === 0 || driftsOf(summary, 'failed').length > 0) return undefined;
  const [restless] = driftsOf(summary, 'warned');
  if (restless !== undefined) {
    return {
      code: 'restless-target',
      ...restless,
      command: commandAfter(restless.result, summary),
    };
  }
  const measured = plan.options.repeats;
  const resumed =
    measured + Math.max(...undecided.map(({ moreRepeats = Infinity }) => moreRepeats));
  const isResumed =
    plan.options.ends === 'when-decided' &&
    folder !== undefined &&
    // A resumed run measures no more than its plan has. Only this profile has plans that end when they are decided.
    resumed <= profiles.quick.options.repeats &&
    secondsPerRepeat * (resumed - measured) <= MAX_SECONDS;
  // A new run may spend all of its error on its only look.
  const repeats = isResumed
    ? resumed
    : Math.max(...undecided.map(({ repeatsAnew = Infinity }) => repeatsAnew));
  const seconds = secondsPerRepeat * (isResumed ? repeats - measured : repeats);
  const isHopeless = !(seconds <= MAX_SECONDS);
  return {
    code: 'measure-longer',
    pairs: undecided.length,
    seconds: isHopeless ? undefined : seconds,
    isResumed,
    noise: headline?.noise,
    command: isResumed
      ? `${resumeCommandOf(folder, plan)} --max-time ${maxTimeText(seconds)}`
      : againWith(summary, isHopeless ? {} : { repeats, ends: 'with-repeats' }),
  };
};

/** How to get a first verdict; undefined if there is one, nothing to compare, or another finding. */
const firstVerdictStep = (
  summary: Judged,
  { folder = 'DIR', secondsPerRepeat = 0 }: MeasuredRun,
): NextStep | undefined => {
  const { plan, noRanking, isDecided } = summary;
  if (noRanking?.code === 'time-up') {
    const seconds = secondsPerRepeat * (noRanking.needed - noRanking.repeats);
    const command = `${resumeCommandOf(folder, plan)} --max-time ${maxTimeText(seconds)}`;
    return { code: 'more-repeats', command };
  }
  if (noRanking?.code !== 'withheld' || isDecided) return undefined;
  const { profile, seed } = plan.options;
  const { repeats, ends } = resolvePlanOptions({ profile, seed }, plan.where, plan.runtime);
  const isShort = needsRepeats(noRanking.reason);
  const enough = isShort ? { repeats: Math.max(MIN_REPEATS, repeats), ends } : {};
  return {
    code: isShort ? 'more-repeats' : 'measure-again',
    command: againWith(summary, enough),
  };
};

/** Long enough to count a server's answers that take a millisecond. */
const BYPASS_SECONDS = 2;

/** How to learn more about servers that are faster than the rig; undefined if they are not. */
const rigLimitStep = (summary: Judged): NextStep | undefined => {
  const { noRanking } = summary;
  if (noRanking?.code !== 'rig-limit') return undefined;
  const isBypassed = noRanking.bypass.length > 0;
  const command = againWith(summary, isBypassed ? {} : { bypassSeconds: BYPASS_SECONDS });
  return { code: 'rig-limit', isBypassed, command };
};

/** The steps towards a better answer of a valid run: about the first result that fails a check, then about undecided neighbours. */
const betterAnswerSteps = (summary: Judged, run: MeasuredRun): readonly NextStep[] => {
  const [result] = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  const steps: readonly NextStep[] = [
    result === undefined
      ? []
      : ({ code: 'failed-check', result, command: commandAfter(result, summary) } as const),
    rigLimitStep(summary) ?? undecidedStep(summary, run) ?? firstVerdictStep(summary, run) ?? [],
  ].flat();
  // The same command would help against both.
  return steps.filter(({ command }, at) => command !== steps[at - 1]?.command);
};

/** The next steps, the first one first: to make the run valid or its answer better, or else to the real servers. */
export const nextStepsOf = (summary: Judged, run: MeasuredRun): readonly NextStep[] => {
  const { isGoingOn, validity, plan } = summary;
  if (validity === undefined || isGoingOn === true) return [];
  if (!validity.valid) {
    const resume = resumeCommandOf(run.folder ?? 'DIR', plan);
    return [validStep(summary, validity.reasons, resume) ?? []].flat();
  }
  const isOnlySimulated = plan.runtime === 'simulated' && plan.where === 'local';
  const steps = betterAnswerSteps(summary, run);
  return steps.length === 0 && isOnlySimulated
    ? [{ code: 'install-servers', command: 'npx serving-compare setup' }]
    : steps;
};

const measureLongerText = ({
  pairs,
  seconds,
  isResumed,
  noise,
}: Extract<NextStep, { readonly code: 'measure-longer' }>): string => {
  const them = pairs === 1 ? 'the undecided pair' : `the ${pairs} undecided pairs`;
  if (seconds === undefined) {
    return noise !== undefined && noise.measured > noise.assumed
      ? `At ${roughPercent(noise.measured)} % of noise, even two hours more would hardly decide ${them}. Close other programs and measure again:`
      : `Even two hours more would hardly decide ${them}. To try again:`;
  }
  const time = durationText(60 * Math.ceil(seconds / 60)).replace(/ 00 (s|min)$/, '');
  return isResumed
    ? `About ${time} more would probably decide ${them}:`
    : `A new run of about ${time} would probably decide ${them}:`;
};

/** Advice that leads to the command of its step, which it may have named. */
const leadingTo = (advice: string): string => {
  const words = advice.replace(/:? *npx serving-compare .*$/, '');
  return words === advice
    ? `${advice.replace(/: --\S+ [^ .]+\.?$/, '').replace(/\. *$/, '')}. Measure again:`
    : `${words}:`;
};

/** A next step in sentences, which lead to its command. */
export const stepText = (step: NextStep, summary: Pick<Summary, 'rows'>): string => {
  switch (step.code) {
    case 'failed-check': {
      const { result } = step;
      const advice = adviceOn(result) ?? findingOf(result);
      return leadingTo(sentenceStart(`${checkOf(result).title}: ${advice}`));
    }
    case 'restless-target': {
      const { target, result } = step;
      const name = labelOf(rowLabels(measuredRows(summary)), target);
      return `Look at ${name} first. ${leadingTo(`${findingOf(result)} ${adviceOn(result) ?? ''}`)}`;
    }
    case 'measure-longer':
      return measureLongerText(step);
    case 'rig-limit':
      return step.isBypassed
        ? 'Measure on a machine with more cores:'
        : 'Measure without the middleware, too:';
    case 'repeat-failed':
      return 'Once that is fixed, repeat what failed:';
    case 'measure-on':
      return 'Measure the rest:';
    case 'more-repeats':
      return 'With enough repeats:';
    case 'measure-again':
      return 'Then measure again:';
    case 'install-servers':
      return 'Install the real servers, which this run only simulated:';
    default:
      return step satisfies never;
  }
};
