import { assertEnoughTime } from '../../../../lib/bench/aws/deadlines.ts';
import { repeatProgress } from '../../../../lib/bench/aws/repeat-progress.ts';
import { resumedShares } from '../../../../lib/bench/aws/prepare-request.ts';
import { runEstimate } from '../../../../lib/bench/aws/run-estimate.ts';
import { newRunRequest, runPlanParameters, workOf } from '../../../../lib/bench/aws/run-request.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
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
  resumedShares(plan, repeatProgress(plan, all), pairs);

describe('the rest of a run', () => {
  it('continues on the existing pairs, and is repeated as a whole if it was a lost pair’s', () => {
    const all = [...measured(1, 1, 3), ...measured(2, 2), ...measured(2, 4, 2), ...measured(3, 3)];
    const { repeats, left, keptMeasurements } = resumed(all, [1, 3]);

    expect(repeats).toEqual({ 1: [1], 3: [3, 4] });
    expect([...left]).toEqual([
      [1, { measurements: measurementsOf(1).slice(3), searches: [] }],
      [3, { measurements: measurementsOf(4), searches: [] }],
    ]);
    // The lost pair 2 had finished repeat 2.
    expect(keptMeasurements).toBe(measurementsOf(2).length);
  });

  it('survives a second resume, and the return of a lost pair', () => {
    const all = [...measured(1, 1), ...measured(2, 2, 2), ...measured(3, 3)];
    const second = [...all, ...measured(1, 2, 4), ...measured(3, 4)];

    expect(resumed(all, [1, 3]).repeats).toEqual({ 1: [1, 2], 3: [3, 4] });
    expect(resumed(second, [2, 3]).repeats).toEqual({ 2: [2] });
    expect(resumed(second, [1, 2, 3]).repeats).toEqual({ 1: [1, 2] });
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

    expect([...resumed([...oneFailed, ...otherRecords], [1, 2]).left]).toEqual([
      [1, { measurements: measurementsOf(1).slice(0, 1), searches: [] }],
    ]);
    expect(resumed([...oneFailed, ...otherRecords], [2]).left.size).toBe(0);
    expect(resumed([...allFailed, ...otherRecords], [2]).repeats).toEqual({ 2: [1, 2, 3, 4] });
    expect(resumed([first as ResultRecord, ...oneFailed, ...otherRecords], [1, 2]).left.size).toBe(
      0,
    );
  });

  it('is sent with all repeats of each pair', () => {
    const before = newRunRequest(
      { name: 'd', servings: ['tfserving'], runtime: 'simulated' },
      { repeats: 4 },
      { runId: 'r', pairs: [1, 2], at: new Date() },
    );
    const { repeats } = resumed([...measured(1, 1), ...measured(2, 2, 1)], [1, 3]);
    const { Pairs = '' } = runPlanParameters({ ...before, pairs: [1, 3], repeats });

    expect(Pairs).toBe('1:1+2+4,3:3');
    expect(Pairs).toMatch(new RegExp(documents.RunPlan.parameters.Pairs.allowedPattern));
  });
});

/** The work of pairs that share a plan as `shareRepeats` distributes it. */
const sharesOf = (work: Work, pairs: readonly number[]): ReadonlyMap<number, Required<Work>> =>
  new Map(
    [...shareRepeats(work, pairs)].map(([pair, repeats]) => [pair, workOfRepeats(work, repeats)]),
  );
const at = (usdPerHour: number | undefined) => ({ usdPerHour, runtime: 'simulated' }) as const;

describe('the estimate of a run', () => {
  it('is the time of the pair with most to do, and the price of all pairs for that time', () => {
    const work = workOf({ options: resolvePlanOptions({ repeats: 2 }), strict: false });
    const alone = runEstimate(sharesOf(work, [1]), at(0.72), work);
    const shared = runEstimate(sharesOf(work, [1, 2]), at(1.44), work);

    expect(shared.measurements).toBe(alone.measurements);
    expect(shared.seconds).toBeLessThan(alone.seconds * 0.75);
    expect(alone.usd).toBeCloseTo((0.72 * alone.seconds) / 3600);
    expect(runEstimate(sharesOf(work, [1]), at(undefined), work).usd).toBeUndefined();
    expect(alone.searches).toBeUndefined();
  });

  it('fits into the lifetime of nodes that started as late as allowed, with the profile replicate-2021', () => {
    const options = resolvePlanOptions({ profile: 'replicate-2021' }, 'aws');
    const work = workOf({ options, strict: false });
    const onNodes = { ...at(0.72), runtime: 'container' } as const;
    const { seconds } = runEstimate(sharesOf(work, [1]), onNodes, work);
    const { maxHours } = parseConfig({});
    const now = new Date();
    const deadline = new Date(now.getTime() + (maxHours - 1.5) * 3_600_000);

    expect(() => assertEnoughTime(deadline, seconds, now)).not.toThrow();
  });

  it('includes the calibration that each pair measures first, unless it has done so', () => {
    const work = workOf({ options: resolvePlanOptions({ repeats: 2 }), strict: false });
    const calibrated = { ...calibrationRecord(), pair: 1 };
    const { seconds } = runEstimate(sharesOf(work, [1]), at(0.72), work);

    expect(runEstimate(sharesOf(work, [1]), at(0.72), work, [calibrated]).seconds).toBeCloseTo(
      seconds - calibrationSeconds(work),
    );
  });

  it('includes the searches that follow the measurements', () => {
    const options = resolvePlanOptions({ profile: 'slo', repeats: 2, sloP99Ms: [15, 50] }, 'aws');
    const work = workOf({ options, strict: false });
    const alone = runEstimate(sharesOf(work, [1]), at(0.72), work);

    expect(alone.searches).toBe(16);
    expect(alone.seconds).toBeGreaterThan(expectedSearchSeconds(work.searches));
    expect(runEstimate(sharesOf(work, [1, 2]), at(1.44), work).seconds).toBeLessThan(
      alone.seconds * 0.55,
    );
  });
});
