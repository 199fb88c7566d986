import { readFileSync } from 'node:fs';
import { groupBy } from '../../lib/bench/analysis/group-by.ts';
import { levelId, targetId } from '../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../lib/bench/model/record.ts';
import { meanOf, sum, varianceOf } from '../../lib/bench/stats/moments.ts';

/** The logarithm of a server's CPU time per request in a window. */
const costOf = ({ servingUse }: CompletedMeasurement): number =>
  Math.log((servingUse?.cpuMs ?? Number.NaN) / (servingUse?.answers ?? Number.NaN));

/** The difference between the servers in each window of a repeat, for each repeat of a run at a level. */
const differencesIn = (file: string): readonly (readonly (readonly number[])[])[] => {
  const measured = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"servingUse"'))
    .map((line) => JSON.parse(line) as CompletedMeasurement)
    .filter(({ measurement }) => measurement.engine !== 'noop');
  return [...groupBy(measured, ({ measurement }) => levelId(measurement.level)).values()].map(
    (ofLevel) =>
      [...groupBy(ofLevel, ({ measurement }) => String(measurement.repeat)).values()].map(
        (ofRepeat) => {
          const [first = [], second = []] = groupBy(ofRepeat, ({ measurement }) =>
            targetId(measurement.target),
          ).values();
          return first.flatMap((window, index) => {
            const other = second[index];
            return other === undefined ? [] : [costOf(window) - costOf(other)];
          });
        },
      ),
  );
};

/**
 * How much the CPU time per request of a server differs from start to start, as a standard deviation (0.01 is 1 %), from runs of two servers
 * that are the same program. They run side by side, so the machine changes for both, and their difference between repeats that exceeds
 * the difference between windows of a repeat is due to the starts: a one-way analysis of variance. Negative variances count, too, so
 * that the mean over runs is not too large.
 *
 * @param files `results.jsonl` of each run
 */
export const startEffectOf = (files: readonly string[]): { starts: number; effect: number } => {
  const runs = files.map((file) =>
    differencesIn(file)
      .map((repeats) => repeats.filter(({ length }) => length === 2))
      .filter(({ length }) => length > 1),
  );
  const groups = runs.flat();
  const variances = groups.map((repeats) => ({
    value:
      (varianceOf(repeats.map(meanOf)) - meanOf(repeats.map(varianceOf)) / 2) /
      // Of two servers.
      2,
    weight: repeats.length - 1,
  }));
  const variance =
    sum(variances.map(({ value, weight }) => value * weight)) /
    sum(variances.map(({ weight }) => weight));
  return {
    // All levels are measured at the same starts.
    starts: 2 * sum(runs.map(([repeats = []]) => repeats.length)),
    effect: Math.sign(variance) * Math.sqrt(Math.abs(variance)),
  };
};
