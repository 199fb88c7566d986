import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { TIME_PARTS } from '../../analysis/time-parts.ts';
import { targetId, type Level } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel, levelWords } from '../../wording/labels.ts';
import { levelsIn, rowsAt, type RowGroup } from '../row-groups.ts';
import { partsIn, TIME_PART_TITLES, timePartOf } from '../time-words.ts';
import { zeroBasedAxis } from './axes.ts';
import { TIME_PART_COLOURS } from './chart-colours.ts';
import { servingShareFinding, titled } from './chart-findings.ts';
import type { Bar, ChartContent } from './plot.ts';
import type { TargetLooks } from './target-looks.ts';

/** A smaller share of the longest bar is less than a pixel wide. */
const LEAST_SHARE = 0.002;

/** Where the time of a mean request goes at a level, as stacked bars. */
const timePartsAt = (
  group: RowGroup,
  level: Level | undefined,
  looks: TargetLooks,
  [name, what]: readonly [name: string, what: string],
): ChartContent | undefined => {
  const rows = group.rows.filter(({ timeParts }) => timeParts !== undefined);
  const ofLevel = level === undefined ? [] : rowsAt(rows, level);
  const totals = ofLevel.map(({ timeParts }) => timeParts?.totalMs ?? 0);
  const leastMs = LEAST_SHARE * Math.max(...totals);
  const known = partsIn(ofLevel);
  const names = known.filter((part) =>
    ofLevel.some((row) => (timePartOf(row, part) ?? 0) >= leastMs),
  );
  const barOf = (row: SummaryRow): Bar[] => {
    const look = looks.get(targetId(row.target));
    if (look === undefined) return [];
    const total = formatFigure(row.timeParts?.totalMs);
    const parts = names.map((part) => ({
      value: timePartOf(row, part) ?? 0,
      colour: TIME_PART_COLOURS[part],
      number: 1 + TIME_PARTS.indexOf(part),
      label: TIME_PART_TITLES[part],
      tip: `${look.label}, ${levelLabel(row.level)}\n${TIME_PART_TITLES[part]} ${formatFigure(timePartOf(row, part))} ms of ${total} ms`,
    }));
    const label = checksSupport(row) ? look.label : `${look.label}: fails a check`;
    return [{ label, parts, text: total }];
  };
  if (level === undefined || ofLevel.length === 0) return undefined;
  const x = zeroBasedAxis(`ms a request at ${levelWords(level)}`, totals);
  return {
    name,
    title: titled(what, servingShareFinding(group, level)),
    shows: `the mean time of a request in milliseconds by its parts (${names.map((part) => TIME_PART_TITLES[part]).join(', ')}) at ${levelWords(level)}`,
    caption: [
      'Means add up, so these are means and not medians; the figure beside a bar is the client’s mean.',
      names.length < known.length &&
        `Parts below ${100 * LEAST_SHARE} % of the longest bar are left out.`,
      names.includes('upstream') &&
        'Upstream is one part where a serving does not report its own times.',
    ],
    plot: { kind: 'bars', x, bars: ofLevel.flatMap(barOf) },
  };
};

/** Where the time goes at the least level, where little of it is waiting. */
export const timePartsChart = (group: RowGroup, looks: TargetLooks): ChartContent | undefined => {
  const [least] = levelsIn(group.rows);
  return timePartsAt(group, least, looks, ['time-parts', 'Where the time goes']);
};

/** Where the time goes at the greatest of several levels. */
export const loadedTimePartsChart = (
  group: RowGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const greatest = levelsIn(group.rows).slice(1).at(-1);
  return timePartsAt(group, greatest, looks, [
    'time-parts-loaded',
    'Where the time goes under load',
  ]);
};
