import {
  judgeConditions,
  type ConditionResult,
} from '../../../../lib/bench/analysis/judge-conditions.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { conditionKind } from '../../../../lib/bench/cli/fail-conditions.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1), closed(16)], scenarios: ['warm'], repeats: 3 });
const summary = summarise(run);

const judge = (text: string, of: Summary = summary): ConditionResult => {
  const [result] = judgeConditions(of, [conditionKind.read(text)]);
  if (result === undefined) throw new Error('there is no result');
  return result;
};

describe('A condition', () => {
  it('passes if it holds for no result, and names the worst result', () => {
    expect(judge('p95>1h')).toMatchObject({
      condition: { text: 'p95>1h' },
      state: 'passed',
      results: 8,
      unknown: 0,
      violations: 0,
      worst: { target: { serving: 'tfserving' }, scenario: 'warm', level: closed(16) },
    });
  });

  it('fails if it holds for a result, and counts these results', () => {
    const rates = summary.rows.flatMap(({ engine, requestRatePerSecond: rate }) =>
      engine === 'noop' || rate === undefined ? [] : [rate.value],
    );
    const bound = rates.toSorted((a, b) => a - b)[2] ?? 0;

    expect(judge(`rate<${bound.toFixed(9)}/s`)).toMatchObject({
      state: 'failed',
      violations: 2,
      worst: { value: Math.min(...rates) },
    });
  });

  it('applies to one serving, or to all servings of a platform', () => {
    expect(judge('torchserve:p50>1h')).toMatchObject({ results: 2, state: 'passed' });
    expect(judge('triton:p50>1ms')).toMatchObject({ results: 4, state: 'failed' });
    expect(judge('flask:p50>1h')).toMatchObject({ results: 0, state: 'failed' });
  });

  it('fails if a result has too few answers for the percentile', () => {
    const short = summarise(
      recordedRun({ levels: [closed(1)], scenarios: ['warm'], repeats: 1, durationSeconds: 2 }),
    );

    expect(judge('p99>1h', short)).toMatchObject({
      state: 'failed',
      unknown: 4,
      violations: 0,
      lacking: { reason: 'few-answers' },
    });
    expect(judge('p50>1h', short)).toMatchObject({ state: 'passed' });
  });

  it('fails if a result was not measured', () => {
    const cut = summarise({
      ...run,
      records: run.records.filter(
        (record) =>
          record.kind !== 'measurement' || record.measurement.target.serving !== 'torchserve',
      ),
    });

    expect(judge('failed>50%', cut)).toMatchObject({
      state: 'failed',
      unknown: 2,
      lacking: { target: { serving: 'torchserve' }, reason: 'not-measured' },
    });
  });

  it('judges costs if a price is known', () => {
    const { plan } = run;
    const priced = summarise({ ...run, plan: { ...plan, settings: { usdPerHour: 1 } } });

    expect(judge('cost>1000USD')).toMatchObject({ state: 'failed', unknown: 8 });
    expect(judge('cost>1000USD', priced)).toMatchObject({ state: 'passed', unknown: 0 });
    expect(judge('cost>1USD', priced).violations).toBe(8);
  });

  it('limits the percentage of failed requests', () => {
    expect(judge('failed>99%')).toMatchObject({ state: 'passed' });
    expect(judge('failed>0').worst?.value).toBeLessThan(99);
  });
});
