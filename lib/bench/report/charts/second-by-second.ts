import { checksSupport } from '../../analysis/checks/check.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { TimeSeries } from '../../analysis/time-series.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { zeroBasedAxis } from './axes.ts';
import type { ChartContent, Line, Point } from './plot.ts';
import { valuesOf } from './target-lines.ts';
import type { TargetLooks } from './target-looks.ts';

/** A shorter window than this one has no course to show. */
const LEAST_SECONDS = 3;

/** Markers on a line: one a second would hide it, and without any only its colour told it apart. */
const MARKERS = 6;

const keyOf = ({ target, scenario, level }: Omit<TimeSeries, 'repeat' | 'seconds'>) =>
  `${targetId(target)}/${scenario}/${levelId(level)}`;

/** What shows a drift in a window: in a closed loop the answers, in an open loop, which sets their rate, the time that they took. */
const FIGURES = {
  closed: {
    title: 'correct answers per second',
    of: ({ succeeded }) => succeeded,
  },
  open: { title: 'median, ms', of: ({ p50Ms }) => p50Ms },
} as const satisfies Record<
  RowGroup['loop'],
  { title: string; of: (second: TimeSeries['seconds'][number]) => number | undefined }
>;

/** One window of each target second by second. None where no record has as many seconds as make a course. */
export const secondBySecondChart = (
  group: RowGroup,
  looks: TargetLooks,
  { timeSeries = [] }: Summary,
): ChartContent | undefined => {
  const { title, of } = FIGURES[group.loop];
  const rows = new Map(group.rows.map((row) => [keyOf(row), row]));
  const windows = timeSeries.filter((one) => rows.has(keyOf(one)));
  const lines = windows.flatMap((one): Line[] => {
    const { target, level, seconds } = one;
    const [look, row] = [looks.get(targetId(target)), rows.get(keyOf(one))];
    if (look === undefined || row === undefined) return [];
    const pitch = Math.ceil(seconds.length / MARKERS);
    const points = seconds.flatMap((second, index): Point[] => {
      const y = of(second);
      const tip = `${look.label}, ${levelLabel(level)}, second ${second.second}\n${title}: ${formatFigure(y)}`;
      const standing = checksSupport(row) ? 'sound' : 'failing';
      return y === undefined
        ? []
        : [{ x: second.second, y, standing, tip: index % pitch === 0 ? tip : undefined }];
    });
    return [{ ...look, stroke: 'solid', points }];
  });
  const last = Math.max(...lines.flatMap(({ points }) => points.map(({ x }) => x)));
  if (last + 1 < LEAST_SECONDS) return undefined;
  const x = zeroBasedAxis('second of the window', [last]);
  const levels = [...new Set(windows.map(({ level }) => levelLabel(level)))].join(', ');
  return {
    name: 'seconds',
    title: 'Second by second',
    shows: `${title} in each second of one measuring window at ${levels}`,
    caption: [
      `One window of each target at ${levels}, after its warm-up.`,
      'A line that still climbs or falls had not reached its steady state, or leaks.',
    ],
    plot: {
      kind: 'lines',
      x: { ...x, ticks: x.ticks.filter(Number.isInteger) },
      y: zeroBasedAxis(title, valuesOf(lines)),
      lines,
    },
  };
};
