import { createRandom } from '../../../lib/bench/load/random.ts';
import { pathId } from '../../../lib/bench/plan/cell.ts';
import type { TrueRate } from './study-servings.ts';

type Random = () => number;

/** A factor of the rate at a level; `place` goes from 0 at the least load to 1 at the greatest. */
type Shape = (place: number, level: number) => number;

const LEVELS = 10;
const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random();
const levelIn = (random: Random, first: number, last: number): number =>
  first + Math.floor(random() * (last - first + 1));

/**
 * Curves past the knee that a flat stretch may hide, each drawn anew for each path: what carries a word from the levels
 * around it is shown to be careful here, or how often it is not.
 */
export const HOSTILE_CURVES = {
  /** Each rises or falls by up to 14 %, so that pairs cross. */
  crossing: (random) => {
    const slope = between(random, -0.14, 0.14);
    return (place) => 1 + slope * place;
  },
  /** From some level on the rate is lower by 10 to 70 %. */
  collapsing: (random) => {
    const from = levelIn(random, 1, LEVELS - 1);
    const left = between(random, 0.3, 0.9);
    return (_, level) => (level >= from ? left : 1);
  },
  /** A hump or a sag of up to 12 % in the middle: pairs cross twice, and their ends say nothing of it. */
  humped: (random) => {
    const height = between(random, -0.12, 0.12);
    return (place) => 1 + height * Math.sin(Math.PI * place);
  },
  /** A step of up to 12 % at some level, up or down. */
  stepped: (random) => {
    const from = levelIn(random, 1, LEVELS - 1);
    const step = between(random, -0.12, 0.12);
    return (_, level) => (level >= from ? 1 + step : 1);
  },
  /** Every level for itself, up to 5 % more or less. */
  uneven: (random) => {
    const factors = Array.from({ length: LEVELS }, () => between(random, 0.95, 1.05));
    return (_, level) => factors[level] ?? 1;
  },
  /** The rate halves at one level and is back at the next: what nobody sees who does not measure there. */
  dented: (random) => {
    const at = levelIn(random, 1, LEVELS - 2);
    return (_, level) => (level === at ? 0.5 : 1);
  },
} as const satisfies Readonly<Record<string, (random: Random) => Shape>>;

export type HostileCurve = keyof typeof HOSTILE_CURVES;

/** Rates of the levels 10, 20 … 100: of 50 to 80 requests a second but for their curves, so that any word is possible. */
export const hostileRate = (kind: HostileCurve, seed: number): TrueRate => {
  const random = createRandom(seed);
  const curves = new Map<string, Shape>();
  const curveOf = (key: string): Shape => {
    const known = curves.get(key);
    if (known !== undefined) return known;
    const [base, shape] = [between(random, 50, 80), HOSTILE_CURVES[kind](random)];
    const curve: Shape = (place, level) => base * shape(place, level);
    curves.set(key, curve);
    return curve;
  };
  return (path, scenario, virtualUsers) => {
    const level = virtualUsers / 10 - 1;
    return curveOf(`${pathId(path)} ${scenario}`)(level / (LEVELS - 1), level);
  };
};
