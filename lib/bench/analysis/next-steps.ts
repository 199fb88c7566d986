import { levelId, type Level, type Target, targetId } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { profiles } from '../plan/profiles.ts';
import {
  againCommandOf,
  resumeCommandOf,
  soakCommandOf,
  tunedCommandOf,
} from '../plan/command-of-plan.ts';
import { maxTimeKind } from '../plan/max-time.ts';
import { resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { durationText, roughPercent } from '../wording/format-number.ts';
import { labelOf, rowLabels } from '../wording/labels.ts';
import { adviceOn, checkOf, findingOf } from './checks/checks.ts';
import {
  adviceIfOwn,
  drift,
  isColdDrift,
  isContestedDrift,
  mayBeMachine,
  restlessTargets,
  warmupFor,
} from './checks/drift.ts';
import { usersBusy } from './checks/users-busy.ts';
import { groupBy } from './group-by.ts';
import { measuredRows, openNeighbours } from './ranking.ts';
import { sharesModel } from './shared-model.ts';
import { needsRepeats } from './verdicts/decided-pairs.ts';
import type { CheckResult } from './summary-row.ts';
import type { InvalidReason, NextStep, Summary } from './summary.ts';

type Judged = Pick<
  Summary,
  | 'tuning'
  | 'isGoingOn'
  | 'rows'
  | 'headline'
  | 'validity'
  | 'plan'
  | 'machine'
  | 'measurements'
  | 'method'
  | 'noRanking'
  | 'isDecided'
>;

/** What only the records and the folder of a run tell. */
interface RecordedFacts {
  readonly folder: string | undefined;
  readonly secondsPerRepeat: number | undefined;
}

/** The command that measures the same again, with other options. */
const againWith = ({ plan }: Judged, changed?: Partial<PlanOptions>): string =>
  againCommandOf(plan, changed);

/** Windows of this length instead of those that a pilot chose. */
const windowsOf = (durationSeconds: number): Partial<PlanOptions> => ({
  durationSeconds,
  windows: 'given',
});

/** So many times as long windows have few interruptions at their edges. */
const LONGER = 3;

/** Options with which a result may pass its check. */
const remedyOf = (result: CheckResult, { method, plan }: Judged): Partial<PlanOptions> => {
  if (result.check === usersBusy.name) {
    return windowsOf(Math.ceil(LONGER * (method?.seconds.most ?? plan.options.durationSeconds)));
  }
  return isColdDrift(result) ? { warmupSeconds: warmupFor(result.facts ?? {}) } : {};
};

/** What a check found in the results of a target. */
interface TargetResult {
  readonly target: Target;
  readonly result: CheckResult;
}

/** What the checks of the measured rows found with a state. */
const resultsWith = (summary: Judged, wanted: CheckResult['state']): readonly TargetResult[] =>
  measuredRows(summary).flatMap(({ target, checks = [] }) =>
    checks.filter(({ state }) => state === wanted).map((result) => ({ target, result })),
  );

/** Whether other programs disturbed the run. */
const isBusy = ({ machine }: Judged): boolean => machine?.isBusy === true;

/** The command of the advice on a result. */
const commandAfter = ({ target, result }: TargetResult, summary: Judged): string =>
  result.check === drift.name && result.reason === 'slower'
    ? soakCommandOf(summary.plan, target)
    : againWith(summary, remedyOf(result, summary));

/** What to do about the first result that fails a check; undefined if none does. */
const failedCheckStep = (
  summary: Judged,
  isMeant: (result: CheckResult) => boolean = () => true,
): NextStep | undefined => {
  const failures = resultsWith(summary, 'failed');
  const failure = failures.find(({ result }) => isMeant(result));
  if (failure === undefined) return undefined;
  const contested = failures.filter(({ result }) => isContestedDrift(result));
  const changed = isContestedDrift(failure.result) ? contested : [failure];
  return mayBeMachine(failure.result)
    ? {
        code: 'busy-machine',
        targets: [...groupBy(changed, ({ target }) => targetId(target)).values()].map(
          ([{ target }]) => target,
        ),
        command: againWith(summary),
      }
    : { code: 'failed-check', ...failure, command: commandAfter(failure, summary) };
};

/** What makes a run invalid for good, whatever is measured after it. */
const isLasting = (reason: InvalidReason): boolean =>
  reason.code === 'answer-check'
    ? reason.fault !== 'no-answer'
    : reason.code === 'wrong-under-load' || reason.code === 'noop-failures';

/** How a run may become valid that cannot be resumed. */
const againStep = (reason: InvalidReason, summary: Judged): NextStep => {
  const measureAgain = (changed?: Partial<PlanOptions>): NextStep => ({
    code: 'measure-again',
    isOnceFixed: isLasting(reason) || reason.code === 'no-correct-answer',
    command: againWith(summary, changed),
  });
  if (reason.code === 'no-request-ended') return measureAgain(windowsOf(reason.neededSeconds));
  if (reason.code === 'search-without-result' && reason.why?.code === 'short-windows') {
    return measureAgain(windowsOf(reason.why.neededSeconds));
  }
  if (reason.code !== 'failed-checks') return measureAgain();
  const [most] = reason.checks;
  return failedCheckStep(summary, ({ check }) => check === most?.check) ?? measureAgain();
};

/** How an invalid run becomes valid. */
const validStep = (
  summary: Judged,
  reasons: readonly InvalidReason[],
  resume: string,
): NextStep | undefined => {
  const [reason] = reasons;
  if (reason === undefined) return undefined;
  const lasting = reasons.find(isLasting);
  if (lasting !== undefined) return againStep(lasting, summary);
  if (summary.measurements.failed > 0) return { code: 'repeat-failed', command: resume };
  // Its other faults may be due to that.
  const isCutOff = reasons.some(({ code }) => code.endsWith('cut-off'));
  return isCutOff ? { code: 'measure-on', command: resume } : againStep(reason, summary);
};

/** The check *drift* of the measured rows with a state. */
const driftsOf = (summary: Judged, wanted: CheckResult['state']): readonly TargetResult[] =>
  resultsWith(summary, wanted).filter(({ result }) => result.check === drift.name);

const ONE_USER: Level = { loop: 'closed', virtualUsers: 1 };

/** Nobody would wait longer. */
const MAX_SECONDS = 7200;

/** With a fifth more, and the time for start and report. */
const maxTimeText = (seconds: number): string =>
  maxTimeKind.write(60 * Math.ceil((1.2 * seconds + 30) / 60));

/** The first target whose own change is why its repeats differ; undefined if the machine may be why. */
const restlessTarget = (summary: Judged): TargetResult | undefined => {
  // Simulated servers are one program, so other programs are the likelier cause.
  if (sharesModel(summary.plan) && isBusy(summary)) return undefined;
  const everywhere = restlessTargets(measuredRows(summary));
  return driftsOf(summary, 'warned').find(
    ({ target, result }) => everywhere.has(targetId(target)) || !mayBeMachine(result),
  );
};

/** How to decide the undecided neighbours; undefined if there are none. */
const undecidedStep = (
  summary: Judged,
  { folder, secondsPerRepeat = Infinity }: RecordedFacts,
): NextStep | undefined => {
  const { plan, headline } = summary;
  const undecided = openNeighbours(summary);
  // More repeats of a target that changes would only average the change.
  if (undecided.length === 0 || driftsOf(summary, 'failed').length > 0) return undefined;
  const restless = restlessTarget(summary);
  if (restless !== undefined) {
    return { code: 'restless-target', ...restless, command: commandAfter(restless, summary) };
  }
  const common = {
    code: 'measure-longer',
    isBusy: isBusy(summary),
    noise: headline?.noise,
  } as const;
  const more = Math.max(...undecided.map(({ moreRepeats = Infinity }) => moreRepeats));
  const moreSeconds = secondsPerRepeat * more;
  if (
    plan.options.ends === 'when-decided' &&
    folder !== undefined &&
    // A resumed run measures no more than its plan has. Only this profile has plans that end when they are decided.
    plan.options.repeats + more <= profiles.quick.options.repeats &&
    moreSeconds <= MAX_SECONDS
  ) {
    const command = `${resumeCommandOf(folder, plan)} --max-time ${maxTimeText(moreSeconds)}`;
    return { ...common, isResumed: true, seconds: moreSeconds, command };
  }
  // A new run may spend all of its error on its only look. It need not decide those that would take too long.
  const feasible = undecided.filter(
    ({ repeatsAnew = Infinity }) => secondsPerRepeat * repeatsAnew <= MAX_SECONDS,
  );
  if (feasible.length === 0) return { ...common, isResumed: false, command: againWith(summary) };
  const repeats = Math.max(...feasible.map(({ repeatsAnew = Infinity }) => repeatsAnew));
  return {
    ...common,
    isResumed: false,
    seconds: secondsPerRepeat * repeats,
    ...(feasible.length < undecided.length && {
      only: feasible.map(({ first, second }) => ({ first, second })),
    }),
    command: againWith(summary, { repeats, ends: 'with-repeats' }),
  };
};

/** How to get a first verdict; undefined if there is one, nothing to compare, or another finding. */
const firstVerdictStep = (
  summary: Judged,
  { folder = 'DIR', secondsPerRepeat = 0 }: RecordedFacts,
): NextStep | undefined => {
  const { plan, noRanking, isDecided } = summary;
  if (noRanking?.code === 'time-up') {
    const seconds = secondsPerRepeat * (noRanking.needed - noRanking.repeats);
    const command = `${resumeCommandOf(folder, plan)} --max-time ${maxTimeText(seconds)}`;
    return { code: 'more-repeats', isBusy: isBusy(summary), command };
  }
  if (noRanking?.code !== 'withheld' || isDecided) return undefined;
  const { profile, seed } = plan.options;
  const { repeats, ends } = resolvePlanOptions({ profile, seed }, plan.where, plan.runtime);
  const isShort = needsRepeats(noRanking.reason);
  const enough = isShort ? { repeats: Math.max(MIN_REPEATS, repeats), ends } : {};
  const command = againWith(summary, enough);
  return isShort
    ? { code: 'more-repeats', isBusy: isBusy(summary), command }
    : { code: 'measure-again', isOnceFixed: false, command };
};

/** Long enough to count a server's answers that take a millisecond. */
const BYPASS_SECONDS = 2;

type RigLimit = Extract<Summary['noRanking'], { readonly code: 'rig-limit' }>;

/** How to learn more about servers that are faster than the rig; undefined if bypass runs have told it, or failed, which they would again. */
const rigLimitStep = ({ bypass }: RigLimit, summary: Judged): NextStep | undefined =>
  bypass.length > 0 || summary.plan.options.bypassSeconds >= BYPASS_SECONDS
    ? undefined
    : {
        code: 'rig-limit',
        isBusy: isBusy(summary),
        command: againWith(summary, { bypassSeconds: BYPASS_SECONDS }),
      };

/** How to compare a target that does not carry what others carry; undefined if there is none. */
const failingStep = (summary: Judged): NextStep | undefined => {
  const { failing: all = [] } = summary.headline ?? {};
  const [failing] = all;
  if (failing === undefined) return undefined;
  const failed = new Set(all.flatMap((of) => of.levels.map(levelId)));
  const { levels } = summary.plan.options;
  const answered = levels.filter((level) => !failed.has(levelId(level)));
  const stepAt = (
    name: 'answered' | 'one-user' | 'lower-rate' | 'same',
    at = levels,
  ): NextStep => ({
    code: 'failed-requests',
    target: failing.target,
    levels: name,
    command: againWith(summary, { levels: at }),
  });
  if (answered.length > 0) return stepAt('answered', answered);
  const [lowest] = levels
    .flatMap((level) => (level.loop === 'open' ? [level] : []))
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond);
  if (lowest !== undefined && failing.reason.code === 'queued-requests') {
    return stepAt('lower-rate', [{ ...lowest, ratePerSecond: lowest.ratePerSecond / 2 }]);
  }
  return levels.every((level) => level.loop === 'closed' && level.virtualUsers > 1)
    ? stepAt('one-user', [ONE_USER])
    : stepAt('same');
};

/**
 * The step towards a better answer of a valid run: about a target that does not carry what others carry, else the first result that fails a check,
 * else undecided neighbours.
 */
const betterAnswerStep = (summary: Judged, run: RecordedFacts): NextStep | undefined =>
  failingStep(summary) ??
  failedCheckStep(summary) ??
  (summary.noRanking?.code === 'rig-limit'
    ? rigLimitStep(summary.noRanking, summary)
    : (undecidedStep(summary, run) ?? firstVerdictStep(summary, run)));

/** The next step, if there is one: to make the run valid or its answer better, or else to the real servers. */
export const nextStepsOf = (summary: Judged, run: RecordedFacts): readonly NextStep[] => {
  const { isGoingOn, validity, plan } = summary;
  if (validity === undefined || isGoingOn === true) return [];
  if (!validity.valid) {
    const resume = resumeCommandOf(run.folder ?? 'DIR', plan);
    return [validStep(summary, validity.reasons, resume) ?? []].flat();
  }
  if (summary.tuning !== undefined && plan.runtime !== 'simulated') {
    return [{ code: 'measure-tuned', command: tunedCommandOf(run.folder ?? 'DIR', plan) }];
  }
  const isOnlySimulated = plan.runtime === 'simulated' && plan.where === 'local';
  const step = betterAnswerStep(summary, run);
  if (step !== undefined) return [step];
  return isOnlySimulated ? [{ code: 'install-servers', command: 'npx serving-compare setup' }] : [];
};

const CLOSE_FIRST = 'Close other programs first. ';

const measureLongerText = (
  {
    seconds,
    only = [],
    isResumed,
    isBusy: isMachineBusy,
    noise,
  }: Extract<NextStep, { readonly code: 'measure-longer' }>,
  nameOf: (target: Target) => string,
): string => {
  const close = isMachineBusy ? CLOSE_FIRST : '';
  if (seconds === undefined) {
    return noise !== undefined && noise.measured > noise.assumed
      ? `At ${roughPercent(noise.measured)} % of noise, even two hours more would hardly decide the order. Close other programs and measure again:`
      : `${close}Even two hours more would hardly decide the order. To try again:`;
  }
  const time = durationText(60 * Math.ceil(seconds / 60)).replace(/ 00 (s|min)$/, '');
  if (isResumed) return `${close}About ${time} more would probably decide the order:`;
  const pairs = only.map(({ first, second }) => `${nameOf(first)} against ${nameOf(second)}`);
  const decided = pairs.length === 0 ? 'the order' : pairs.join(', and ');
  return `${close}A new run of about ${time} would probably decide ${decided}:`;
};

/** Advice that leads to the command of its step, which has the option that it may name. */
const leadingTo = (advice: string): string => {
  const words = advice.replace(/\.$/, '');
  const isLeading = / measure again$|: --\S+ \S+$/.test(words);
  return isLeading ? `${words.replace(/: --\S+ \S+$/, '')}:` : `${words}. Measure again:`;
};

/** A next step in sentences, which lead to its command. */
export const stepText = (step: NextStep, summary: Pick<Summary, 'rows'>): string => {
  const nameOf = (target: Target): string => labelOf(rowLabels(measuredRows(summary)), target);
  switch (step.code) {
    case 'failed-check': {
      const { target, result } = step;
      const advice = adviceOn(result) ?? findingOf(result);
      return leadingTo(`${checkOf(result).title}, ${nameOf(target)}: ${advice}`);
    }
    case 'restless-target': {
      const { target, result } = step;
      return `Look at ${nameOf(target)} first. ${leadingTo(`${findingOf(result)} ${adviceIfOwn(result)}`)}`;
    }
    case 'busy-machine':
      return `Close other programs, which may be why ${step.targets.map(nameOf).join(' and ')} ${step.targets.length === 1 ? 'was' : 'were'} not the same in all repeats, and measure again:`;
    case 'measure-longer':
      return measureLongerText(step, nameOf);
    case 'failed-requests': {
      if (step.levels === 'answered') return 'Compare at the levels at which all answer:';
      if (step.levels === 'one-user') return 'Compare with fewer users:';
      return step.levels === 'lower-rate'
        ? 'Compare at a lower rate:'
        : `Find out why ${nameOf(step.target)} fails, then measure again:`;
    }
    case 'rig-limit':
      return `${step.isBusy ? CLOSE_FIRST : ''}Measure without the middleware, too:`;
    case 'repeat-failed':
      return 'Once that is fixed, repeat what failed:';
    case 'measure-on':
      return 'Measure the rest:';
    case 'more-repeats':
      return `${step.isBusy ? CLOSE_FIRST : ''}Measure enough repeats:`;
    case 'measure-again':
      return step.isOnceFixed ? 'Once that is fixed, measure again:' : 'Measure again:';
    case 'measure-tuned':
      return 'Its files are in tuned/, one folder for each server. Measure them again, here or elsewhere:';
    case 'install-servers':
      return 'Install the real servers, which this run only simulated:';
    default:
      return step satisfies never;
  }
};
