import { checksSupport } from '../../analysis/checks/check.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { TimeSeries } from '../../analysis/time-series.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, wholeAxis, zeroBasedAxis } from './axes.ts';
import type { ChartContent } from './chart.ts';
import { valuesOf, type TargetLooks } from './target-lines.ts';
import type { Line, LinePanel, Point } from './plot.ts';

type Second = TimeSeries['seconds'][number];

/** A warm-up takes at most this share of the width: there is nothing to see in it. */
const MOST_WARMUP_SHARE = 0.2;

/** A shorter window than this one has no course to show. */
const LEAST_SECONDS = 3;

/** Markers on a line: one a second would hide it, and without any only its colour told it apart. */
const MARKERS = 6;

/** Lines that lie on each other have their markers at different seconds. */
const MARKER_PLACES = 4;

const isMarked = (index: number, seconds: number, path: number): boolean => {
  const pitch = Math.max(1, Math.ceil(seconds / MARKERS));
  return index % pitch === Math.floor(((path % MARKER_PLACES) * pitch) / MARKER_PLACES);
};

const keyOf = ({ target, level }: Pick<TimeSeries, 'target' | 'level'>): string =>
  `${targetId(target)}/${levelId(level)}`;

const linesOf = (
  series: readonly TimeSeries[],
  looks: TargetLooks,
  failing: ReadonlySet<string>,
  valueOf: (second: Second) => number | undefined,
  textOf: (value: number) => string,
): readonly Line[] =>
  [...looks].flatMap(([id, { label, path }]) =>
    series
      .filter((one) => targetId(one.target) === id)
      .flatMap((one): Line[] => {
        const points = one.seconds.flatMap((second, index): Point[] => {
          const y = valueOf(second);
          if (y === undefined) return [];
          const standing = failing.has(keyOf(one)) ? 'failing' : 'sound';
          const tip = `${label}, ${levelLabel(one.level)}, second ${second.second}\n${textOf(y)}`;
          const hasMarker = isMarked(index, one.seconds.length, path);
          return [{ x: second.second, y, standing, ...(hasMarker ? { tip } : {}) }];
        });
        return points.length === 0 ? [] : [{ label, path, stroke: 'solid', points }];
      }),
  );

/** Which targets came to their steady state within the window, and when. */
const lateTexts = (series: readonly TimeSeries[], looks: TargetLooks): readonly string[] =>
  series.flatMap(({ target, unsteadyStartSeconds: until = 0 }) => {
    const label = looks.get(targetId(target))?.label ?? targetId(target);
    return until > 0 ? [`${label} until second ${until}`] : [];
  });

/** Answers and their median in each second of one window a target. Empty where no record has as many as make a course. */
export const secondBySecondCharts = (
  group: RowGroup,
  looks: TargetLooks,
  { timeSeries = [] }: Summary,
): readonly ChartContent[] => {
  const rows = new Set(group.rows.map(keyOf));
  const failing = new Set(group.rows.filter((row) => !checksSupport(row)).map(keyOf));
  const series = timeSeries.filter(
    (one) => one.scenario === group.scenario && rows.has(keyOf(one)),
  );
  const rates = linesOf(
    series,
    looks,
    failing,
    ({ succeeded }) => succeeded,
    (value) => `correct answers ${value}`,
  );
  const medians = linesOf(
    series,
    looks,
    failing,
    ({ p50Ms }) => p50Ms,
    (value) => `median ${formatFigure(value)} ms`,
  );
  if (rates.length === 0 || medians.length === 0) return [];
  const last = Math.max(...series.flatMap(({ seconds }) => seconds.map(({ second }) => second)));
  if (last + 1 < LEAST_SECONDS) return [];
  const warmup = Math.max(...series.map(({ warmupSeconds }) => warmupSeconds));
  const shownWarmup = Math.min(warmup, last * MOST_WARMUP_SHARE);
  const unsteady = Math.max(...series.map(({ unsteadyStartSeconds = 0 }) => unsteadyStartSeconds));
  const x = wholeAxis('second of the window', -shownWarmup, last);
  const shades: LinePanel['shades'] = [
    ...(shownWarmup > 0 ? [{ from: -shownWarmup, to: 0, isStrong: true }] : []),
    ...(unsteady > 0 ? [{ from: 0, to: unsteady, isStrong: false }] : []),
  ];
  const levels = [...new Set(series.map(({ level }) => levelLabel(level)))].join(', ');
  const late = lateTexts(series, looks);
  const y = zeroBasedAxis('correct answers per second', valuesOf(rates));
  return [
    {
      name: 'seconds',
      title: 'Second by second',
      shows: `the correct answers and of their median response time in each second of one measuring window at ${levels}`,
      caption: [
        `One window a target at ${levels}, its seconds from the left.`,
        warmup > 0 &&
          `Shaded left of 0: the warm-up of ${warmup} s${shownWarmup < warmup ? ', cut short here' : ''}, of which no second is recorded and which is in no figure.`,
        late.length > 0 &&
          `Shaded faintly from 0 on: not yet as at the end of the window, ${late.join('; ')}.`,
        'A line that still climbs or falls had not reached its steady state, or leaks.',
      ],
      plot: {
        kind: 'lines',
        panels: [
          { x, y, lines: rates, shades },
          { x, y: latencyAxis('median, ms', valuesOf(medians)), lines: medians, shades },
        ],
      },
    },
  ];
};
