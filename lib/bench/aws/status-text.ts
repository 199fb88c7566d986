import { durationText } from '../wording/format-number.ts';
import type { DeployedPair } from './find-deployment.ts';
import type { RunEstimate } from './run-estimate.ts';
import { unavailableLines } from './unavailable-lines.ts';
import {
  finishedMeasurements,
  isActive,
  type PairProgress,
  type RunProgress,
} from './run-progress.ts';
import { columns } from '../wording/text-layout.ts';

/** Formats an amount as `$12.40`, or says that it is unknown. */
export const usdText = (usd: number | undefined): string =>
  usd === undefined ? 'an unknown amount' : `$${usd.toFixed(2)}`;

/** `about 1.5 h and $1.08`. */
export const costText = ({ seconds, usd }: Pick<RunEstimate, 'seconds' | 'usd'>): string =>
  `about ${durationText(seconds)} and ${usdText(usd)}`;

const HEADER = ['pair', 'state', 'measurements', 'failed', 'time', 'to go', 'last report'];

const pairRow = (pair: PairProgress): readonly string[] => [
  String(pair.pair),
  pair.state,
  pair.measurements.total === 0 ? '-' : `${finishedMeasurements(pair)}/${pair.measurements.total}`,
  String(pair.measurements.failed),
  durationText(pair.secondsSoFar),
  pair.secondsLeft === undefined ? '-' : durationText(pair.secondsLeft),
  pair.ageSeconds === undefined ? 'none' : `${durationText(pair.ageSeconds)} ago`,
];

const pairNotes = (pair: PairProgress): readonly string[] =>
  [
    pair.running ?? '',
    pair.message ?? '',
    pair.starts > 1 ? `its runner was started ${pair.starts} times` : '',
  ]
    .filter((note) => note !== '')
    .map((note) => `pair ${pair.pair}: ${note}`);

/** Sums the progress of all pairs of a run. */
export const totalsOf = ({
  pairs,
  totalMeasurements,
  finishedMeasurements: finished,
  searches,
  state,
}: RunProgress) => {
  const sum = (of: (pair: PairProgress) => number): number =>
    pairs.reduce((total, pair) => total + of(pair), 0);
  // The number of trials of a search is known only when it is over.
  const isUpperBound = searches !== undefined && state !== 'completed';
  return {
    finished,
    /** Whether the run may end with fewer measurements than `total`. */
    isUpperBound,
    failed: sum(({ measurements }) => measurements.failed),
    total:
      searches !== undefined && !isUpperBound
        ? finished
        : (totalMeasurements ?? sum(({ measurements }) => measurements.total)),
    // The pairs work at the same time.
    secondsLeft: Math.max(0, ...pairs.map(({ secondsLeft = 0 }) => secondsLeft)),
  };
};

/** The commands that a user may want next. */
const nextSteps = ({ runId, state }: RunProgress): readonly string[] => {
  if (state === 'running')
    return [`npx serving-compare logs ${runId}`, `npx serving-compare cancel ${runId}`];
  return state === 'completed'
    ? [`npx serving-compare fetch ${runId}`]
    : [`npx serving-compare run --on aws --resume ${runId}`, `npx serving-compare fetch ${runId}`];
};

/** Describes a run and all its pairs, for `serving-compare status RUN`. */
export const runStatusText = (run: RunProgress): string => {
  const { finished, failed, total, isUpperBound, secondsLeft } = totalsOf(run);
  const isExpected = run.isTotalExpected === true && run.state !== 'completed';
  const bound = isExpected ? 'about ' : isUpperBound ? 'at most ' : '';
  const left = run.state === 'running' ? `; ${durationText(secondsLeft)} to go` : '';
  return [
    `${run.runId}: ${run.state}${run.profile === undefined ? '' : `, profile ${run.profile}`}`,
    `${finished} of ${bound}${total} measurements${failed === 0 ? '' : `, ${failed} failed`}${left}`,
    '',
    ...columns([HEADER, ...run.pairs.map(pairRow)]),
    ...run.pairs.flatMap(pairNotes),
    '',
    ...nextSteps(run),
    '',
  ].join('\n');
};

/** Describes all runs, one per line, for `serving-compare status`. */
export const runListText = (runs: readonly RunProgress[]): string =>
  [
    ...columns([
      ['run', 'state', 'measurements', 'failed', 'pairs', 'lost', 'to go'],
      ...runs.map((run) => {
        const { finished, failed, total, secondsLeft } = totalsOf(run);
        return [
          run.runId,
          run.state,
          `${finished}/${total}`,
          String(failed),
          String(run.pairs.length),
          String(run.pairs.filter(({ state }) => state === 'lost').length),
          run.state === 'running' ? durationText(secondsLeft) : '-',
        ];
      }),
    ]),
    '',
  ].join('\n');

/** The runs of a deployment, and what its nodes cost. */
export interface DeploymentStatus {
  readonly runs: readonly RunProgress[];
  /** When the first node ends itself; undefined if that is not known. */
  readonly deadline: Date | undefined;
  readonly usdPerHour: number | undefined;
  /** The servings that pairs cannot start. */
  readonly unavailable: readonly Pick<DeployedPair, 'pair' | 'unavailable'>[];
}

const deadlineLine = ({ deadline, usdPerHour }: DeploymentStatus, now: Date): string => {
  const price = `${usdText(usdPerHour)} an hour`;
  if (deadline === undefined) return `the nodes cost ${price}; their end time is unknown`;
  const seconds = (deadline.getTime() - now.getTime()) / 1000;
  const when =
    seconds > 0 ? `in ${durationText(seconds)}` : `${durationText(-seconds)} ago, by the plan`;
  return `the nodes cost ${price} and end themselves ${when} (${deadline.toISOString()}); "npx serving-compare extend 4h" moves that`;
};

const runsText = (runs: readonly RunProgress[], isSingle: boolean): string => {
  const [first] = runs;
  if (first === undefined) return 'there are no runs in the bucket\n';
  return isSingle ? runStatusText(first) : runListText(runs);
};

/** Describes the runs of a deployment, or one, and what its nodes cost, for `serving-compare status`. */
export const statusText = (status: DeploymentStatus, isSingle: boolean): string =>
  [
    runsText(status.runs, isSingle),
    ...unavailableLines(status.unavailable),
    `${deadlineLine(status, new Date())}\n`,
  ].join('\n');

const countText = (pair: PairProgress): string =>
  pair.measurements.total === 0
    ? ''
    : `[${finishedMeasurements(pair)}/${pair.measurements.total}] `;

/** Describes a running run in a line, and what each active pair is doing in another. */
export const followLines = (run: RunProgress): readonly string[] => {
  const { finished, failed, total, secondsLeft } = totalsOf(run);
  return [
    `[${finished}/${total}] ${durationText(secondsLeft)} left${failed === 0 ? '' : ` · ${failed} failed`}`,
    ...run.pairs
      .filter(isActive)
      .map((pair) => `pair ${pair.pair}: ${countText(pair)}${pair.running ?? pair.state}`),
  ];
};
