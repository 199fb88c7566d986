import type { TunedPlan } from '../../lib/bench/analysis/tuning/progress.ts';
import { tuningProgress } from '../../lib/bench/analysis/tuning/progress.ts';
import { tuningOf } from '../../lib/bench/plan/tuning.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';
import type { Measurement, Target } from '../../lib/bench/model/measurement.ts';
import type { MeasurementRecord } from '../../lib/bench/model/record.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import type { Settings } from '../../serving-configs/settings.ts';
import { simulateBatches, type BatchServer } from './batch-server.ts';
import { planHash } from '../../lib/bench/plan/seal-plan.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  passedCheck,
  recordedRun,
  recordedTargets,
} from './recorded-run.ts';

/** A plan that searches for the settings of targets. */
export const tunedPlan = (
  settings: readonly Settings[],
  { seed = 1, p99Ms = 100, servers = 1 } = {},
): TunedPlan => {
  const targets: readonly Target[] = recordedTargets()
    .slice(0, servers)
    .flatMap((target) => settings.map((each) => ({ ...target, settings: each })));
  const options = resolvePlanOptions(
    { profile: 'tune', seed, sloP99Ms: [p99Ms], engine: 'delay' },
    'local',
    'venv',
  );
  const tuning = tuningOf(targets, options);
  if (tuning === undefined) throw new Error('the profile tune does not search');
  return { targets, options, tuning };
};

/** Measures on a simulated server, in no time. */
export const measureOn = (server: BatchServer, seed: number) => {
  const random = createRandom(seed);
  return (measurement: Measurement): MeasurementRecord => {
    const { target, level, warmupSeconds, durationSeconds } = measurement;
    const seconds = { warmup: warmupSeconds, window: durationSeconds };
    const { latenciesMs, answered, computations, inputs } = simulateBatches(
      server,
      target.settings ?? 'default',
      level,
      seconds,
      random,
    );
    const load = loadResult(latenciesMs, durationSeconds, {
      requestRatePerSecond: answered / durationSeconds,
    });
    return completedMeasurement(measurement, load, { computed: { computations, inputs } });
  };
};

/** Runs a search to its end. */
export const searched = (
  plan: TunedPlan,
  measure: (measurement: Measurement) => MeasurementRecord,
): readonly MeasurementRecord[] => {
  const records: MeasurementRecord[] = [];
  for (
    let { next } = tuningProgress(plan, records);
    next !== undefined;
    { next } = tuningProgress(plan, records)
  ) {
    records.push(measure(next));
  }
  return records;
};

/** A run that has searched on a server, with a no-op limit. */
export const tunedRun = (
  server: BatchServer,
  settings: readonly Settings[],
  p99Ms = 100,
): RunData => {
  const tuned = tunedPlan(settings, { seed: 4, p99Ms });
  const [target] = tuned.targets;
  const { settings: _, ...wire } = target ?? recordedTargets()[0];
  const noop = recordedRun({
    targets: [wire],
    engines: ['noop'],
    levels: [closed(32)],
    repeats: 1,
    scenarios: ['warm'],
  });
  const plan = { ...noop.plan, ...tuned, profile: 'tune' };
  return {
    ...noop,
    plan: { ...plan, hash: planHash(plan) },
    records: [
      ...noop.records,
      ...tuned.targets.map((each) => passedCheck(each, 'delay')),
      ...searched(tuned, measureOn(server, 9)),
    ],
  };
};
