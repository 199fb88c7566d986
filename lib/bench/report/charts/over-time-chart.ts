import { levelsIn } from '../../analysis/rows.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Window } from '../../analysis/windows.ts';
import { durationText, formatFigure, joined } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { ShownGroup } from '../row-groups.ts';
import { latencyAxis, timeAxis, zeroBasedAxis } from './axes.ts';
import { type ChartContent, type Line, panelOf, type Point } from './draw-chart.ts';
import { rowsByLook, type TargetLook, type TargetLooks } from './looks.ts';

/** More windows cannot be told apart, and each makes the page larger: then only those of the highest level are shown. */
const MAX_WINDOWS = 600;

/** Longer pauses, in multiples of what four of five keep, are those of runs that were resumed. They would leave no room for the windows. */
const LONGEST_PAUSE = 30;

/** The time axis of windows. */
interface RunTime {
  /** Seconds since the first window, by its `startedAt`. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Longer pauses are cut to this; undefined if there are none. */
  readonly cutToSeconds: number | undefined;
}

const runTimeOf = (windows: readonly Window[]): RunTime => {
  const texts = new Map(windows.map(({ startedAt }) => [Date.parse(startedAt) / 1000, startedAt]));
  const times = [...texts.keys()].toSorted((a, b) => a - b);
  const pauses = times.map((time, index) => time - (times[index - 1] ?? time));
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(0.8 * pauses.length)] ?? 0;
  const longest = LONGEST_PAUSE * usual;
  let at = 0;
  const seconds = times.map((time, index) => {
    at += Math.min(longest, pauses[index] ?? 0);
    return [texts.get(time) ?? '', at] as const;
  });
  const isCut = pauses.some((pause) => pause > longest);
  return { seconds: new Map(seconds), cutToSeconds: isCut ? longest : undefined };
};

/** What a panel shows of a window; undefined if there is nothing. */
type ReadingOf = (
  window: Window,
  row: SummaryRow,
) => (Pick<Point, 'y' | 'mark'> & { readonly text: string }) | undefined;

const rateOf: ReadingOf = ({ requestRatePerSecond: y, failed, repeat }, { failedRepeats }) => {
  if (y === undefined) {
    const failure = failedRepeats.find((failedRepeat) => failedRepeat.repeat === repeat);
    return { y: 0, mark: 'missing', text: joined(': ', 'failed', failure?.message) };
  }
  const rate = `${formatFigure(y)} requests/s`;
  return { y, text: joined(', ', rate, failed !== undefined && `${failed} failed`) };
};

const medianTimeOf: ReadingOf = ({ p50Ms: y }) =>
  y === undefined ? undefined : { y, text: `median ${formatFigure(y)} ms` };

/** Rate and response time of all windows over the time of the run, so that a disturbance of all targets at once is seen. */
export const overTimeChart = (group: ShownGroup, looks: TargetLooks): ChartContent | undefined => {
  const { chartedRows } = group;
  const levels = levelsIn(chartedRows).map(levelLabel);
  const highest = levels.at(-1);
  const isHighest = ({ level }: SummaryRow): boolean => levelLabel(level) === highest;
  const hasMany = chartedRows.flatMap(({ windows = [] }) => windows).length > MAX_WINDOWS;
  const rows = hasMany ? chartedRows.filter(isHighest) : chartedRows;
  const { seconds, cutToSeconds } = runTimeOf(rows.flatMap(({ windows = [] }) => windows));

  const lineOf = (look: TargetLook, row: SummaryRow, readingOf: ReadingOf): Line => {
    const load = levelLabel(row.level);
    return {
      look,
      name: `${look.label}, ${load}`,
      figure: isHighest(row) || levels.length === 2 ? load : 'other levels',
      stroke: isHighest(row) ? 'thin' : 'thin-dotted',
      points: (row.windows ?? []).flatMap((window): readonly Point[] => {
        const { repeat, startedAt } = window;
        const reading = readingOf(window, row);
        if (reading === undefined) return [];
        const { text, ...place } = reading;
        const tip = `repeat ${repeat}, ${startedAt.slice(11, 19)} UTC\n${text}`;
        return [{ x: seconds.get(startedAt) ?? 0, ...place, tip }];
      }),
    };
  };
  const linesOf = (readingOf: ReadingOf): readonly Line[] =>
    rowsByLook(rows, looks)
      .flatMap(([look, ofLook]) => ofLook.map((row) => lineOf(look, row, readingOf)))
      .filter(({ points }) => points.length > 0);
  const panels = [
    panelOf(zeroBasedAxis, 'requests/s', linesOf(rateOf)),
    panelOf(latencyAxis, 'ms', linesOf(medianTimeOf)),
  ].filter(({ lines }) => lines.length > 0);
  if (panels.length === 0) return undefined;
  return {
    name: 'over-time',
    title: 'Rate and median response time over the run',
    caption: joined(
      ' ',
      'A point for each window. If all targets are slow at the same time, something disturbed the machine.',
      hasMany && 'Only the windows of the highest level are shown.',
      cutToSeconds !== undefined && `Longer pauses are cut to ${durationText(cutToSeconds)}.`,
    ),
    plot: { kind: 'lines', x: timeAxis(Math.max(...seconds.values())), panels },
  };
};
