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
const isGreatest = ({ engine, level }: SummaryRow): boolean =>
  engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 32;

describe('levels that fail a check', () => {
  const failing = failingWhere(whole, isGreatest);

  it.each([
    ['request-rate', 4],
    ['response-time', 8],
    ['throughput-latency', 4],
  ])('have markers of their own in %s, and the legend says what they are', (name, count) => {
    expect(failingIn(failing, name)).toHaveLength(count);
    expect(textsOf(chartOf(failing, `${name}-warm`))).toContain('fails a check');
    expect(failingIn(whole, name)).toEqual([]);
    expect(textsOf(chartOf(whole, `${name}-warm`))).not.toContain('fails a check');
  });

  it('say the same as before where they are pointed at', () => {
    const tips = tipsOf(chartOf(failing, 'request-rate-warm'));
    expect(tips).toEqual(tipsOf(chartOf(whole, 'request-rate-warm')));
    expect(tips).toHaveLength(4 * LEVELS.length);
  });

  it('are bars that say so', () => {
    const labels = barsOf(chartOf(failing, 'time-parts-loaded-warm')).map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(': fails a check'))).toHaveLength(4);
  });
});

/** The summary without some percentiles of some rows. */
const without = (
  keys: readonly ('p95Ms' | 'p99Ms')[],
  isFew: (row: SummaryRow) => boolean = () => true,
): Summary => ({
  ...whole,
  rows: whole.rows.map((row) =>
    isFew(row) ? { ...row, ...Object.fromEntries(keys.map((key) => [key, undefined])) } : row,
  ),
});

describe('a percentile that too few answers claim', () => {
  it('has no point', () => {
    const chart = chartOf(without(['p99Ms'], isGreatest), 'throughput-latency-warm');

    expect(chart.plot).toMatchObject({ y: { title: expect.stringMatching('^p99, ms') } });
    expect(tipsOf(chart)).toHaveLength(4 * (LEVELS.length - 1));
  });

  it.each([
    [['p99Ms'], 'p95'],
    [['p95Ms', 'p99Ms'], 'median'],
  ] as const)('gives way to a lower one where hardly any row claims it (%j)', (keys, name) => {
    const chart = chartOf(without(keys), 'throughput-latency-warm');

    expect(chart.plot).toMatchObject({ y: { title: expect.stringMatching(`^${name}, ms`) } });
    expect(tipsOf(chart).filter((tip) => tip.includes(`at a ${name} of`))).toHaveLength(16);
    expect(chart.caption).toContain(`Drawn is the ${name}`);
  });

  it('has no line where no row of its target claims it', () => {
    const lines = linesOf(chartOf(without(['p95Ms', 'p99Ms']), 'response-time-warm'));

    expect(lines.map(({ stroke }) => stroke)).not.toContain('dotted');
  });
});
