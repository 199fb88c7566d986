import { pathId } from '../../plan/cell.ts';
import { groupBy } from '../group-by.ts';
import { LIMIT_WORDS } from '../slo/search-window.ts';
import { endGates, type SloSearchResult } from '../slo/slo-searches.ts';
import { gateFacts } from './gate-facts.ts';
import { GATES } from './gate.ts';

/** A path whose searches all ended at the limit of the apparatus: what the path carries is not known. */
const pathReason = (label: string, searches: readonly SloSearchResult[]): string => {
  const parts = [
    ...new Set(searches.flatMap(({ limitedBy }) => (limitedBy === undefined ? [] : [limitedBy]))),
  ].map((part) => LIMIT_WORDS[part]);
  const failed = searches.flatMap(endGates).filter(({ state }) => state === 'failed');
  const byGate = GATES.map((gate) => failed.filter((result) => result.gate === gate))
    .filter(({ length }) => length > 0)
    .toSorted((a, b) => b.length - a.length);
  const names = byGate.flatMap(({ length, 0: first }) =>
    first === undefined ? [] : [`${gateFacts[first.gate].title} ${length}`],
  );
  const gates = names.length === 0 ? '' : ` and failed the gates (failed: ${names.join(', ')})`;
  const subject =
    searches.length === 1
      ? 'its only search has no result: it'
      : `none of its ${searches.length} searches has a result: each`;
  return `${label}: ${subject} ended where ${parts.join(' or ')} was at its own limit${gates}. ${byGate[0]?.[0]?.advice ?? ''}`.trimEnd();
};

/** A path whose searches all had windows too short for what it carries. */
const shortReason = (label: string, searches: readonly SloSearchResult[]): string =>
  `${label}: ${searches.length === 1 ? 'its only search has no result' : `none of its ${searches.length} searches has a result`}. ${searches[0]?.reason ?? ''}`.trimEnd();

/** Why the searches of a run make it invalid: each path that they tell nothing of. */
export const searchReasons = (
  searches: readonly SloSearchResult[],
  labelOf: (id: string) => string,
): readonly string[] =>
  [...groupBy(searches, ({ path }) => pathId(path))].flatMap(([id, ofPath]) => {
    if (ofPath.every(({ state }) => state === 'too-short')) {
      return [shortReason(labelOf(id), ofPath)];
    }
    return ofPath.every(
      ({ state, limitedBy }) =>
        limitedBy !== undefined && state !== 'going-on' && state !== 'not-started',
    )
      ? [pathReason(labelOf(id), ofPath)]
      : [];
  });
