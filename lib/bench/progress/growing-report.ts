import { summarise } from '../analysis/summarise.ts';
import { chartSet } from '../report/charts/chart-set.ts';
import { renderHtml } from '../report/html.ts';
import { readRunFolder, type RunData } from '../results/run-folder.ts';
import type { ResultRecord } from '../results/record.ts';
import type { RunEvent } from '../run/run-event.ts';

/** The report of a run that goes on, drawn between its cells. */
export interface GrowingReport {
  /** Takes what the run tells; draws anew after a cell, where somebody looked since the last drawing. */
  readonly emit: (event: RunEvent) => void;
  /** The last drawing; undefined before the first. */
  readonly page: () => string | undefined;
}

/** Drawing takes processor time, and a measuring window needs all of it: so it is done after a cell and at no other time. */
export const createGrowingReport = (): GrowingReport => {
  let data: RunData | undefined;
  const since: ResultRecord[] = [];
  let drawn: string | undefined;
  let isWatched = true;

  const draw = (): void => {
    if (data === undefined || !isWatched) return;
    const summary = summarise(
      { ...data, records: [...data.records, ...since] },
      { isGoingOn: true },
    );
    drawn = renderHtml(summary, chartSet(summary));
    isWatched = false;
  };

  const begin = async (folder: string): Promise<void> => {
    data = await readRunFolder(folder);
    draw();
  };

  return {
    emit: (event) => {
      if (event.event === 'run-start') {
        // One that cannot be read now fails the run's own report later, with its reason.
        begin(event.folder).catch(() => undefined);
      } else if (event.event === 'check-end') {
        since.push(event.check);
      } else if (event.event === 'cell-end') {
        since.push(event.record);
        draw();
      }
    },
    page: () => {
      isWatched = true;
      return drawn;
    },
  };
};
