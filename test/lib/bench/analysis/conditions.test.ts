import {
  judgeConditions,
  type ConditionResult,
} from '../../../../lib/bench/analysis/conditions.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { conditionKind } from '../../../../lib/bench/cli/fail-conditions.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1), closed(16)], scenarios: ['warm'], repeats: 3 });
const summary = summarise(run);

const judged = (text: string, of: Summary = summary): ConditionResult => {
  const [judgement] = judgeConditions(of, [conditionKind.read(text)]);
  if (judgement === undefined) throw new Error('nothing was judged');
  return judgement;
};

describe('A condition', () => {
  it('passes if no result meets it, and names the worst', () => {
    expect(judged('p95>1h')).toMatchObject({
      condition: 'p95>1h',
      state: 'passed',
      results: 8,
      unknown: 0,
      violations: 0,
      worst: { target: { serving: 'tfserving' }, scenario: 'warm', level: closed(16) },
    });
  });

  it('fails if a result meets it, and counts those', () => {
    const rates = summary.rows.flatMap(({ engine, requestRatePerSecond: rate }) =>
      engine === 'noop' || rate === undefined ? [] : [rate.value],
    );
    const bound = rates.toSorted((a, b) => a - b)[2] ?? 0;

    expect(judged(`rate<${bound.toFixed(9)}/s`)).toMatchObject({
      state: 'failed',
      violations: 2,
      worst: { value: Math.min(...rates) },
    });
  });

  it('applies to one serving, or to all servings of a platform', () => {
    expect(judged('torchserve:p50>1h')).toMatchObject({ results: 2, state: 'passed' });
    expect(judged('triton:p50>1ms')).toMatchObject({ results: 4, state: 'failed' });
    expect(judged('flask:p50>1h')).toMatchObject({ results: 0, state: 'failed' });
  });

  it('fails if a result has too few answers for the percentile', () => {
    const short = summarise(
      recordedRun({ levels: [closed(1)], scenarios: ['warm'], repeats: 1, durationSeconds: 2 }),
    );

    expect(judged('p99>1h', short)).toMatchObject({ state: 'failed', unknown: 4, violations: 0 });
    expect(judged('p50>1h', short)).toMatchObject({ state: 'passed' });
  });

  it('fails if a result was not measured', () => {
    const cut = summarise({
      ...run,
      records: run.records.filter(
        (record) =>
          record.kind !== 'measurement' || record.measurement.target.serving !== 'torchserve',
      ),
    });

    expect(judged('failed>50%', cut)).toMatchObject({ state: 'failed', unknown: 2 });
  });

  it('judges costs if a price is known', () => {
    const { plan } = run;
    const priced = summarise({ ...run, plan: { ...plan, settings: { usdPerHour: 1 } } });

    expect(judged('cost>1000USD')).toMatchObject({ state: 'failed', unknown: 8 });
    expect(judged('cost>1000USD', priced)).toMatchObject({ state: 'passed', unknown: 0 });
    expect(judged('cost>1USD', priced).violations).toBe(8);
  });

  it('judges percentages of failed requests', () => {
    expect(judged('failed>99%')).toMatchObject({ state: 'passed' });
    expect(judged('failed>0').worst?.value).toBeLessThan(99);
  });
});
