import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, chartOf, failingWhere, linesOf, textsOf } from '../../../../support/run-charts.ts';

const LEVELS = [closed(1), closed(4), closed(16), closed(32)];
const passing = summarise(
  recordedRun({ repeats: 2, durationSeconds: 60, scenarios: ['warm'], levels: LEVELS }),
);
const failingIn = (of: Summary, name: string) =>
  linesOf(chartOf(of, `${name}-warm`)).flatMap(({ points }) =>
    points.filter(({ isFailing }) => isFailing),
  );
const isLightest = ({ engine, level }: SummaryRow): boolean =>
  engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 1;

describe('levels that fail a check', () => {
  const failing = failingWhere(passing, isLightest);

  it.each([
    ['request-rate', 4],
    ['response-time', 8],
  ])('have other markers in %s, which the legend explains', (name, count) => {
    expect(failingIn(failing, name)).toHaveLength(count);
    expect(textsOf(chartOf(failing, `${name}-warm`))).toContain('fails a check');
    expect(failingIn(passing, name)).toEqual([]);
    expect(textsOf(chartOf(passing, `${name}-warm`))).not.toContain('fails a check');
  });

  it('are marked in the labels of bars', () => {
    const labels = barsOf(chartOf(failing, 'time-parts-warm')).map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(': fails a check'))).toHaveLength(4);
  });
});

describe('a p95 from too few answers', () => {
  it('has no line if no row of its target claims it', () => {
    const rows = passing.rows.map((row) => ({ ...row, p95Ms: undefined }));
    const lines = linesOf(chartOf({ ...passing, rows }, 'response-time-warm'));

    expect(lines.map(({ stroke }) => stroke)).not.toContain('dotted');
  });
});
