import { pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { SloRate } from '../slo/best-rate.ts';
import type { Summary } from '../summary.ts';

const searchesOf = ({ sloRates = [] }: Summary): readonly SloRate[] =>
  sloRates.filter(({ search }) => search !== undefined);

const keyOf = ({ path, engine, boundMs }: SloRate): string =>
  `${pathId(path)} ${engine} within ${boundMs} ms`;

const rateText = ({ requestRatePerSecond }: SloRate): string =>
  requestRatePerSecond === undefined ? 'none' : formatFigure(requestRatePerSecond.value);

/**
 * The rates that searches of both runs found, one beside the other, without a word on their difference. Empty where the runs
 * have no search in common.
 */
export const searchNotices = (before: Summary, after: Summary): readonly string[] => {
  const later = new Map(searchesOf(after).map((search) => [keyOf(search), search]));
  const pairs = searchesOf(before).flatMap((search) => {
    const other = later.get(keyOf(search));
    return other === undefined
      ? []
      : [`${keyOf(search)}: ${rateText(search)} and ${rateText(other)}`];
  });
  return pairs.length === 0
    ? []
    : [
        `Highest rates that searches found, before and after, in requests/s, without a verdict: ${pairs.join('; ')}.`,
      ];
};
