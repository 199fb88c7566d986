import { assertEnoughTime } from '../../../../lib/bench/aws/deadlines.ts';
import {
  leftByPair,
  repeatProgress,
  shareRepeats,
  type SharedPlan,
} from '../../../../lib/bench/aws/repeats.ts';
import { runEstimate } from '../../../../lib/bench/aws/run-estimate.ts';
import {
  planOnPairs,
  requestOnPairs,
  runPlanParameters,
} from '../../../../lib/bench/aws/run-request.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { calibrationSeconds } from '../../../../lib/bench/plan/estimate-duration.ts';
import { expectedSearchSeconds } from '../../../../lib/bench/plan/slo-search.ts';
import { parseConfig } from '../../../../lib/aws/config/parse-config.ts';
import { documents } from '../../../../lib/aws/contract/documents/index.ts';
import { measuredInStudy } from '../../../../serving-configs/index.ts';
import { requestedOptions } from '../../../../lib/bench/run/make-plan.ts';
import { askedResnet50 } from '../../../support/planned-models.ts';
import { requestedRun } from '../../../support/requested-run.ts';
import { calibrationRecord } from '../../../support/recorded-run.ts';

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
    requestOnPairs(
      { runId: 'r', runtime: 'simulated' },
      { ...requestedOptions(overrides), model: askedResnet50, settings: {} },
    ),
    { servings: measuredInStudy, runtime: 'simulated', cores: 4 },
  );

/** The work of pairs that share a plan. */
const sharesOf = (plan: SharedPlan, pairs: readonly number[]) =>
  leftByPair(repeatProgress(plan, shareRepeats(plan, pairs), []), pairs);
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

  it('is what a search for settings is expected to take, on one pair', () => {
    const work = workOf({ profile: 'tune', repeats: 3 });
    const longer = workOf({ profile: 'tune', repeats: 5 });
    const { measurements, seconds, usd } = runEstimate(sharesOf(work, [2]), at(0.72), work);

    expect(measurements).toBeGreaterThan(work.targets.length);
    expect(seconds).toBeGreaterThan(measurements);
    expect(usd).toBeCloseTo((0.72 * seconds) / 3600);
    expect(runEstimate(sharesOf(longer, [2]), at(0.72), longer).seconds).toBeGreaterThan(seconds);
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
