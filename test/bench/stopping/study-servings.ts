import { createRandom } from '../../../lib/bench/load/random.ts';
import type { Cell, Path, Scenario } from '../../../lib/bench/plan/cell.ts';
import { pathId } from '../../../lib/bench/plan/cell.ts';
import { publishedSeries } from '../../../lib/bench/published/published-points.ts';

/** The least and the greatest standard deviation between repeats of one path in one scenario, as a share of the rate. */
const LEAST_NOISE = 0.01;
const MOST_NOISE = 0.04;

/** What a repeat does to all of its cells: the machine is a little faster or slower that day. */
const DRIFT = 0.01;

/** Right answers a second that the study measured, by path, scenario and virtual users. */
export type TrueRate = (path: Path, scenario: Scenario, virtualUsers: number) => number;

/** The paths of the study, each once. */
export const studyPaths: readonly Path[] = [
  ...new Map(publishedSeries.map(({ path }) => [pathId(path), path])).values(),
];

/**
 * The study counted failed requests in its rates and we do not, so they are taken off. Over REST it printed warm rates of
 * none, and wrote that they are as the cold ones: those stand for them.
 */
export const studyRate: TrueRate = (path, scenario, virtualUsers) => {
  const pointsOf = (wanted: Scenario) =>
    publishedSeries.find(
      (series) => pathId(series.path) === pathId(path) && series.scenario === wanted,
    )?.points ?? [];
  const point = [...pointsOf(scenario), ...pointsOf('cold')].find(
    (one) => one.virtualUsers === virtualUsers && one.requestRatePerSecond !== undefined,
  );
  if (point?.requestRatePerSecond === undefined) throw new Error(`no rate of ${pathId(path)}`);
  return point.requestRatePerSecond.value * (1 - point.failedPercent.value / 100);
};

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Whole answers in a window of a noisy serving; the same seed gives every cell the same answers, whichever cells run. */
export const createNoisyStudy = (seed: number, rateOf: TrueRate) => {
  const numberOf = (text: string): number =>
    Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), seed);
  const randomOf = (text: string) => createRandom(numberOf(text) >>> 0);
  return ({ id, path, scenario, level, repeat, durationSeconds }: Cell): number => {
    if (level.loop !== 'closed') throw new Error('the study had closed loops only');
    const spread = randomOf(`noise ${pathId(path)} ${scenario}`)();
    const noise = LEAST_NOISE + (MOST_NOISE - LEAST_NOISE) * spread;
    const error = noise * normal(randomOf(id)) + DRIFT * normal(randomOf(`repeat ${repeat}`));
    const rate = rateOf(path, scenario, level.virtualUsers) * Math.exp(error);
    return Math.round(rate * durationSeconds) / durationSeconds;
  };
};
