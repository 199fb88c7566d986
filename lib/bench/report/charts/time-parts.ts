import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { levelsIn, rowsAt, type RowGroup } from '../row-groups.ts';
import { partsIn, TIME_PART_TITLES, timePartOf } from '../time-words.ts';
import { zeroBasedAxis } from './axes.ts';
import { TIME_PART_COLOURS } from './chart-colours.ts';
import { servingShareFinding, titled } from './chart-findings.ts';
import type { Bar, ChartContent } from './plot.ts';
import type { TargetLooks } from './target-looks.ts';

/** More targets than these stand in one panel, that of the greatest level: two would be higher than a screen. */
const MOST_IN_TWO_PANELS = 5;

/** Where the time of a mean request goes at the least and the greatest level, as stacked bars. */
export const timePartsChart = (group: RowGroup, looks: TargetLooks): ChartContent | undefined => {
  const rows = group.rows.filter(({ timeParts }) => timeParts !== undefined);
  const names = partsIn(rows);
  const barOf = (row: SummaryRow): Bar[] => {
    const look = looks.get(targetId(row.target));
    if (look === undefined) return [];
    const total = formatFigure(row.timeParts?.totalMs);
    const parts = names.map((name) => ({
      value: timePartOf(row, name) ?? 0,
      colour: TIME_PART_COLOURS[name],
      label: TIME_PART_TITLES[name],
      tip: `${look.label}, ${levelLabel(row.level)}\n${TIME_PART_TITLES[name]} ${formatFigure(timePartOf(row, name))} ms of ${total} ms`,
    }));
    const label = checksSupport(row) ? look.label : `${look.label}: fails a check`;
    return [{ ...look, label, parts, text: total }];
  };
  const ordered = levelsIn(rows);
  const least = looks.size > MOST_IN_TWO_PANELS ? [] : ordered.slice(0, -1).slice(0, 1);
  const panels = [...least, ...ordered.slice(-1)].map((level) => {
    const ofLevel = rowsAt(rows, level);
    const totals = ofLevel.map((row) => row.timeParts?.totalMs ?? 0);
    const x = zeroBasedAxis('mean time a request, ms', totals);
    return { title: levelLabel(level), x, bars: ofLevel.flatMap(barOf) };
  });
  if (panels.length === 0) return undefined;
  return {
    name: 'time-parts',
    title: titled('Where the time goes', servingShareFinding(group)),
    shows: `the mean time of a request in milliseconds by its parts (${names.map((part) => TIME_PART_TITLES[part]).join(', ')}) at ${panels.map(({ title }) => title).join(' and ')}`,
    caption: [
      'Means add up, so these are means and not medians; the figure beside a bar is the client’s mean. Each panel has its own axis. Upstream is one part where a serving does not report its own times.',
    ],
    plot: { kind: 'bars', panels },
  };
};
