import { setTimeout as sleep } from 'node:timers/promises';
import { createLiveLine } from '../progress/live-line.ts';
import type { Aws } from './clients.ts';
import type { Deployment } from './deployment.ts';
import { readNodes } from './nodes.ts';
import { assertRun } from './run-objects.ts';
import { runProgress, type PairProgress, type RunProgress } from './run-progress.ts';
import { followLines } from './status-text.ts';

const POLL_MS = 3000;

/** Where a person looks on. */
export interface Onlooker {
  readonly write: (text: string) => void;
  /** Undefined for files and pipes, which get a line where something changed. */
  readonly terminal: { readonly width: () => number } | undefined;
}

/** What happened to a pair since it was looked at last; undefined where nothing worth a line did. Pure. */
const pairNews = (
  before: PairProgress | undefined,
  { pair, state, message }: PairProgress,
): string | undefined =>
  before?.state === state || state === 'waiting'
    ? undefined
    : `pair ${pair} is ${state}${message === undefined ? '' : `: ${message}`}`;

const doneText = ({ pairs }: RunProgress): string =>
  JSON.stringify(pairs.map(({ measurements }) => measurements));

/** How far a run is now. */
export const readProgress = async (
  aws: Aws,
  { bucket, pairs }: Pick<Deployment, 'bucket' | 'pairs'>,
  runId: string,
): Promise<RunProgress> => {
  const [run, nodes] = await Promise.all([assertRun(aws, bucket, runId), readNodes(aws, pairs)]);
  return runProgress(run, { now: new Date(), pairs, nodes });
};

/**
 * Shows how a run goes on until no pair works on it any more.
 *
 * @throws the signal's reason where a person ends the looking on; the run itself goes on.
 */
export const followRun = async (
  aws: Aws,
  deployment: Deployment,
  runId: string,
  signal: AbortSignal,
  { write, terminal }: Onlooker,
): Promise<RunProgress> => {
  const live = terminal && createLiveLine(write, terminal.width);
  const print = live?.print ?? ((text: string) => write(`${text}\n`));
  let before: RunProgress | undefined;
  try {
    for (;;) {
      const run = await readProgress(aws, deployment, runId);
      for (const pair of run.pairs) {
        const news = pairNews(
          before?.pairs.find((one) => one.pair === pair.pair),
          pair,
        );
        if (news !== undefined) print(news);
      }
      if (run.state !== 'running') return run;
      const moved = before === undefined || doneText(before) !== doneText(run);
      if (live !== undefined) live.show(...followLines(run));
      else if (moved) print(followLines(run).join(' · '));
      before = run;
      await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  } finally {
    live?.clear();
  }
};
