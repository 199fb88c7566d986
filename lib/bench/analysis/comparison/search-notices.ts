import { pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { SloSearchResult } from '../slo/slo-searches.ts';
import type { Summary } from '../summary.ts';

const keyOf = ({ path, engine, p99Ms }: SloSearchResult): string =>
  `${pathId(path)} ${engine} within ${p99Ms} ms`;

const rateText = ({ highestValid }: SloSearchResult): string =>
  highestValid === undefined ? 'none' : formatFigure(highestValid.ratePerSecond);

/**
 * The rates that searches of both runs found, one beside the other. A search is a single measurement, so nothing says by how
 * much it would differ from itself, and no word is given. Empty where the runs have no search in common.
 */
export const searchNotices = (before: Summary, after: Summary): readonly string[] => {
  const later = new Map((after.sloSearches ?? []).map((search) => [keyOf(search), search]));
  const pairs = (before.sloSearches ?? []).flatMap((search) => {
    const other = later.get(keyOf(search));
    return other === undefined
      ? []
      : [`${keyOf(search)}: ${rateText(search)} and ${rateText(other)}`];
  });
  return pairs.length === 0
    ? []
    : [
        `Highest rates that searches found, before and after, in requests/s; each is one measurement, so they get no word: ${pairs.join('; ')}.`,
      ];
};
