import { targetId } from '../model/measurement.ts';
import { counted } from '../wording/format-number.ts';
import { labelOf, resultLabel, type Labels } from '../wording/labels.ts';
import { findingOf } from './checks/checks.ts';
import { drift } from './checks/drift.ts';
import { groupBy } from './group-by.ts';
import { measuredRows } from './ranking.ts';
import type { Notice, Summary } from './summary.ts';
import { withheldText } from './verdicts/withheld.ts';

type Noticed = Pick<
  Summary,
  'isGoingOn' | 'plan' | 'measurements' | 'plannedRepeats' | 'rows' | 'headline'
>;

const progressNotices = ({
  isGoingOn,
  plan,
  measurements,
  plannedRepeats,
}: Noticed): readonly Notice[] => {
  const { measurementCount: planned, options } = plan;
  const recorded = planned - measurements.missing;
  return [
    ...(isGoingOn === true ? [{ code: 'going-on', recorded, planned } as const] : []),
    ...(plannedRepeats === undefined
      ? []
      : [{ code: 'time-up', repeats: options.repeats, planned: plannedRepeats } as const]),
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

const withheldNotices = ({ headline }: Noticed): readonly Notice[] => {
  const { verdicts = [], given = 0 } = headline ?? {};
  const [reason] = verdicts.flatMap(({ judgement }) =>
    judgement.kind === 'withheld' ? [judgement.reason] : [],
  );
  return reason === undefined || given === 0
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

/** What a reader must know before the figures, the most serious first. The checks have a line of their own. */
export const noticesOf = (summary: Noticed): readonly Notice[] => [
  ...progressNotices(summary),
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
    case 'no-bypass':
      return `The bypass run of ${counted(notice.measurements, 'measurement')} gave no figures, for example: ${notice.reason}`;
    default:
      return notice satisfies never;
  }
};
