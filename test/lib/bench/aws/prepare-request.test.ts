import { assertEnoughTime } from '../../../../lib/bench/aws/deadlines.ts';
import { repeatProgress, shareRest } from '../../../../lib/bench/aws/repeat-progress.ts';
import { runEstimate } from '../../../../lib/bench/aws/run-estimate.ts';
import {
  planOnPairs,
  requestOnPairs,
  runPlanParameters,
} from '../../../../lib/bench/aws/run-request.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import {
  shareRepeats,
  workOfRepeats,
  type Work,
} from '../../../../lib/bench/plan/share-repeats.ts';
import { calibrationSeconds } from '../../../../lib/bench/plan/estimate-duration.ts';
import { expectedSearchSeconds } from '../../../../lib/bench/plan/slo-search.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { parseConfig } from '../../../../lib/aws/config/parse-config.ts';
import { documents } from '../../../../lib/aws/contract/documents/index.ts';
import { measuredInStudy } from '../../../../serving-configs/index.ts';
import { requestedRun } from '../../../support/requested-run.ts';
import {
  calibrationRecord,
  failedMeasurement,
  recordedRun,
} from '../../../support/recorded-run.ts';

const { plan, records } = recordedRun({ repeats: 4, scenarios: ['warm'], engines: ['onnx'] });
/** Records of the first measurements of a repeat by a pair; of all measurements if `count` is undefined. */
const measured = (pair: number, repeat: number, count?: number): readonly ResultRecord[] =>
  records
    .filter((record) => record.kind === 'measurement' && record.measurement.repeat === repeat)
    .slice(0, count)
    .map((record) => ({ ...record, pair }));
const measurementsOf = (repeat: number): readonly Measurement[] =>
  plan.measurements.filter((measurement) => measurement.repeat === repeat);
const resumed = (all: readonly ResultRecord[], pairs: readonly number[]) =>
  shareRest(plan, repeatProgress(plan, all), pairs);
const repeatsOf = (rest: ReturnType<typeof resumed>) =>
  Object.fromEntries([...rest].map(([pair, { repeats }]) => [pair, repeats]));

describe('the rest of a run', () => {
  it('continues on the existing pairs, and is repeated as a whole if it was a lost pair’s', () => {
    const all = [...measured(1, 1, 3), ...measured(2, 2), ...measured(2, 4, 2), ...measured(3, 3)];

    // The lost pair 2 had finished repeat 2, and pair 3 its own.
    expect([...resumed(all, [1, 3])]).toEqual([
      [
        1,
        {
          repeats: [1, 4],
          left: {
            measurements: [...measurementsOf(1).slice(3), ...measurementsOf(4)],
            searches: [],
          },
        },
      ],
    ]);
  });

  it('is dealt to the pairs in turn', () => {
    expect(repeatsOf(resumed([], [3, 1]))).toEqual({ 1: [1, 3], 3: [2, 4] });
    expect(repeatsOf(resumed(measured(1, 1), [1, 3]))).toEqual({ 1: [2, 4], 3: [3] });
  });

  it('survives a second resume, and the return of a lost pair', () => {
    const all = [...measured(1, 1), ...measured(2, 2, 2), ...measured(3, 3)];
    const second = [...all, ...measured(1, 2, 4), ...measured(3, 4)];

    expect(repeatsOf(resumed(all, [1, 3]))).toEqual({ 1: [2], 3: [4] });
    expect(repeatsOf(resumed(second, [2, 3]))).toEqual({ 2: [2] });
    expect(repeatsOf(resumed(second, [1, 2, 3]))).toEqual({ 1: [2] });
  });

  it('has a failed measurement again, for the pair that took it; for another pair only if nothing else of the repeat was measured', () => {
    const [first, ...rest] = measured(1, 1);
    const oneFailed = [
      { ...failedMeasurement(measurementsOf(1)[0] as Measurement), pair: 1 },
      ...rest,
    ];
    const otherRecords = [2, 3, 4].flatMap((repeat) => measured(2, repeat));
    const allFailed = measurementsOf(1).map((measurement) => ({
      ...failedMeasurement(measurement),
      pair: 1,
    }));

    expect([...resumed([...oneFailed, ...otherRecords], [1, 2])]).toEqual([
      [1, { repeats: [1], left: { measurements: measurementsOf(1).slice(0, 1), searches: [] } }],
    ]);
    expect(resumed([...oneFailed, ...otherRecords], [2]).size).toBe(0);
    expect(repeatsOf(resumed([...allFailed, ...otherRecords], [2]))).toEqual({ 2: [1] });
    expect(resumed([first as ResultRecord, ...oneFailed, ...otherRecords], [1, 2]).size).toBe(0);
  });
});

describe('the request of a run', () => {
  it('is a command that names its pairs; the nodes read everything else from the bucket', () => {
    const parameters = runPlanParameters(requestedRun('r', { repeats: 4 }, [12, 1]));

    expect(parameters).toEqual({ RunId: 'r', Pairs: '1,12' });
    expect(parameters['Pairs']).toMatch(
      new RegExp(documents.RunPlan.parameters.Pairs.allowedPattern),
    );
  });
});

/** The work of all servings on node pairs. */
const workOf = (overrides: PlanOverrides) =>
  planOnPairs(
    requestOnPairs({ runId: 'r', runtime: 'simulated' }, overrides, { kind: 'resnet50' }, {}),
    { servings: measuredInStudy, runtime: 'simulated' },
  );

/** The work of pairs that share a plan as `shareRepeats` distributes it. */
const sharesOf = (work: Work, pairs: readonly number[]): ReadonlyMap<number, Required<Work>> =>
  new Map(
    [...shareRepeats(work, pairs)].map(([pair, repeats]) => [pair, workOfRepeats(work, repeats)]),
  );
const at = (usdPerHour: number | undefined) => ({ usdPerHour, runtime: 'simulated' }) as const;

describe('the estimate of a run', () => {
  it('is the time of the pair with most to do, and the price of all pairs for that time', () => {
    const work = workOf({ repeats: 2 });
    const alone = runEstimate(sharesOf(work, [1]), at(0.72), work);
    const shared = runEstimate(sharesOf(work, [1, 2]), at(1.44), work);

    expect(shared.measurements).toBe(alone.measurements);
    expect(shared.seconds).toBeLessThan(alone.seconds * 0.75);
    expect(alone.usd).toBeCloseTo((0.72 * alone.seconds) / 3600);
    expect(runEstimate(sharesOf(work, [1]), at(undefined), work).usd).toBeUndefined();
    expect(alone.searches).toBeUndefined();
  });

  it('fits into the lifetime of nodes that started as late as allowed, with the profile replicate-2021', () => {
    const work = workOf({ profile: 'replicate-2021' });
    const onNodes = { ...at(0.72), runtime: 'container' } as const;
    const { seconds } = runEstimate(sharesOf(work, [1]), onNodes, work);
    const { maxHours } = parseConfig({});
    const now = new Date();
    const deadline = new Date(now.getTime() + (maxHours - 1.5) * 3_600_000);

    expect(() => assertEnoughTime(deadline, seconds, now)).not.toThrow();
  });

  it('includes the calibration that each pair measures first, unless it has done so', () => {
    const work = workOf({ repeats: 2 });
    const calibrated = { ...calibrationRecord(), pair: 1 };
    const { seconds } = runEstimate(sharesOf(work, [1]), at(0.72), work);

    expect(runEstimate(sharesOf(work, [1]), at(0.72), work, [calibrated]).seconds).toBeCloseTo(
      seconds - calibrationSeconds(work),
    );
  });

  it('includes the searches that follow the measurements', () => {
    const work = workOf({ profile: 'slo', repeats: 2, sloP99Ms: [15, 50] });
    const alone = runEstimate(sharesOf(work, [1]), at(0.72), work);

    expect(alone.searches).toBe(16);
    expect(alone.seconds).toBeGreaterThan(expectedSearchSeconds(work.searches));
    expect(runEstimate(sharesOf(work, [1, 2]), at(1.44), work).seconds).toBeLessThan(
      alone.seconds * 0.55,
    );
  });
});
