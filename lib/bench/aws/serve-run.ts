import { summarise } from '../analysis/summarise.ts';
import { messageOf } from '../errors.ts';
import { servePage } from '../progress/serve-page.ts';
import { chartSet } from '../report/charts/chart-set.ts';
import { renderHtml } from '../report/html.ts';
import type { RunData } from '../results/run-folder.ts';
import type { RunProgress } from './run-progress.ts';
import { followLines, totalsOf } from './status-text.ts';

/** The report of a run on node pairs, served while it grows. */
export interface ServedRun {
  readonly url: string;
  /** Takes how far the run is; draws anew where cells came and somebody looked since the last drawing. */
  readonly see: (run: RunProgress) => void;
  /** Ends the serving, and returns when nothing is read any more. */
  readonly stop: () => Promise<void>;
}

const draw = (data: RunData): string => {
  const summary = summarise(data, { isGoingOn: true });
  return renderHtml(summary, chartSet(summary));
};

/**
 * Serves the report of a run on node pairs as it grows, on loopback only: what the pairs have finished so far, and above it
 * what each of them does.
 *
 * @param port 0 for any free one
 * @param read what is finished so far; undefined where that is nothing yet
 * @throws BenchError where the port cannot be had.
 */
export const serveRun = async (
  port: number,
  read: () => Promise<RunData | undefined>,
): Promise<ServedRun> => {
  let lines: readonly string[] = ['the run begins'];
  let drawn: { readonly page: string | undefined; readonly finished: number } | undefined;
  let problem: string | undefined;
  let isWatched = true;
  let working: Promise<void> | undefined;

  const drawAnew = async (finished: number): Promise<void> => {
    try {
      const data = await read();
      drawn = { page: data && draw(data), finished };
      problem = undefined;
    } catch (error) {
      // Tried again when the run is looked at next; what stays wrong fails the run's own report later.
      problem = `the report so far cannot be read: ${messageOf(error)}`;
    }
    working = undefined;
  };

  const { url, stop } = await servePage(port, {
    lines: () => (problem === undefined ? lines : [...lines, problem]),
    page: () => {
      isWatched = true;
      return drawn?.page;
    },
  });
  return {
    url,
    see: (run) => {
      lines = followLines(run);
      const { finished } = totalsOf(run);
      if (working !== undefined || !isWatched || drawn?.finished === finished) return;
      isWatched = false;
      working = drawAnew(finished);
    },
    stop: async () => {
      stop();
      await working;
    },
  };
};
