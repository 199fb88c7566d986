import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { targetId, type Level } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { levelsIn, rowsAt, type RowGroup } from '../row-groups.ts';
import { AT_SERVING } from '../time-words.ts';

/** `204–241 ms`, or one figure where both read alike. */
const rangeText = (values: readonly number[], unit: string, format = formatFigure): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(format);
  return `${least === most ? least : `${least}–${most}`} ${unit}`;
};

/** The results that may be quoted. */
const quotable = ({ rows }: RowGroup): readonly SummaryRow[] =>
  rows.filter((row) => row.repeats > 0 && checksSupport(row));

/** What more load gains, and with one level what the rates are; undefined in an open loop, where the rate is given. */
export const growthFinding = (group: RowGroup): string | undefined => {
  const rows = quotable(group);
  const levels = levelsIn(rows);
  const [least, greatest] = [levels[0], levels.at(-1)];
  if (group.loop === 'open' || least === undefined || greatest === undefined) return undefined;
  if (levels.length === 1) {
    const rates = rows.flatMap(({ requestRatePerSecond: rate }) => rate?.value ?? []);
    return rates.length === 0
      ? undefined
      : `${rangeText(rates, 'requests/s')} at ${levelLabel(least)}`;
  }
  const few = new Map(
    rowsAt(rows, least).map((row) => [targetId(row.target), row.requestRatePerSecond?.value]),
  );
  const shares = rowsAt(rows, greatest).flatMap(({ target, requestRatePerSecond: rate }) => {
    const before = few.get(targetId(target)) ?? 0;
    return rate === undefined || before === 0 ? [] : [rate.value / before];
  });
  return shares.length === 0
    ? undefined
    : `${levelLabel(greatest)} get ${rangeText(shares, 'times')} the rate of ${levelLabel(least)}`;
};

/** The medians at the greatest load. */
export const medianFinding = (group: RowGroup): string | undefined => {
  const rows = quotable(group);
  const greatest = levelsIn(rows).at(-1);
  if (greatest === undefined) return undefined;
  const medians = rowsAt(rows, greatest).flatMap(({ p50Ms }) => p50Ms?.value ?? []);
  return medians.length === 0
    ? undefined
    : `the median is ${rangeText(medians, 'ms')} at ${levelLabel(greatest)}`;
};

/** The serving's share of a request at a level. */
export const servingShareFinding = (group: RowGroup, level: Level): string | undefined => {
  const shares = rowsAt(quotable(group), level).flatMap(({ timeParts }) => {
    if (timeParts === undefined) return [];
    const own = timeParts.parts.filter(({ name }) => AT_SERVING.has(name));
    return [(100 * own.reduce((sum, { meanMs }) => sum + meanMs, 0)) / timeParts.totalMs];
  });
  return shares.length === 0
    ? undefined
    : `${rangeText(shares, '%', (share = 0) => share.toFixed(0))} of it in the serving at ${levelLabel(level)}`;
};

/** The title of a chart: what it shows, and what was found. */
export const titled = (what: string, finding: string | undefined): string =>
  finding === undefined ? what : `${what}: ${finding}`;
