import { measuredRows } from '../analysis/ranking.ts';
import { rowsIn, type RangedFigure, type RowGroup } from '../analysis/rows.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId, type Scenario } from '../model/measurement.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';

/** The results of one scenario under one kind of load, with their rows. */
export interface ShownGroup extends RowGroup {
  /** For file names and anchors: `cold`, `warm-open-poisson`. */
  readonly id: string;
  /** For headings. */
  readonly title: string;
  readonly rows: readonly SummaryRow[];
  /** The rows of the charted targets. */
  readonly chartedRows: readonly SummaryRow[];
  /** Ids of the targets whose CPU time is not what their requests cost. */
  readonly cpuWithheld: ReadonlySet<string>;
}

const TITLES: Readonly<Record<Scenario, string>> = {
  cold: 'Cold: the serving is restarted before each level',
  warm: 'Warm: the serving keeps running from level to level',
};

/** The groups of a summary with their rows. */
export const shownGroups = (summary: Summary): readonly ShownGroup[] => {
  const measured = measuredRows(summary);
  const { cpuWithheld = [] } = summary;
  const withheldIds = new Set(cpuWithheld.map(({ target }) => targetId(target)));
  return summary.groups.map((group) => {
    const { scenario, arrivals, charted } = group;
    const rows = rowsIn(group, measured);
    const ids = new Set(charted.map(targetId));
    const load = arrivals === undefined ? '' : ` (open loop, ${arrivals} arrivals)`;
    return {
      ...group,
      id: arrivals === undefined ? scenario : `${scenario}-open-${arrivals}`,
      title: TITLES[scenario] + load,
      rows,
      chartedRows: rows.filter(({ target }) => ids.has(targetId(target))),
      cpuWithheld: withheldIds,
    };
  });
};

/** The title of a chart with the range of its figure: `Request rate: 33–39 requests/s at 8 VUs`; without a range the title alone. */
export const titleWithRange = (
  title: string,
  { ranges }: Pick<RowGroup, 'ranges'>,
  figure: RangedFigure,
  unit: string,
  format: (value: number) => string = formatFigure,
): string => {
  const found = ranges.find((range) => range.figure === figure);
  if (found === undefined) return title;
  const [least, most] = [format(found.least), format(found.most)];
  return `${title}: ${least === most ? least : `${least}–${most}`} ${unit} at ${levelLabel(found.level)}`;
};
