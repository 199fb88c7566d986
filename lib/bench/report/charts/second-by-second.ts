import { checksSupport } from '../../analysis/checks/checks-support.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { TimeSeries } from '../../analysis/time-series.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, spanScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine, ChartPoint } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import type { PanelMarks } from './panel-marks.ts';
import { valuesOf, type TargetLooks } from './target-lines.ts';
import { paragraph } from './sentences.ts';

type Second = TimeSeries['seconds'][number];

/** A warm-up takes at most this share of the width: there is nothing to see in it. */
const MOST_WARMUP_SHARE = 0.2;

const keyOf = ({ target, level }: Pick<TimeSeries, 'target' | 'level'>): string =>
  `${targetId(target)}/${levelId(level)}`;

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

interface SecondFigure {
  readonly of: (second: Second) => number | undefined;
  readonly text: (value: number) => string;
}

const ANSWERS: SecondFigure = {
  of: ({ succeeded }) => succeeded,
  text: (value) => `correct answers ${value}`,
};
const MEDIAN: SecondFigure = {
  of: ({ p50Ms }) => p50Ms,
  text: (value) => `median ${formatFigure(value)} ms`,
};

const linesOf = (
  series: readonly TimeSeries[],
  looks: TargetLooks,
  failing: ReadonlySet<string>,
  figure: SecondFigure,
): ChartLine[] =>
  [...looks].flatMap(([id, look]) => {
    const own = series.filter(({ target }) => targetId(target) === id);
    return own.flatMap((one): ChartLine[] => {
      const fails = failing.has(keyOf(one));
      const points = one.seconds.flatMap((second, index): ChartPoint[] => {
        const y = figure.of(second);
        if (y === undefined) return [];
        const place = { x: second.second, y, fails };
        if (!isMarked(index, one.seconds.length, look.path))
          return [{ ...place, isUnmarked: true }];
        const tip = `${look.label}, ${levelLabel(one.level)}, second ${second.second}\n${figure.text(y)}`;
        return [{ ...place, tip }];
      });
      return points.length === 0 ? [] : [{ ...look, stroke: 'solid', markerSize: 6, points }];
    });
  });

/** Which targets came to their steady state within the window, and when, as a sentence; empty where none did. */
const startSentence = (series: readonly TimeSeries[], looks: TargetLooks): string => {
  const late = series.flatMap(({ target, unsteadyStartSeconds: until = 0 }) => {
    const label = looks.get(targetId(target))?.label ?? targetId(target);
    return until > 0 ? [`${label} until second ${until}`] : [];
  });
  return late.length === 0
    ? ''
    : `Shaded faintly from 0 on: not yet as at the end of the window, ${late.join('; ')}.`;
};

/** Answers and their median in each second of one window a target. Empty where no record has as many as make a course. */
export const secondBySecondCharts = (
  group: RowGroup,
  looks: TargetLooks,
  { timeSeries = [] }: Summary,
): readonly Chart[] => {
  const rows = new Set(group.rows.map(keyOf));
  const failing = new Set(group.rows.filter((row) => !checksSupport(row)).map(keyOf));
  const series = timeSeries.filter(
    (one) => one.scenario === group.scenario && rows.has(keyOf(one)),
  );
  const rates = linesOf(series, looks, failing, ANSWERS);
  const medians = linesOf(series, looks, failing, MEDIAN);
  if (rates.length === 0 || medians.length === 0) return [];
  const last = Math.max(...series.flatMap(({ seconds }) => seconds.map(({ second }) => second)));
  if (last + 1 < LEAST_SECONDS) return [];
  const warmupSeconds = Math.max(...series.map((one) => one.warmupSeconds));
  const shownWarmup = Math.min(warmupSeconds, last * MOST_WARMUP_SHARE);
  const unsteadySeconds = Math.max(...series.map((one) => one.unsteadyStartSeconds ?? 0));
  const x = spanScale(-shownWarmup, last);
  const shades: PanelMarks['shades'] = [
    ...(shownWarmup > 0 ? [{ fromX: -shownWarmup, toX: 0, isStrong: true }] : []),
    ...(unsteadySeconds > 0 ? [{ fromX: 0, toX: unsteadySeconds, isStrong: false }] : []),
  ];
  const levels = [...new Set(series.map(({ level }) => levelLabel(level)))].join(', ');
  const name = `seconds-${group.id}`;
  return [
    {
      name,
      title: 'Second by second',
      description: `Line charts of the correct answers and of their median response time in each second of one measuring window at ${levels}, ${group.scenario} scenario, one line a target: ${rates.map(({ label }) => label).join('; ')}.`,
      caption: paragraph([
        `One window a target at ${levels}, its seconds from the left.`,
        warmupSeconds > 0
          ? `Shaded left of 0: the warm-up of ${warmupSeconds} s${shownWarmup < warmupSeconds ? ', cut short here' : ''}, of which no second is recorded and which is in no figure.`
          : '',
        startSentence(series, looks),
        'A line that still climbs or falls had not reached its steady state, or leaks.',
      ]),
      svg: drawLineChart({
        name,
        xTitle: 'second of the window',
        yTitle: '',
        panels: [
          { title: 'correct answers a second', x, y: zeroBasedScale(), lines: rates, shades },
          { title: 'median, ms', x, y: latencyScale(valuesOf(medians)), lines: medians, shades },
        ],
        keys: [],
      }),
    },
  ];
};
