import { decided, measuredRows, rowOf, verdictOn } from '../analysis/ranking.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import type { TimePartName } from '../analysis/time-parts.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelWords } from '../wording/labels.ts';
import type { ShownRanking } from './answer.ts';
import { AT_THE_SERVER, partsIn, timePartFacts, timePartOf } from './time-words.ts';

/** The mean time of a request at each place, in ms. */
const msByPlace = (
  row: SummaryRow,
  placeOf: (name: TimePartName) => string,
): ReadonlyMap<string, number> => {
  const ms = new Map<string, number>();
  for (const name of partsIn([row])) {
    const place = placeOf(name);
    ms.set(place, (ms.get(place) ?? 0) + (timePartOf(row, name) ?? 0));
  }
  return ms;
};

/** Places with less of the difference are not named. */
const MIN_SHARE = 0.05;
const NAMED_PLACES = 2;

/** Shares a difference in ms out among the places with most of it: `3.65 ms in the model`, `0.2 ms elsewhere`. */
const shareOut = (
  moreMs: number,
  differences: readonly (readonly [place: string, ms: number])[],
): readonly string[] => {
  let restMs = moreMs;
  const named: string[] = [];
  const most = differences.toSorted(([, a], [, b]) => b - a).slice(0, NAMED_PLACES);
  for (const [place, ms] of [...most, ['elsewhere', Infinity] as const]) {
    const ofItMs = Math.min(ms, restMs);
    if (ofItMs < MIN_SHARE * moreMs) continue;
    named.push(`${formatFigure(ofItMs)} ms ${place}`);
    restMs -= ofItMs;
  }
  return named[0]?.endsWith(' elsewhere') === true ? [] : named;
};

/**
 * Where the last target loses most of its time against the first, as a sentence without a full stop: at the lowest level, where
 * requests wait least. Undefined if the two are not told apart or a time is not known.
 */
export const whySlower = (
  summary: Summary,
  { headline, loads, judged }: ShownRanking,
): string | undefined => {
  const [first, last] = [judged[0], judged.at(-1)];
  const load = loads.find(({ scenario }) => scenario === loads.at(-1)?.scenario);
  if (first === undefined || last === undefined || load === undefined) return undefined;
  const verdict = verdictOn(headline, first.target, last.target);
  if (verdict === undefined || decided(verdict) === undefined) return undefined;
  const rows = measuredRows(summary);
  const [fast, slow] = [first, last].map(({ target }) => rowOf(rows, target, load));
  if (fast?.timeParts === undefined || slow?.timeParts === undefined) return undefined;
  const more = slow.timeParts.totalMs - fast.timeParts.totalMs;
  // With several users, other parts contain the waiting that a serving does not report as its queue.
  const isSplit =
    load.level.loop === 'closed' &&
    load.level.virtualUsers === 1 &&
    [fast, slow].every((row) => timePartOf(row, 'serving_compute') !== undefined);
  const placeOf = (part: TimePartName): string => {
    const { place, owner } = timePartFacts[part];
    return owner === 'server' && !isSplit ? AT_THE_SERVER : place;
  };
  const before = msByPlace(fast, placeOf);
  const differences = [...msByPlace(slow, placeOf)].map(
    ([place, ms]) => [place, ms - (before.get(place) ?? 0)] as const,
  );
  const where = shareOut(more, differences);
  return more <= 0 || where.length === 0
    ? undefined
    : `at ${levelWords(load.level)}, ${last.shortLabel} takes ${formatFigure(more)} ms longer per request than ${first.shortLabel}: ${where.join(', ')}`;
};
