import {
  requestFromPlan,
  resumeAssignment,
  unfinishedCells,
} from '../../../../lib/bench/aws/resume-request.ts';
import { runEstimate, workOf } from '../../../../lib/bench/aws/run-estimate.ts';
import { runPlanParameters } from '../../../../lib/bench/aws/run-request.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { usualSearchSeconds } from '../../../../lib/bench/plan/slo/search.ts';
import type { FailedCell } from '../../../../lib/bench/results/record.ts';
import { documents } from '../../../../lib/deployment/documents/index.ts';
import {
  completedCell,
  loadResult,
  recordedPlan,
  recordedRun,
  skippedCell,
} from '../../../support/recorded-run.ts';

const { plan, records } = recordedRun({ repeats: 2, scenarios: ['warm'], engines: ['onnx'] });

describe('what is left of a run', () => {
  it('is every cell that is not done: those without a record, and those that failed', () => {
    const [first, second] = plan.cells;
    const failed: FailedCell = {
      kind: 'cell',
      state: 'failed',
      cell: second as FailedCell['cell'],
      startedAt: '',
      finishedAt: '',
      code: 'BENCH_SERVING_DIED',
      message: 'it died',
    };
    const done = completedCell(first as FailedCell['cell'], loadResult([1], 1));

    expect(unfinishedCells(plan.cells, [done, failed])).toEqual(plan.cells.slice(1));
    expect(unfinishedCells(plan.cells, records)).toEqual([]);
    const skipped = skippedCell(first as FailedCell['cell']);
    expect(unfinishedCells(plan.cells, [skipped])).toEqual(plan.cells.slice(1));
  });

  it('is given to the pairs that are there, each cell once, in the order of the plan', () => {
    const left = plan.cells.slice(3);
    const run = { runId: 'r', number: 2, planHash: plan.hash };
    const { pairs, cells, number, planHash } = resumeAssignment(run, { cells: left }, [3, 1], []);
    const order = plan.cells.map(({ id }) => id);

    expect({ pairs, number, planHash }).toEqual({ pairs: [1, 3], number: 2, planHash: plan.hash });
    expect(Object.values(cells).flat().toSorted()).toEqual(left.map(({ id }) => id).toSorted());
    for (const own of Object.values(cells)) {
      expect(own.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))).toEqual(own);
    }
  });

  it('can be sent from the plan alone, for a run that no tool requested', () => {
    const options = resolvePlanOptions({ profile: 'quick', repeats: 1, seed: 9 });
    const request = requestFromPlan('d', 'r', { ...recordedPlan([]), options }, [1]);
    const parameters = request && runPlanParameters(request);

    expect(parameters).toMatchObject({ RunId: 'r', Profile: 'quick', Seed: '9', Pairs: '1' });
    for (const [name, parameter] of Object.entries(documents.RunPlan.parameters)) {
      const usual = 'default' in parameter ? parameter.default : '';
      expect(parameters?.[name] ?? usual).toMatch(new RegExp(parameter.allowedPattern));
    }
    expect(requestFromPlan('d', 'r', recordedPlan([]), [1])).toBeUndefined();
  });
});

const at = (usdPerHour: number | undefined) => ({ usdPerHour, runtime: 'reference' }) as const;
const firstSecondsOf = (pair: number): number => (pair === 2 ? 1000 : 4);

describe('the estimate of a run', () => {
  it('is the time of the pair with most to do, and the price of all pairs for that time', () => {
    const work = workOf({ options: resolvePlanOptions({ repeats: 2 }), strict: false });
    const alone = runEstimate(work, [1], at(0.72));
    const shared = runEstimate(work, [1, 2], at(1.44));

    expect(shared.cells).toBe(alone.cells);
    expect(shared.seconds).toBeLessThan(alone.seconds * 0.75);
    expect(alone.usd).toBeCloseTo((0.72 * alone.seconds) / 3600);
    expect(runEstimate(work, [1], at(undefined)).usd).toBeUndefined();
    expect(alone).not.toHaveProperty('searches');
  });

  it('has what each pair does before its first cell, and nothing of a pair without any', () => {
    const work = workOf({ options: resolvePlanOptions({ repeats: 2 }), strict: false });
    const without = runEstimate(work, [1], at(0.72));

    expect(runEstimate(work, [1], at(0.72), firstSecondsOf).seconds).toBeCloseTo(
      without.seconds + 4,
    );
    expect(runEstimate(work, [1, 2], at(0.72), firstSecondsOf).seconds).toBeGreaterThan(1000);
    const least = { cells: work.cells.slice(0, 1) };
    expect(runEstimate(least, [1, 2], at(0.72), firstSecondsOf).seconds).toBeLessThan(100);
  });

  it('has the searches that follow the cells', () => {
    const options = resolvePlanOptions({ profile: 'slo', sloP99Ms: [15, 50] }, 'aws');
    const work = workOf({ options, strict: false });
    const alone = runEstimate(work, [1], at(0.72));

    expect(alone.searches).toBe(8);
    expect(alone.seconds).toBeGreaterThan(usualSearchSeconds(work.searches));
    expect(runEstimate(work, [1, 2], at(1.44)).seconds).toBeLessThan(alone.seconds * 0.55);
  });
});
