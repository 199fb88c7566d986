import { NODE_ROLES } from '../../aws/contract/tags.ts';
import { targetId } from '../model/measurement.ts';
import { counted, formatFigure, roughPercent } from '../wording/format-number.ts';
import { labelOf, resultLabel, type Labels } from '../wording/labels.ts';
import { findingOf } from './checks/checks.ts';
import { changeText, drift, isContestedDrift, restlessTargets, whenText } from './checks/drift.ts';
import { groupBy } from './group-by.ts';
import { measuredRows, openNeighbours, verdictsOnCarrying } from './ranking.ts';
import type { ModelDifference } from './shared-model.ts';
import type { Notice, Summary } from './summary.ts';
import { withheldText } from './verdicts/pairing.ts';

type Noticed = Pick<
  Summary,
  | 'environment'
  | 'isGoingOn'
  | 'plan'
  | 'measurements'
  | 'stopped'
  | 'rows'
  | 'headline'
  | 'machine'
  | 'ranking'
  | 'noRanking'
>;

const progressNotices = (summary: Noticed): readonly Notice[] => {
  const { isGoingOn, plan, measurements, stopped, ranking, noRanking } = summary;
  const { measurementCount: planned } = plan;
  const recorded = planned - measurements.missing;
  const isOrderKnown = ranking?.isDecided === true && openNeighbours(summary).length === 0;
  return [
    ...(isGoingOn === true ? [{ code: 'going-on', recorded, planned } as const] : []),
    // The answer may say it already, or need no more time.
    ...(stopped?.why === 'time-up' && noRanking?.code !== 'time-up' && !isOrderKnown
      ? [{ code: 'time-up', repeats: stopped.repeats, planned: stopped.planned } as const]
      : []),
  ];
};

/** How each target changed during the run: its first result that fails the check, or that warns of it as all others of the target do. */
const driftNotices = (summary: Noticed): readonly Notice[] => {
  const rows = measuredRows(summary);
  const restless = restlessTargets(rows);
  const drifting = rows.flatMap(({ target, scenario, level, checks = [] }) =>
    checks
      .filter(
        ({ check, state }) =>
          check === drift.name && (state === 'failed' || restless.has(targetId(target))),
      )
      .map((result) => ({ code: 'drift', target, scenario, level, result }) as const),
  );
  const firsts = [...groupBy(drifting, ({ target }) => targetId(target)).values()].map(
    ([first]) => first,
  );
  const contested = firsts.filter(({ result }) => isContestedDrift(result));
  return contested.length < 2
    ? firsts
    : [
        ...firsts.filter((first) => !contested.includes(first)),
        {
          code: 'contested-drift',
          results: contested.map(({ target, scenario, level, result }) => ({
            target,
            scenario,
            level,
            result,
          })),
        },
      ];
};

const withheldNotices = ({ headline, noRanking }: Noticed): readonly Notice[] => {
  const { given = 0 } = headline ?? {};
  const compared = verdictsOnCarrying({ headline });
  const [reason] = compared.flatMap(({ judgement }) =>
    judgement.kind === 'withheld' ? [judgement.reason] : [],
  );
  // The answer or the notice on a drift says it already.
  const isDrift = reason?.code === 'failed-check' && reason.result.check === drift.name;
  return reason === undefined || given === 0 || isDrift || noRanking?.code === 'rig-limit'
    ? []
    : [{ code: 'withheld', verdicts: compared.length - given, of: compared.length, reason }];
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
  if (machine?.isBusy !== true) return [];
  const { waitShare, othersCpuShare, loadAverage } = machine;
  return [
    { code: 'busy-machine', waitShare, othersCpuShare, loadAverage },
    ...(modelDifference === undefined
      ? []
      : [{ code: 'model-differs', ...modelDifference } as const]),
  ];
};

/** The processors of all nodes with the same role, if they differ: EC2 has several for one instance type. */
const processorNotices = ({ environment: { aws } }: Noticed): readonly Notice[] =>
  NODE_ROLES.flatMap((role) => {
    const byModel = [...groupBy(aws?.pairs ?? [], (pair) => pair[role].machine.cpuModel)];
    const processors = byModel.map(([cpuModel, ofModel]) => ({
      cpuModel,
      pairs: [...new Set(ofModel.map(({ pair }) => pair))],
    }));
    return processors.length < 2 ? [] : [{ code: 'processors-differ', role, processors } as const];
  });

/** What a reader must know before the figures, the most serious first. The checks have a line of their own. */
export const noticesOf = (
  summary: Noticed,
  modelDifference?: ModelDifference,
): readonly Notice[] => [
  ...progressNotices(summary),
  ...machineNotices(summary, modelDifference),
  ...processorNotices(summary),
  ...driftNotices(summary),
  ...withheldNotices(summary),
  ...bypassNotices(summary),
];

/** What is known best of a busy machine. */
const busyText = ({
  waitShare,
  othersCpuShare,
  loadAverage,
}: Extract<Notice, { readonly code: 'busy-machine' }>): string => {
  if (waitShare !== undefined) {
    return `Other programs ran: the servers waited for a core ${roughPercent(waitShare)} % of the time.`;
  }
  return othersCpuShare === undefined
    ? `This machine was busy in the minute before the run: its load average was ${formatFigure(loadAverage)}.`
    : `This machine was busy: programs outside of the run used ${roughPercent(othersCpuShare)} % of its cores.`;
};

const contestedText = (
  { results }: Extract<Notice, { readonly code: 'contested-drift' }>,
  labels: Labels,
): string => {
  const names = results.map(({ target }) => labelOf(labels, target));
  const times = results.map(
    (changed) => `${resultLabel(labels, changed)}: ${changeText(changed.result.facts ?? {})}`,
  );
  const when = whenText(results[0]?.result.facts ?? {});
  return `${names.join(' and ')} changed against each other ${when} (mean response times of ${times.join('; ')}): one of them, or the machine, which changed for the load generator and middleware.`;
};

/** A notice as a sentence. */
export const noticeText = (notice: Notice, labels: Labels): string => {
  switch (notice.code) {
    case 'going-on':
      return `The run is still in progress: ${notice.recorded} of ${counted(notice.planned, 'measurement')} are recorded so far, and figures may still change.`;
    case 'time-up':
      return `The time was up after ${notice.repeats} of ${notice.planned} repeats.`;
    case 'drift':
      return `${resultLabel(labels, notice)}: ${findingOf(notice.result)}`;
    case 'contested-drift':
      return contestedText(notice, labels);
    case 'withheld': {
      const why = withheldText(notice.reason, (target) => labelOf(labels, target));
      return `${notice.verdicts} of ${counted(notice.of, 'verdict is', 'verdicts are')} withheld: ${why}`;
    }
    case 'busy-machine':
      return busyText(notice);
    case 'model-differs': {
      const [least, most] = [notice.least, notice.most].map((share) => (100 * share).toFixed(0));
      const [only, ...others] = notice.targets;
      const which =
        only !== undefined && others.length === 0 ? labelOf(labels, only) : 'some targets';
      return `The model, which is the same for all, took ${least === most ? most : `${least} to ${most}`} % longer for ${which} than where it was fastest: the machine was disturbed.`;
    }
    case 'processors-differ': {
      const texts = notice.processors.map(
        ({ cpuModel, pairs }) =>
          `${cpuModel} in ${pairs.length === 1 ? 'pair' : 'pairs'} ${pairs.join(', ')}`,
      );
      return `The ${notice.role} nodes have different processors (${texts.join('; ')}), which adds to the differences between repeats.`;
    }
    case 'no-bypass':
      return `The bypass run of ${counted(notice.measurements, 'measurement')} gave no figures, for example: ${notice.reason}`;
    default:
      return notice satisfies never;
  }
};
