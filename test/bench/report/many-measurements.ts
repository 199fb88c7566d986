import { servingNames } from '../../../serving-configs/index.ts';
import type { Measurement, Target } from '../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../lib/bench/model/record.ts';
import type { RunData } from '../../../lib/bench/results/run-folder.ts';
import { waysOf } from '../../conformance/probes.ts';
import {
  closed,
  isCompleted,
  planMeasurement,
  recordedEnvironment,
  recordedPlan,
  recordedRun,
} from '../../support/recorded-run.ts';

export interface RunSize {
  readonly targets: number;
  readonly levels: number;
  readonly repeats: number;
}

/** Every target of every serving. */
const allTargets: readonly Target[] = servingNames.flatMap((serving) =>
  waysOf(serving).map((way) => ({ serving, ...way })),
);

/** Measurements of a simulated run: four servings at seven levels, six repeats each, with latencies, bins and phases. */
const patterns = (): readonly CompletedMeasurement[] =>
  recordedRun({
    levels: [1, 2, 4, 8, 16, 32, 64].map(closed),
    scenarios: ['warm'],
    repeats: 6,
    durationSeconds: 20,
    hasSeconds: true,
  }).records.filter(isCompleted);

/**
 * A run of any size, cold and warm, with the no-op limit of each target. Its measurements repeat the figures of a smaller simulated run, so a
 * report has as much to read, decode and write as for a real run.
 */
export const manyMeasurements = ({ targets, levels, repeats }: RunSize): RunData => {
  const chosen = allTargets.slice(0, targets);
  const measurements: Measurement[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const scenario of ['cold', 'warm'] as const) {
      for (const target of chosen) {
        for (const engine of ['onnx', 'noop'] as const) {
          for (let level = 1; level <= levels; level++) {
            measurements.push(
              planMeasurement({
                target,
                engine,
                scenario,
                level: closed(level),
                repeat,
                durationSeconds: 20,
              }),
            );
          }
        }
      }
    }
  }
  const templates = patterns();
  const byEngine = {
    onnx: templates.filter(({ measurement }) => measurement.engine === 'onnx'),
    noop: templates.filter(({ measurement }) => measurement.engine === 'noop'),
  };
  const records = measurements.map((measurement, index): CompletedMeasurement => {
    const pool = byEngine[measurement.engine === 'noop' ? 'noop' : 'onnx'];
    // 37 is coprime to the size of the pool, so that all patterns are used and neighbours differ.
    const pattern = pool[(index * 37) % pool.length];
    if (pattern === undefined) throw new Error('no pattern');
    return { ...pattern, measurement };
  });
  return { plan: recordedPlan(measurements, chosen), environment: recordedEnvironment, records };
};
