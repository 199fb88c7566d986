import {
  finishedText,
  liveText,
  measurementText,
  pilotText,
} from '../../../../lib/bench/progress/progress-text.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import {
  closed,
  completedMeasurement,
  failedMeasurement,
  loadResult,
  planMeasurement,
  recordedTargets,
} from '../../../support/recorded-run.ts';

const targets = recordedTargets();
const labels = targetLabels(targets, {});
const measurement = planMeasurement({ scenario: 'cold', level: closed(10), repeat: 2 });
const position = { number: 7, total: 52, measurement, secondsLeft: 125 };

describe('The text of the progress', () => {
  it('says how servers take turns only if there are several', () => {
    const pilot = {
      kind: 'pilot',
      order: 'side-by-side',
      windows: [{ level: closed(1), slowestMs: 3, seconds: 0.7 }],
    } as const;

    expect(pilotText(pilot, 2)).toContain('side by side');
    expect(pilotText(pilot, 1)).not.toContain('side by side');
    expect(pilotText(pilot, 1)).toContain('0.700 s');
  });

  it('says measurement, time left, rate, p50, target and level while a measurement runs', () => {
    const progress = {
      event: 'progress',
      phase: 'window',
      elapsedSeconds: 1,
      answers: 170,
      requestRatePerSecond: 85.21,
      p50Ms: 110.4,
      failed: 0,
    } as const;

    expect(liveText(position, labels, progress)).toBe(
      '[ 7/52] 2 min 05 s left · 85.2 req/s · p50 110 ms · TorchServe (image), cold, 10 VUs',
    );
    expect(
      liveText(position, labels, {
        ...progress,
        phase: 'warmup',
        answers: 0,
        p50Ms: null,
        failed: 3,
      }),
    ).toBe(
      '[ 7/52] 2 min 05 s left · warm-up, no answer yet · 3 failed · TorchServe (image), cold, 10 VUs',
    );
  });

  it('counts the time left down during a measurement', () => {
    expect(liveText(position, labels, 'starting', 10)).toMatch(/1 min 55 s/);
  });

  it.each([
    [1, 0.556, '0.6 req/s'],
    [7, 3.889, '4 req/s'],
    [70, 38.89, '39 req/s'],
    [85, 121.4, '120 req/s'],
    [700, 388.9, '389 req/s'],
  ])('has no more digits of a rate than %d answers tell', (answers, rate, shown) => {
    const figures = { requestRatePerSecond: rate, p50Ms: 10, failed: 0, answers } as const;
    const progress = { event: 'progress', phase: 'window', elapsedSeconds: 2, ...figures } as const;

    expect(liveText(position, labels, progress)).toContain(` ${shown} · `);
  });

  it('names the scenario only if it is cold, and says what a no-op measurement is for', () => {
    expect(measurementText({ ...measurement, scenario: 'warm' }, labels)).toBe(
      'TorchServe (image), 10 VUs',
    );
    expect(measurementText({ ...measurement, engine: 'noop' }, labels)).toBe(
      'TorchServe (image), cold, 10 VUs, no-op (limit of the rig)',
    );
  });

  it('shows the result of a finished measurement', () => {
    const record = completedMeasurement(
      measurement,
      loadResult([10, 10, 10, 10], 1, { failed: 1 }),
    );

    expect(finishedText(position, record, labels)).toMatch(
      /^\[ 7\/52\] 2 min 05 s left · 4 req\/s · p50 10\.\d+ ms, 1 request failed · TorchServe \(image\), cold, 10 VUs$/,
    );
  });

  it.each([
    [undefined, true],
    ['kill-worker', false],
  ] as const)('judges the load generator with the fault %s: %s', (stability, isJudged) => {
    const load = loadResult([10, 10], 1);
    const record = completedMeasurement(
      { ...measurement, ...(stability === undefined ? {} : { stability }) },
      { ...load, self: { ...load.self, keptUp: false, reason: 'late' } },
    );
    const text = finishedText(position, record, labels);

    expect(text.includes('did not keep up: late')).toBe(isJudged);
  });

  it('shows the result of the bypass run of a measurement', () => {
    const reason = 'nobody listens';
    const load = loadResult([10, 10, 10], 1);
    const fourAnswers = { ...loadResult([8, 8, 8, 8], 1), images: 2, rateShare: 0.75 };
    const texts = [
      { state: 'completed', ...fourAnswers } as const,
      { state: 'failed', reason } as const,
    ].map((bypass) =>
      finishedText(position, completedMeasurement(measurement, load, { bypass }), labels),
    );

    expect(texts[0]).toMatch(/ ms, 75\.0 % .* · Torch/);
    expect(texts[1]).toMatch(new RegExp(` ms, .*: ${reason} · Torch`));
  });

  it('says why a measurement failed', () => {
    const message = 'TorchServe ended: exit code 1';
    const record = failedMeasurement(measurement, message);

    expect(finishedText(position, record, labels)).toContain(
      ` · failed: ${message} (BENCH_SERVING_DIED) ·`,
    );
  });
});
