import type { Target } from '../model/measurement.ts';
import { decided, measuredRows, rowOf, verdictOn } from './ranking.ts';
import { sharesModel } from './shared-model.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary, WhySlower } from './summary.ts';
import { SERVER_PARTS, type TimePartName } from './time-parts.ts';

type Place = WhySlower['places'][number]['place'];

const hasPart = ({ timeParts }: SummaryRow, wanted: TimePartName): boolean =>
  timeParts?.parts.some(({ name }) => name === wanted) === true;

/** The mean time of a request at each place, in ms. */
const msByPlace = (
  { timeParts }: SummaryRow,
  placeOf: (name: TimePartName) => Place,
): ReadonlyMap<Place, number> => {
  const ms = new Map<Place, number>();
  for (const { name, meanMs } of timeParts?.parts ?? []) {
    ms.set(placeOf(name), (ms.get(placeOf(name)) ?? 0) + meanMs);
  }
  return ms;
};

/** Places with less of the difference are not named. */
const MIN_SHARE = 0.05;
const NAMED_PLACES = 2;

/** Shares a difference out among the places with most of it; none if no place has any. */
const shareOut = (
  moreMs: number,
  differences: readonly (readonly [place: Place, ms: number])[],
): WhySlower['places'] => {
  let restMs = moreMs;
  const named: WhySlower['places'][number][] = [];
  const most = differences.toSorted(([, a], [, b]) => b - a).slice(0, NAMED_PLACES);
  for (const [place, ms] of [...most, ['elsewhere', Infinity] as const]) {
    const ofItMs = Math.min(ms, restMs);
    if (ofItMs < MIN_SHARE * moreMs) continue;
    named.push({ place, moreMs: ofItMs });
    restMs -= ofItMs;
  }
  return named[0]?.place === 'elsewhere' ? [] : named;
};

/**
 * Where the last target loses most of its time against the first. A model that all servers share is no reason, but the noise of the machine.
 * Undefined if the two are not told apart or a time is not known.
 */
export const whySlowerOf = (
  summary: Pick<Summary, 'headline' | 'ranking' | 'rows' | 'plan'>,
): WhySlower | undefined => {
  const { headline, ranking } = summary;
  const [faster, slower]: readonly (Target | undefined)[] = [
    ranking?.judged[0]?.target,
    ranking?.judged.at(-1)?.target,
  ];
  const load = ranking?.loads.find(({ scenario }) => scenario === ranking.loads.at(-1)?.scenario);
  if (headline === undefined || faster === undefined || slower === undefined) return undefined;
  const verdict = verdictOn(headline, faster, slower);
  if (load === undefined || verdict === undefined || decided(verdict) === undefined) {
    return undefined;
  }
  const rows = measuredRows(summary);
  const [fast, slow] = [rowOf(rows, faster, load), rowOf(rows, slower, load)];
  if (fast?.timeParts === undefined || slow?.timeParts === undefined) return undefined;
  const moreMs = slow.timeParts.totalMs - fast.timeParts.totalMs;
  // With several users, other parts contain the waiting that a serving does not report as its queue.
  const isSplit =
    load.level.loop === 'closed' &&
    load.level.virtualUsers === 1 &&
    [fast, slow].every((row) => hasPart(row, 'serving_compute'));
  const placeOf = (part: TimePartName): Place =>
    SERVER_PARTS.includes(part) && !isSplit ? 'server' : part;
  const before = msByPlace(fast, placeOf);
  const differences = [...msByPlace(slow, placeOf)].map(
    ([place, ms]) => [place, ms - (before.get(place) ?? 0)] as const,
  );
  const isNoise = ([place]: (typeof differences)[number]): boolean =>
    place === 'serving_compute' && sharesModel(summary.plan);
  // A difference that is mostly noise has no reason.
  if (differences.some((of) => isNoise(of) && of[1] > moreMs / 2)) return undefined;
  const places = shareOut(
    moreMs,
    differences.filter((of) => !isNoise(of)),
  );
  return moreMs <= 0 || places.length === 0 ? undefined : { load, faster, slower, moreMs, places };
};
