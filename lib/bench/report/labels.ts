import { manifestOf } from '../../../serving-configs/index.ts';
import type { SummaryRow } from '../analysis/summary.ts';
import { pathId, type Level, type Path } from '../plan/cell.ts';
import { PROTOCOL_WORDS } from '../protocol-words.ts';

const distinct = (values: readonly string[]): number => new Set(values).size;

/**
 * Names of paths for people, by path id: the serving's title, with the protocol, payload and encoding where the serving
 * takes part with several of them.
 */
export const pathLabels = (paths: readonly Path[]): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  for (const path of paths) {
    const siblings = paths.filter((other) => other.serving === path.serving);
    const details: string[] = [];
    if (distinct(siblings.map((other) => other.protocol)) > 1)
      details.push(PROTOCOL_WORDS[path.protocol]);
    // A serving may write the same payload in another way over each protocol, which then says it already.
    const ofProtocol = siblings.filter((other) => other.protocol === path.protocol);
    if (distinct(ofProtocol.map((other) => `${other.payload} ${other.encoding}`)) > 1) {
      details.push(path.payload, path.encoding);
    }
    const title = manifestOf(path.serving).title;
    labels.set(pathId(path), details.length === 0 ? title : `${title}, ${details.join(' ')}`);
  }
  return labels;
};

/** What crosses to the serving, and how: `gRPC tensor raw`. */
export const wireLabel = ({ protocol, payload, encoding }: Path): string =>
  `${PROTOCOL_WORDS[protocol]} ${payload} ${encoding}`;

/** `10 VUs`, `50/s Poisson`. */
export const levelLabel = (level: Level): string => {
  if (level.loop === 'closed')
    return level.virtualUsers === 1 ? '1 VU' : `${level.virtualUsers} VUs`;
  return `${level.ratePerSecond}/s ${level.arrivals === 'poisson' ? 'Poisson' : 'constant'}`;
};

/** Virtual users of a closed loop, or requests a second offered in an open one. */
export const offeredLoad = (level: Level): number =>
  level.loop === 'closed' ? level.virtualUsers : level.ratePerSecond;

/** The order of a request's way; `other` is what the client waited beyond the parts that the middleware reports. */
export const PHASES = ['queue', 'decode', 'encode', 'upstream', 'parse', 'other'] as const;
export type PhaseName = (typeof PHASES)[number];

/** What happens in each part, in words. */
export const PHASE_WORDS: Readonly<Record<PhaseName, string>> = {
  queue: 'waiting in the middleware',
  decode: 'decoding and resizing the picture',
  encode: 'writing the request to the serving',
  upstream: 'waiting for the serving',
  parse: 'reading its answer',
  other: 'everything else up to the client: transport, HTTP, event loops',
};

/**
 * Mean milliseconds of each part of a request. The parts add up to the client's mean: `other` is that mean less the
 * parts that the middleware reports, and 0 where they exceed it, as rounding may make them. Empty without figures.
 */
export const timeParts = (row: SummaryRow): readonly { name: PhaseName; meanMs: number }[] => {
  const { phases, meanMs } = row;
  if (phases === undefined || meanMs === undefined) return [];
  const reported = PHASES.flatMap((name) => {
    const phase = phases[name];
    return phase === undefined || name === 'other' ? [] : [{ name, meanMs: phase.meanMs }];
  });
  const other = meanMs - reported.reduce((total, part) => total + part.meanMs, 0);
  return [...reported, { name: 'other', meanMs: Math.max(0, other) }];
};
