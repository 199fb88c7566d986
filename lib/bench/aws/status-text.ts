import { durationText } from '../wording/format-number.ts';
import {
  finishedMeasurements,
  isActive,
  type PairProgress,
  type RunProgress,
} from './run-progress.ts';
import { columns } from '../wording/columns.ts';

/** `$0.07`, `$12.40`; in words where the price is not known. */
export const usdText = (usd: number | undefined): string =>
  usd === undefined ? 'an unknown amount' : `$${usd.toFixed(2)}`;

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

/** Sums over the pairs of a run. */
export const totalsOf = ({
  pairs,
  totalMeasurements,
  finishedMeasurements: finished,
  searches,
  state,
}: RunProgress) => {
  const sum = (of: (pair: PairProgress) => number): number =>
    pairs.reduce((total, pair) => total + of(pair), 0);
  // How many trials a search takes is known when it is over.
  const isBound = searches !== undefined && state !== 'completed';
  return {
    finished,
    /** Whether `total` is the most that there may be. */
    isBound,
    failed: sum(({ measurements }) => measurements.failed),
    total:
      searches !== undefined && !isBound
        ? finished
        : (totalMeasurements ?? sum(({ measurements }) => measurements.total)),
    // They work at the same time.
    secondsLeft: Math.max(0, ...pairs.map(({ secondsLeft = 0 }) => secondsLeft)),
  };
};

/** The commands that fit a run in this state. */
const nextSteps = ({ runId, state }: RunProgress): readonly string[] => {
  if (state === 'running')
    return [`npx serving-compare logs ${runId}`, `npx serving-compare cancel ${runId}`];
  return state === 'completed'
    ? [`npx serving-compare fetch ${runId}`]
    : [`npx serving-compare run --on aws --resume ${runId}`, `npx serving-compare fetch ${runId}`];
};

/** A run and all its pairs, as lines. Pure. */
export const runStatusText = (run: RunProgress): string => {
  const { finished, failed, total, isBound, secondsLeft } = totalsOf(run);
  const left = run.state === 'running' ? `; ${durationText(secondsLeft)} to go` : '';
  return [
    `${run.runId}: ${run.state}${run.profile === undefined ? '' : `, profile ${run.profile}`}`,
    `${finished} of ${isBound ? 'at most ' : ''}${total} measurements${failed === 0 ? '' : `, ${failed} failed`}${left}`,
    '',
    ...columns([HEADER, ...run.pairs.map(pairRow)]),
    ...run.pairs.flatMap(pairNotes),
    '',
    ...nextSteps(run),
    '',
  ].join('\n');
};

/** All runs, a line each. Pure. */
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

const countText = (pair: PairProgress): string =>
  pair.measurements.total === 0
    ? ''
    : `[${finishedMeasurements(pair)}/${pair.measurements.total}] `;

/** Lines about a run that goes on: the whole of it, and what each pair does now. Pure. */
export const followLines = (run: RunProgress): readonly string[] => {
  const { finished, failed, total, secondsLeft } = totalsOf(run);
  return [
    `[${finished}/${total}] ${durationText(secondsLeft)} left${failed === 0 ? '' : ` · ${failed} failed`}`,
    ...run.pairs
      .filter(isActive)
      .map((pair) => `pair ${pair.pair}: ${countText(pair)}${pair.running ?? pair.state}`),
  ];
};
