import { targetId } from '../model/measurement.ts';
import { counted, durationText, roughPercent, sentenceStart } from '../wording/format-number.ts';
import { labelOf, resultLabel, type Labels, rowLabels } from '../wording/labels.ts';
import { findingOf, adviceOn, checkOf } from './checks/checks.ts';
import { drift } from './checks/drift.ts';
import { groupBy } from './group-by.ts';
import { measuredRows, openNeighbours } from './ranking.ts';
import type { ModelDifference } from './shared-model.ts';
import type { Notice, Summary, NextStep } from './summary.ts';
import { withheldText } from './verdicts/pairing.ts';
import { runCommandOf } from '../plan/command-of-plan.ts';
import { maxTimeKind } from '../plan/max-time.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { CheckResult } from './summary-row.ts';

type Noticed = Pick<
  Summary,
  'isGoingOn' | 'plan' | 'measurements' | 'stopped' | 'rows' | 'headline' | 'machine' | 'noRanking'
>;

const progressNotices = ({
  isGoingOn,
  plan,
  measurements,
  stopped,
}: Noticed): readonly Notice[] => {
  const { measurementCount: planned } = plan;
  const recorded = planned - measurements.missing;
  return [
    ...(isGoingOn === true ? [{ code: 'going-on', recorded, planned } as const] : []),
    ...(stopped?.why === 'time-up'
      ? [{ code: 'time-up', repeats: stopped.repeats, planned: stopped.planned } as const]
      : []),
  ];
};

/** How each target changed during the run: its first result that fails the check. */
const driftNotices = (summary: Noticed): readonly Notice[] => {
  const drifting = measuredRows(summary).flatMap(({ target, scenario, level, checks = [] }) =>
    checks
      .filter(({ check, state }) => check === drift.name && state === 'failed')
      .map((result) => ({ code: 'drift', target, scenario, level, result }) as const),
  );
  return [...groupBy(drifting, ({ target }) => targetId(target)).values()].map(([first]) => first);
};

const withheldNotices = ({ headline, noRanking }: Noticed): readonly Notice[] => {
  const { verdicts = [], given = 0 } = headline ?? {};
  const [reason] = verdicts.flatMap(({ judgement }) =>
    judgement.kind === 'withheld' ? [judgement.reason] : [],
  );
  // The answer says it already.
  return reason === undefined || given === 0 || noRanking?.code === 'rig-limit'
    ? []
    : [{ code: 'withheld', verdicts: verdicts.length - given, of: verdicts.length, reason }];
};

const bypassNotices = (summary: Noticed): readonly Notice[] => {
  const failures = measuredRows(summary).flatMap(({ bypassFailures = [] }) => bypassFailures);
  const [first] = failures;
  return first === undefined
    ? []
    : [{ code: 'no-bypass', measurements: failures.length, reason: first.reason }];
};

/** What disturbed the run. On a machine that was not busy, the time in a shared model differs by the API: a large request empties caches. */
const machineNotices = (
  { machine }: Noticed,
  modelDifference: ModelDifference | undefined,
): readonly Notice[] => {
  if (machine?.waitShare === undefined || !machine.isBusy) return [];
  return [
    { code: 'busy-machine', waitShare: machine.waitShare },
    ...(modelDifference === undefined
      ? []
      : [{ code: 'model-differs', ...modelDifference } as const]),
  ];
};

/** What a reader must know before the figures, the most serious first. The checks have a line of their own. */
export const noticesOf = (
  summary: Noticed,
  modelDifference?: ModelDifference,
): readonly Notice[] => [
  ...progressNotices(summary),
  ...machineNotices(summary, modelDifference),
  ...driftNotices(summary),
  ...withheldNotices(summary),
  ...bypassNotices(summary),
];

/** A notice as a sentence. */
export const noticeText = (notice: Notice, labels: Labels): string => {
  switch (notice.code) {
    case 'going-on':
      return `The run is still in progress: ${notice.recorded} of ${counted(notice.planned, 'measurement')} are recorded so far, and figures may still change.`;
    case 'time-up':
      return `The time was up after ${notice.repeats} of ${notice.planned} repeats.`;
    case 'drift':
      return `${resultLabel(labels, notice)}: ${findingOf(notice.result)}`;
    case 'withheld': {
      const why = withheldText(notice.reason, (target) => labelOf(labels, target));
      return `${notice.verdicts} of ${counted(notice.of, 'verdict is', 'verdicts are')} withheld: ${why}`;
    }
    case 'busy-machine':
      return `Other programs ran: the servers waited for a core ${roughPercent(notice.waitShare)} % of the time.`;
    case 'model-differs': {
      const [least, most] = [notice.least, notice.most].map((share) => (100 * share).toFixed(0));
      const [only, ...others] = notice.targets;
      const which =
        only !== undefined && others.length === 0 ? labelOf(labels, only) : 'some targets';
      return `The model itself took ${least === most ? most : `${least} to ${most}`} % longer for ${which}: the machine was disturbed.`;
    }
    case 'no-bypass':
      return `The bypass run of ${counted(notice.measurements, 'measurement')} gave no figures, for example: ${notice.reason}`;
    default:
      return notice satisfies never;
  }
};

type Judged = Pick<Summary, 'rows' | 'headline' | 'validity' | 'noRanking' | 'plan'>;

/** The check *drift* of the measured rows with a state. */
const driftsOf = (summary: Judged, wanted: CheckResult['state']) =>
  measuredRows(summary).flatMap(({ target, checks = [] }) =>
    checks
      .filter(({ check, state }) => check === drift.name && state === wanted)
      .map((result) => ({ target, result })),
  );

/** What only the records and the folder of a run tell. */
interface MeasuredRun {
  readonly folder: string | undefined;
  readonly secondsPerRepeat: number | undefined;
}

/** Nobody would wait longer. */
const MAX_SECONDS = 7200;

/** How to decide the undecided neighbours; undefined if there are none. */
const undecidedStep = (
  summary: Judged,
  { folder, secondsPerRepeat = Infinity }: MeasuredRun,
): NextStep | undefined => {
  const undecided = openNeighbours(summary);
  // More repeats of a target that changes would only average the change.
  if (undecided.length === 0 || driftsOf(summary, 'failed').length > 0) return undefined;
  const [restless] = driftsOf(summary, 'warned');
  if (restless !== undefined) return { code: 'restless-target', ...restless };
  const seconds =
    secondsPerRepeat * Math.max(...undecided.map(({ moreRepeats = Infinity }) => moreRepeats));
  return {
    code: 'measure-longer',
    pairs: undecided.length,
    seconds: seconds <= MAX_SECONDS ? seconds : undefined,
    resume: summary.plan.options.ends === 'when-decided' ? folder : undefined,
    noise: summary.headline?.noise,
  };
};

/** Long enough to count a server's answers that take a millisecond. */
const BYPASS_SECONDS = 2;

/** How to learn more about servers that are faster than the rig; undefined if they are not. */
const rigLimitStep = ({ noRanking, plan }: Judged): NextStep | undefined => {
  if (noRanking?.code !== 'rig-limit') return undefined;
  const isBypassed = noRanking.bypass.length > 0;
  const options = isBypassed ? plan.options : { ...plan.options, bypassSeconds: BYPASS_SECONDS };
  return { code: 'rig-limit', isBypassed, command: runCommandOf({ ...plan, options }) };
};

/** The steps towards a better answer of a valid run: about the first result that fails a check, then about undecided neighbours. */
const betterAnswerSteps = (summary: Judged, run: MeasuredRun): readonly NextStep[] => {
  const [result] = measuredRows(summary).flatMap(({ checks = [] }) =>
    checks.filter(({ state }) => state === 'failed'),
  );
  return [
    ...(result === undefined ? [] : [{ code: 'failed-check', result } as const]),
    rigLimitStep(summary) ?? undecidedStep(summary, run) ?? [],
  ].flat();
};

/** The next steps, the first one first: to repeat what failed or towards a better answer, then to the real servers. */
export const nextStepsOf = (summary: Judged, run: MeasuredRun): readonly NextStep[] => {
  const { validity, plan } = summary;
  const { resume } = validity ?? {};
  if (resume !== undefined) return [{ code: 'repeat-failed', resume }];
  if (validity?.valid === false) {
    // That reason has a command of its own.
    const isCutOff = validity.reasons.some(({ code }) => /^(search-)?cut-off$/.test(code));
    return isCutOff ? [] : [{ code: 'measure-again', command: runCommandOf(plan) }];
  }
  const isOnlySimulated = plan.runtime === 'simulated' && plan.where === 'local';
  return [
    ...betterAnswerSteps(summary, run),
    ...(isOnlySimulated ? [{ code: 'install-servers' } as const] : []),
  ];
};

/** With a fifth more, and the time for start and report. */
const maxTimeText = (seconds: number): string =>
  maxTimeKind.write(60 * Math.ceil((1.2 * seconds + 30) / 60));

const measureLongerText = ({
  pairs,
  seconds,
  resume,
  noise,
}: Extract<NextStep, { readonly code: 'measure-longer' }>): string => {
  const them = pairs === 1 ? 'the undecided pair' : `the ${pairs} undecided pairs`;
  if (seconds === undefined) {
    const isNoisy = noise !== undefined && noise.measured > noise.assumed;
    return isNoisy
      ? `Close other programs and measure again: at ${roughPercent(noise.measured)} % of noise, even two hours more would hardly decide ${them}.`
      : `Even two hours more would hardly decide ${them}.`;
  }
  const would = `About ${durationText(60 * Math.ceil(seconds / 60)).replace(/ 00 (s|min)$/, '')} more would probably decide ${them}`;
  return resume === undefined
    ? `${would}: measure again with --max-time ${maxTimeText(seconds)} instead of --repeats.`
    : `${would}: npx serving-compare run --resume ${shellWord(resume)} --max-time ${maxTimeText(seconds)}`;
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
    case 'measure-longer':
      return [measureLongerText(step)];
    case 'rig-limit':
      return [
        step.isBypassed
          ? `Measure on a machine with more cores: ${step.command}`
          : `Measure without the middleware, too: ${step.command}`,
      ];
    case 'measure-again':
      return [`Once that is fixed, measure again: ${step.command}`];
    case 'repeat-failed':
      return [`Once that is fixed, repeat what failed: ${step.resume}`];
    case 'install-servers':
      return ['Install the real servers, which this run only simulated: npx serving-compare setup'];
    default:
      return step satisfies never;
  }
};
