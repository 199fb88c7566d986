import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import {
  barsOf,
  chartOf,
  failingWhere,
  linesOf,
  textsOf,
  tipsOf,
} from '../../../../support/run-charts.ts';

const LEVELS = [closed(1), closed(4), closed(16), closed(32)];
const whole = summarise(
  recordedRun({
    repeats: 2,
    durationSeconds: 60,
    scenarios: ['warm'],
    levels: LEVELS,
  }),
);
const failingIn = (of: Summary, name: string) =>
  linesOf(chartOf(of, `${name}-warm`)).flatMap(({ points }) =>
    points.filter(({ isFailing }) => isFailing),
  );
const isLeast = ({ engine, level }: SummaryRow): boolean =>
  engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 1;

describe('levels that fail a check', () => {
  const failing = failingWhere(whole, isLeast);

  it.each([
    ['request-rate', 4],
    ['response-time', 8],
  ])('have markers of their own in %s, and the legend says what they are', (name, count) => {
    expect(failingIn(failing, name)).toHaveLength(count);
    expect(textsOf(chartOf(failing, `${name}-warm`))).toContain('fails a check');
    expect(failingIn(whole, name)).toEqual([]);
    expect(textsOf(chartOf(whole, `${name}-warm`))).not.toContain('fails a check');
  });

  it('have the same tooltip as other levels', () => {
    const tips = tipsOf(chartOf(failing, 'request-rate-warm'));
    expect(tips).toEqual(tipsOf(chartOf(whole, 'request-rate-warm')));
    expect(tips).toHaveLength(4 * LEVELS.length);
  });

  it('are marked bars', () => {
    const labels = barsOf(chartOf(failing, 'time-parts-warm')).map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(': fails a check'))).toHaveLength(4);
  });
});

/** No row has a p95. */
const without: Summary = {
  ...whole,
  rows: whole.rows.map((row) => ({ ...row, p95Ms: undefined })),
};

describe('a p95 from too few answers', () => {
  it('has no line if no row of its target claims it', () => {
    const lines = linesOf(chartOf(without, 'response-time-warm'));

    expect(lines.map(({ stroke }) => stroke)).not.toContain('dotted');
  });
});
