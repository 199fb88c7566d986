import type { Aws } from '../../../lib/bench/aws/clients.ts';
import { putObject } from '../../../lib/bench/aws/s3-objects.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { targetId, type Measurement } from '../../../lib/bench/model/measurement.ts';
import { workOfRepeats } from '../../../lib/bench/aws/repeats.ts';
import type { LoadResult } from '../../../lib/bench/model/load-result.ts';
import { planOnPairs, type RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { sealPlan } from '../../../lib/bench/plan/seal-plan.ts';
import type { ResultRecord } from '../../../lib/bench/model/record.ts';
import { plannedResnet50 } from '../../support/planned-models.ts';
import { measuredInStudy } from '../../../serving-configs/index.ts';
import type { RunStatus } from '../../../lib/bench/results/run-folder.ts';
import {
  calibrationRecord,
  completedMeasurement,
  evenLoad,
  passedCheck,
  recordedEnvironment,
} from '../../support/recorded-run.ts';

/** Stand-ins for the pairs of a run that write to the bucket. The real runner is tested in test/aws/node-run. */
export interface PairStandIns {
  /**
   * Writes everything that a pair writes once the first `done` of its measurements are done; by default all of its share.
   */
  readonly write: (
    pair: number,
    progress?: {
      readonly done?: number;
      readonly measurements?: readonly Measurement[];
      readonly status?: Partial<RunStatus>;
    },
  ) => Promise<void>;
  /** The measurements of a pair as the request shares them. */
  readonly share: (pair: number) => readonly Measurement[];
}

const LATENCY_MS = 50;
/** How many times faster the no-op backend answers. */
const NOOP_FACTOR = 10;

/** The load of a serving without a queue, which takes the same time for every answer. */
const constantLoad = ({ engine, level, durationSeconds }: Measurement): LoadResult => {
  const latencyMs = engine === 'noop' ? LATENCY_MS / NOOP_FACTOR : LATENCY_MS;
  const users = level.loop === 'closed' ? level.virtualUsers : 1;
  const answers = Math.round((users * durationSeconds * 1000) / latencyMs);
  return evenLoad(answers, latencyMs, durationSeconds);
};

/** A successful calibration, and passed answer checks of every target and engine. */
const checksOf = (measurements: readonly Measurement[]): readonly ResultRecord[] => {
  const first = new Map(
    measurements.map(
      (measurement) =>
        [`${targetId(measurement.target)}/${measurement.engine}`, measurement] as const,
    ),
  );
  return [
    calibrationRecord(),
    ...[...first.values()].map(({ target, engine }) => passedCheck(target, engine)),
  ];
};

/** Creates the stand-ins for the pairs of a requested run. */
export const createPairStandIns = (aws: Aws, bucket: string, request: RunRequest): PairStandIns => {
  const { runId, repeats } = request;
  const planned = planOnPairs(request.plan, {
    servings: measuredInStudy,
    runtime: 'simulated',
    cores: 4,
  });
  const { options, targets, measurements } = planned;
  const plan = sealPlan({
    options,
    settings: {},
    targets,
    measurements,
    images: [{ file: 'boat.jpg', sha256: '11'.repeat(32) }],
    model: plannedResnet50,
    createdAt: new Date('2026-01-02T03:00:00.000Z'),
  });
  const put = (key: string, ...values: readonly unknown[]): Promise<void> =>
    putObject(aws, bucket, key, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  const share = (pair: number): readonly Measurement[] =>
    workOfRepeats(planned, repeats[pair] ?? []).measurements;
  return {
    share,
    write: async (pair, progress = {}) => {
      const { measurements: pairMeasurements = share(pair), status } = progress;
      const { done = pairMeasurements.length } = progress;
      await put(runKeys.plan(runId, pair), plan);
      await put(`${runKeys.pair(runId, pair)}environment.json`, recordedEnvironment);
      const records = [
        ...pairMeasurements
          .slice(0, done)
          .map((measurement) =>
            completedMeasurement(measurement, constantLoad(measurement), { pair }),
          ),
        ...checksOf(pairMeasurements),
      ];
      await put(
        runKeys.results(runId, pair),
        ...records.map((record) => ({ ...record, pair, planHash: plan.hash })),
      );
      const fullStatus: RunStatus = {
        format: 1,
        runId,
        pair,
        state: done === pairMeasurements.length ? 'completed' : 'running',
        startedAt: new Date(Date.now() - 60_000).toISOString(),
        updatedAt: new Date().toISOString(),
        measurements: { total: pairMeasurements.length, completed: done, failed: 0 },
        secondsLeft: (pairMeasurements.length - done) * 2,
        starts: 1,
        ...status,
      };
      await put(runKeys.status(runId, pair), fullStatus);
    },
  };
};
