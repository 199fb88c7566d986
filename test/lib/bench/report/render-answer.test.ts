import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Verdict } from '../../../../lib/bench/analysis/verdicts/verdict.ts';
import { renderAnswer } from '../../../../lib/bench/report/render-answer.ts';
import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { levelId } from '../../../../lib/bench/model/measurement.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { closed, recordedRun, recordedTargets } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1), closed(8)], repeats: 4 });
const answerTo = (data = run, width = 200): string =>
  renderAnswer(summarise(data), 'results/a/report.html', { color: false, width });

const linesOf = (answer: string): readonly string[] => answer.trimEnd().split('\n');
/** The run, had its verdicts over all loads been these. */
const judgedAs = (change: Partial<Verdict>): Summary => {
  const { headline, ...summary } = summarise(run);
  if (headline === undefined) throw new Error('no verdicts');
  const verdicts = headline.verdicts.map((verdict) =>
    verdict.ratio === undefined ? verdict : { ...verdict, ...change },
  );
  return { ...summary, headline: { ...headline, verdicts } };
};
const noisy = {
  judgement: { word: 'noisy' as const },
  ratio: { value: 1.1, interval: { low: 0.9, high: 1.4, confidence: 0.99 } },
};
const WIDTHS = [100, 80];

describe('The answer of a run', () => {
  it.each(WIDTHS)('fits into about a dozen lines of %d columns', (width) => {
    const lines = linesOf(answerTo(run, width));

    expect(lines.length).toBeLessThanOrEqual(width === 100 ? 13 : 18);
    expect(lines.filter(({ length }) => length > width)).toEqual([]);
  });

  it.each(WIDTHS)('fits into %d columns with many targets of long names', (width) => {
    const targets = buildTargets(
      resolvePlanOptions(
        { servings: servingNames, protocols: ['rest', 'grpc'] },
        'local',
        'simulated',
      ),
      false,
    );
    const many = recordedRun({ levels: [closed(2)], repeats: 4, targets, scenarios: ['warm'] });
    const lines = linesOf(answerTo(many, width));

    expect(targets.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(width === 100 ? 22 : 28);
    expect(lines.filter(({ length }) => length > width)).toEqual([]);
  });

  it('ranks the targets and compares each with the slowest', () => {
    const rows = answerTo().match(/^ {2}.* req\/s .*$/gm) ?? [];

    expect(rows).toHaveLength(run.plan.targets.length);
    // One fails too many requests.
    expect(rows.map((row) => /faster than|slowest$|no verdict/.exec(row)?.[0])).toEqual([
      'faster than',
      'faster than',
      'slowest',
      'no verdict',
    ]);
  });

  it('says first that a run is invalid, and why', () => {
    const records = run.records.slice(0, -1);

    expect(answerTo({ ...run, records })).toMatch(/^INVALID: The run was cut off/);
  });

  it('says that a measurement failed, and how to repeat it', () => {
    const [at] = run.records.flatMap(({ kind }, index) => (kind === 'measurement' ? index : []));
    const records = run.records.map((record, index): ResultRecord =>
      index === at && record.kind === 'measurement'
        ? {
            kind: 'measurement',
            measurement: record.measurement,
            state: 'failed',
            startedAt: record.startedAt,
            finishedAt: record.finishedAt,
            code: 'BENCH_SERVING_DIED',
            message: 'It ended.',
          }
        : record,
    );
    const answer = answerTo({ ...run, records, folder: 'results/a' });

    expect(answer).toContain('✗ 1 measurement failed');
    expect(answer).not.toContain('no failures');
    expect(answer).toMatch(/^ +once that is fixed, npx serving-compare run --resume results\/a /m);
  });

  it('ranks nothing if a run is invalid', () => {
    const answer = answerTo({ ...run, records: run.records.slice(0, -1) });

    expect(answer).toContain('RESULT  This run is invalid');
    expect(answer).not.toMatch(/slowest|^Why/m);
  });

  it('names the file to open', () => {
    expect(answerTo()).toContain('Report  results/a/report.html');
  });

  it('says why nothing is ranked, with the figures of each target', () => {
    const targets = recordedTargets().slice(1);
    const single = recordedRun({ levels: [closed(1)], repeats: 1, scenarios: ['warm'], targets });
    const answer = answerTo(single);

    expect(answer).toMatch(/^RESULT {2}No verdict\. .* needs 3 repeats .* At 1 virtual user:$/m);
    expect(answer.match(/^ {2}.* req\/s/gm)).toHaveLength(single.plan.targets.length);
    expect(linesOf(answer).length).toBeLessThanOrEqual(12);
  });

  it('names the loads and the repeats that its verdicts rest on, and no others', () => {
    const data = recordedRun({ levels: [closed(1), closed(8)], repeats: 4, scenarios: ['warm'] });
    // One repeat is too few for a verdict.
    const records = data.records.filter(
      (record) =>
        record.kind !== 'measurement' ||
        (record.measurement.repeat < 4 &&
          !(
            levelId(record.measurement.level) === levelId(closed(8)) &&
            record.measurement.repeat > 1
          )),
    );
    const { validity, ...summary } = summarise({ ...data, records });
    expect(validity?.valid).toBe(false);

    const answer = renderAnswer(summary, 'x', { color: false, width: 100 });
    expect(answer).toMatch(/^RESULT {2}at 1 virtual user, 1 of 2 loads; 3 repeats$/m);
  });

  it('says first what to do about a result that fails a check', () => {
    const { rows, ...summary } = judgedAs({ ...noisy, repeatsToDecide: 12 });
    const check = { check: 'noop-limit', state: 'failed', finding: 'f.', advice: 'a.' } as const;
    const failing = rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row));
    const answer = renderAnswer({ ...summary, rows: failing }, 'x', { color: false, width: 100 });

    expect(answer).toMatch(/^Next {4}No-op limit: a\n {8}--repeats 12/m);
  });

  it('says that a run with the no-op backend measured only the rig', () => {
    const noop = recordedRun({ engines: ['noop'], scenarios: ['warm'] });
    const plan = { ...noop.plan, options: { ...noop.plan.options, engine: 'noop' as const } };

    expect(answerTo({ ...noop, plan })).toMatch(/^RESULT {2}No verdict: with the no-op backend/m);
  });

  it('has a line for each search of a rate', () => {
    const targets = recordedTargets().slice(1);
    const [one, other] = targets;
    if (one === undefined || other === undefined) throw new Error('no targets');
    const single = recordedRun({ levels: [closed(1)], repeats: 1, scenarios: ['warm'], targets });
    const rate = { engine: 'onnx', scenario: 'warm', boundMs: 200, requests: 600, overBound: 0 };
    const search = { repeats: 1, trials: 3 };
    const requestRatePerSecond = { value: 22.4 };
    const sloRates = [
      {
        ...rate,
        target: one,
        state: 'kept',
        search: { ...search, state: 'found' },
        requestRatePerSecond,
      },
      {
        ...rate,
        target: other,
        state: 'unknown',
        search: { ...search, state: 'no-result', reason: 'Why.' },
      },
    ] as unknown as NonNullable<Summary['sloRates']>;
    const summary = { ...summarise(single), sloRates };
    const answer = renderAnswer(summary, 'x', { color: false, width: 100 });

    expect(answer).toMatch(/^ {2}TensorFlow Serving .*, p99 within 200 ms: 22\.4 req\/s$/m);
    expect(answer).toMatch(/^ {2}Triton .*, p99 within 200 ms: none found\. Why\.$/m);
  });

  it('says where the slowest target loses its time', () => {
    expect(answerTo()).toMatch(
      /^Why {5}at 1 virtual user TensorFlow Serving \(JSON\) takes .* ms longer/m,
    );
  });

  it('names no slowest target if the verdicts do not', () => {
    const answer = renderAnswer(judgedAs(noisy), 'x', { color: false, width: 100 });

    expect(answer).toContain('last, but undecided');
    expect(answer).not.toMatch(/ {2}slowest$/m);
  });

  it.each([
    ['how many repeats would', 12, /^Next {4}--repeats 12 would probably decide/m],
    ['that more would hardly', undefined, /^Next {4}even 100 repeats would hardly decide/m],
  ])('says first, if something is undecided, %s decide it', (_, repeatsToDecide, step) => {
    const summary = judgedAs({
      ...noisy,
      ...(repeatsToDecide === undefined ? {} : { repeatsToDecide }),
    });

    expect(renderAnswer(summary, 'x', { color: false, width: 100 })).toMatch(step);
  });
});
