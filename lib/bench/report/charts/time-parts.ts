import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { levelId, offeredLoad, targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { partsIn, TIME_PART_TITLES, timePartOf } from '../time-words.ts';
import { zeroBasedAxis } from './axes.ts';
import { TIME_PART_COLOURS } from './chart-colours.ts';
import type { ChartContent } from './chart.ts';
import type { TargetLooks } from './target-lines.ts';
import type { Bar } from './plot.ts';

/** The least, a middle and the greatest level: all would be too many to look at. */
const shownLevels = (rows: readonly SummaryRow[]): readonly SummaryRow['level'][] => {
  const byId = new Map(rows.map((row) => [levelId(row.level), row.level]));
  const levels = [...byId.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
  const picked = [0, Math.floor((levels.length - 1) / 2), levels.length - 1];
  return [...new Set(picked)].flatMap((index) => levels[index] ?? []);
};

/** Where the time of a mean request goes, as stacked bars. Empty without figures. */
export const timePartsCharts = (group: RowGroup, looks: TargetLooks): readonly ChartContent[] => {
  const rows = group.rows.filter(({ timeParts }) => timeParts !== undefined);
  if (rows.length === 0) return [];
  const names = partsIn(rows);
  const barOf = (row: SummaryRow): Bar[] => {
    const look = looks.get(targetId(row.target));
    if (look === undefined) return [];
    const { label, path } = look;
    const whole = `${formatFigure(row.meanMs)} ms`;
    return [
      {
        label,
        path,
        parts: names.map((name) => ({
          value: timePartOf(row, name) ?? 0,
          colour: TIME_PART_COLOURS[name],
          label: TIME_PART_TITLES[name],
          tip: `${label}, ${levelLabel(row.level)}\n${TIME_PART_TITLES[name]} ${formatFigure(timePartOf(row, name))} ms of ${whole}`,
        })),
        text: formatFigure(row.timeParts?.totalMs),
        look: checksSupport(row) ? 'full' : 'faint',
      },
    ];
  };
  const panels = shownLevels(rows).map((level) => {
    const ofLevel = rows.filter((row) => levelId(row.level) === levelId(level));
    const totals = ofLevel.map((row) => row.timeParts?.totalMs ?? 0);
    const x = zeroBasedAxis('mean time a request, ms', totals);
    return { title: levelLabel(level), x, bars: ofLevel.flatMap(barOf) };
  });
  return [
    {
      name: 'time-parts',
      title: 'Where the time goes',
      shows: `the mean time of a request in milliseconds by its parts (${names.map((part) => TIME_PART_TITLES[part]).join(', ')}) at ${panels.map(({ title }) => title).join(', ')}`,
      caption: [
        'Means add up, so these are means and not medians; the figure beside a bar is the client’s mean. Each panel has its own axis. Upstream is one part where a serving does not tell its own times.',
        panels.some(({ bars }) => bars.some(({ look }) => look === 'faint')) &&
          'Faint bars: the level fails a check.',
      ],
      plot: { kind: 'bars', panels },
    },
  ];
};
