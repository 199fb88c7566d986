import { knownServings } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS, TENSORS } from '../../../serving-configs/manifest.ts';
import { type Measurement, type Level, offeredLoad, type Target } from '../model/measurement.ts';

const loopRank = (level: Level): number =>
  level.loop === 'closed' ? 0 : level.arrivals === 'constant' ? 1 : 2;

const targetRanks = (target: Target): number[] => [
  knownServings().indexOf(target.serving),
  PROTOCOLS.indexOf(target.protocol),
  [...PAYLOADS, TENSORS].indexOf(target.payload),
  ENCODINGS.indexOf(target.encoding),
];

const compareRanks = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Orders targets like the manifests, then by protocol, payload and encoding. */
export const compareTargets = (a: Target, b: Target): number =>
  compareRanks(targetRanks(a), targetRanks(b));

const measurementRanks = ({ target, engine, scenario, level }: Measurement): number[] => [
  // No-op limits come last.
  engine === 'noop' ? 1 : 0,
  ...targetRanks(target),
  scenario === 'cold' ? 0 : 1,
  loopRank(level),
  offeredLoad(level),
];

/** Sorts measurements by target, scenario and level, with no-op limits last. Repeats stay in their order. */
export const inRowOrder = (measurements: readonly Measurement[]): readonly Measurement[] =>
  measurements
    .map((measurement) => ({ measurement, ranks: measurementRanks(measurement) }))
    .toSorted((a, b) => compareRanks(a.ranks, b.ranks))
    .map(({ measurement }) => measurement);
