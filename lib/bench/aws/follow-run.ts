import { setTimeout as sleep } from 'node:timers/promises';
import { createLiveLine, type LiveTerminal } from '../progress/live-line.ts';
import type { Aws } from './clients.ts';
import { earliestDeadline } from './deadlines.ts';
import { pricePerHourOf, type Deployment } from './find-deployment.ts';
import { readNodes } from './node-states.ts';
import { findRun, listRunIds, readRunObjects } from './run-objects.ts';
import { runProgress, type PairProgress, type RunProgress } from './run-progress.ts';
import { followLines, type DeploymentStatus } from './status-text.ts';

const POLL_MS = 3000;

/** Where the progress is shown. */
export interface ProgressOutput {
  readonly write: (text: string) => void;
  /** Undefined for files and pipes, which get a line per change. */
  readonly terminal: LiveTerminal | undefined;
}

/** Describes a pair's change of state since the last poll; undefined if there is none worth a line. */
const pairNews = (
  before: PairProgress | undefined,
  { pair, state, message }: PairProgress,
): string | undefined =>
  before?.state === state || state === 'waiting'
    ? undefined
    : `pair ${pair} is ${state}${message === undefined ? '' : `: ${message}`}`;

const countsOf = ({ pairs }: RunProgress): string =>
  JSON.stringify(pairs.map(({ measurements }) => measurements));

/** Reads how far a run is now. */
export const readProgress = async (
  aws: Aws,
  { bucket, pairs }: Pick<Deployment, 'bucket' | 'pairs'>,
  runId: string,
): Promise<RunProgress> => {
  const [run, nodes] = await Promise.all([findRun(aws, bucket, runId), readNodes(aws, pairs)]);
  return runProgress(run, { now: new Date(), pairs, nodes });
};

/** Reads how far a run is now, or every run of the bucket, and when the nodes end themselves. */
export const readStatus = async (
  aws: Aws,
  { bucket, pairs }: Pick<Deployment, 'bucket' | 'pairs'>,
  runId: string | undefined,
): Promise<DeploymentStatus> => {
  const nodes = await readNodes(aws, pairs);
  const objects =
    runId === undefined
      ? await Promise.all(
          (await listRunIds(aws, bucket)).map((id) => readRunObjects(aws, bucket, id)),
        )
      : [await findRun(aws, bucket, runId)];
  const now = new Date();
  return {
    runs: objects
      .filter((run) => run !== undefined)
      .map((run) => runProgress(run, { now, pairs, nodes })),
    deadline: earliestDeadline(nodes, pairs),
    usdPerHour: pricePerHourOf(pairs),
    unavailable: pairs.flatMap(({ pair, unavailable }) =>
      unavailable.length === 0 ? [] : [{ pair, unavailable }],
    ),
  };
};

/**
 * Shows the progress of a run until no pair works on it any more.
 *
 * @throws the signal's reason if the user interrupts it; the run itself goes on.
 */
export const followRun = async (
  aws: Aws,
  deployment: Deployment,
  runId: string,
  signal: AbortSignal,
  { write, terminal }: ProgressOutput,
): Promise<RunProgress> => {
  const live = terminal && createLiveLine(terminal);
  const print = live?.print ?? ((text: string) => write(`${text}\n`));
  let before: RunProgress | undefined;
  try {
    for (;;) {
      const run = await readProgress(aws, deployment, runId);
      for (const pair of run.pairs) {
        const previous = before?.pairs.find(({ pair: number }) => number === pair.pair);
        const news = pairNews(previous, pair);
        if (news !== undefined) print(news);
      }
      if (run.state !== 'running') return run;
      const hasChanged = before === undefined || countsOf(before) !== countsOf(run);
      if (live !== undefined) live.show(...followLines(run));
      else if (hasChanged) print(followLines(run).join(' · '));
      before = run;
      await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    live?.clear();
  }
};
