import { failsCheck } from '../../analysis/checks/check.ts';
import { levelsIn, rowsAt } from '../../analysis/rows.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { targetId } from '../../model/measurement.ts';
import type { TimePart } from '../../analysis/time-parts.ts';
import { formatFigure, joined } from '../../wording/format-number.ts';
import { levelLabel, levelWords } from '../../wording/labels.ts';
import { titleWithRange, type ShownGroup } from '../row-groups.ts';
import { partsIn, TIME_OWNERS, timePartFacts, timePartOf, timePartTitle } from '../time-words.ts';
import { zeroBasedAxis } from './axes.ts';
import { TIME_PART_COLOURS, type TargetLooks } from './looks.ts';
import type { Bar, ChartContent } from './draw-chart.ts';

/** A smaller share of the longest bar would be less than a pixel wide. */
const MIN_SHARE = 0.002;

const isAtServer = ({ name }: TimePart): boolean => timePartFacts[name].owner === 'server';

/** The row with one part for a server that reports only whole requests, as for those that report nothing. */
const withWholeServer = (row: SummaryRow): SummaryRow => {
  const { timeParts } = row;
  if (timeParts === undefined || timeParts.servingTells.some((time) => time !== 'request'))
    return row;
  const others = timeParts.parts.filter((part) => !isAtServer(part));
  const whole = { name: 'upstream', meanMs: timeParts.serverMs } as const;
  return { ...row, timeParts: { ...timeParts, parts: [...others, whole] } };
};

/** The parts of the mean response time as stacked bars, at the lowest level, where requests wait least. */
export const timePartsChart = (group: ShownGroup, looks: TargetLooks): ChartContent | undefined => {
  const split = group.chartedRows.filter(({ timeParts }) => timeParts !== undefined);
  const [level] = levelsIn(split);
  if (level === undefined) return undefined;
  const rows = rowsAt(split, level).map(withWholeServer);
  const totals = rows.map(({ timeParts }) => timeParts?.totalMs ?? 0);
  const minMs = MIN_SHARE * Math.max(...totals);
  const shown = partsIn(rows).filter((part) =>
    rows.some((row) => (timePartOf(row, part) ?? 0) >= minMs),
  );
  // The parts of one owner stand together, in one hue.
  const names = TIME_OWNERS.flatMap((owner) =>
    shown.filter((part) => timePartFacts[part].owner === owner),
  );
  const barOf = (row: SummaryRow): readonly Bar[] => {
    const look = looks.get(targetId(row.target));
    if (look === undefined) return [];
    const text = formatFigure(row.timeParts?.totalMs);
    const parts = names.map((part, at) => {
      const { owner, part: label } = timePartFacts[part];
      const value = timePartOf(row, part) ?? 0;
      return {
        value,
        colour: TIME_PART_COLOURS[part],
        number: 1 + at,
        group: owner,
        label,
        tip: `${look.label}, ${levelLabel(level)}\n${timePartTitle(part)} ${formatFigure(value)} ms of ${text} ms`,
      };
    });
    const label = failsCheck(row) ? `${look.label}: fails a check` : look.label;
    return [{ label, parts, text }];
  };
  const load = levelWords(level);
  return {
    name: 'time-parts',
    title: titleWithRange(
      'Where the time goes',
      group,
      'server-share',
      '% of it in the server',
      (share) => (100 * share).toFixed(0),
    ),
    caption: joined(
      ' ',
      'Means, because medians of parts do not add up. The figure beside a bar is the mean that the client measured.',
      `Parts below ${100 * MIN_SHARE} % of the longest bar are left out.`,
      names.includes('upstream') &&
        'A server that reports neither its queue nor its model has one part, network included: total.',
    ),
    plot: {
      kind: 'bars',
      x: zeroBasedAxis(`ms a request at ${load}`, totals),
      bars: rows.flatMap(barOf),
    },
  };
};
