import { pathLabels } from '../wording/labels.ts';
import type { RunEvent } from '../run/run-event.ts';
import { createGrowingReport } from './growing-report.ts';
import { liveText, stepTexts } from './progress-text.ts';
import { servePage } from './serve-page.ts';
import type { Progress } from './show-progress.ts';

export interface ServedProgress extends Progress {
  readonly url: string;
}

/** The line of what goes on, as the terminal has it. */
const createLiveLineText = (): {
  readonly emit: (event: RunEvent) => void;
  readonly text: () => string;
} => {
  let labels: ReadonlyMap<string, string> = new Map();
  let text = 'the run begins';
  return {
    emit: (event) => {
      if (event.event === 'preparing') text = event.what;
      else if (event.event === 'run-start') labels = pathLabels(event.plan.paths, event.plan);
      else if (event.event === 'serving-start' || event.event === 'direct-start') {
        const step = event.event === 'serving-start' ? 'serving-start' : 'direct-check';
        text = liveText(event, labels, stepTexts[step]);
      } else if (event.event === 'load') text = liveText(event, labels, event.progress);
    },
    text: () => text,
  };
};

/**
 * Serves the report of a run as it grows, on loopback only: what was measured so far, and above it what goes on.
 *
 * @param port 0 for any free one
 * @throws BenchError where the port cannot be had.
 */
export const serveProgress = async (port: number): Promise<ServedProgress> => {
  const report = createGrowingReport();
  const live = createLiveLineText();
  const served = await servePage(port, { lines: () => [live.text()], page: report.page });
  return {
    ...served,
    emit: (event) => {
      live.emit(event);
      report.emit(event);
    },
  };
};
