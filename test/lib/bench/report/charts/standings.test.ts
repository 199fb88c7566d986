import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Standing } from '../../../../../lib/bench/report/charts/plot.ts';
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
const pointsOf = (of: Summary, name: string, standing: Standing) =>
  linesOf(chartOf(of, `${name}-warm`)).flatMap(({ points }) =>
    points.filter((point) => point.standing === standing),
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
    expect(pointsOf(failing, name, 'failing')).toHaveLength(count);
    expect(textsOf(chartOf(failing, `${name}-warm`))).toContain('fails a check');
    expect(pointsOf(whole, name, 'failing')).toEqual([]);
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

/** The summary with too few answers for some percentiles in some rows. */
const supporting = (p95: boolean, isWeak: (row: SummaryRow) => boolean): Summary => ({
  ...whole,
  rows: whole.rows.map((row) =>
    isWeak(row) ? { ...row, percentileSupport: { p95, p99: false, p999: false } } : row,
  ),
});

describe('a percentile that too few answers support', () => {
  it('has faint markers, which say so, as do legend and caption', () => {
    const weak = supporting(true, isGreatest);
    const chart = chartOf(weak, 'throughput-latency-warm');
    expect(pointsOf(weak, 'throughput-latency', 'weak')).toHaveLength(4);
    expect(textsOf(chart)).toContain('too few answers');
    expect(chart.caption).toContain('Faint: too few answers to claim a p99.');
    const tips = tipsOf(chart);
    expect(tips.filter((tip) => tip.endsWith('; too few answers to claim it'))).toHaveLength(4);
    expect(tips).toHaveLength(4 * LEVELS.length);
    expect(pointsOf(whole, 'throughput-latency', 'weak')).toEqual([]);
  });

  it.each([
    [true, 'p95'],
    [false, 'median'],
  ])('gives way to a lower one where hardly any row supports it (p95: %p)', (p95, name) => {
    const chart = chartOf(
      supporting(p95, () => true),
      'throughput-latency-warm',
    );
    expect(chart.plot).toMatchObject({ y: { title: expect.stringMatching(`^${name}, ms`) } });
    expect(tipsOf(chart).filter((tip) => tip.includes(`at a ${name} of`))).toHaveLength(16);
    expect(chart.caption).toContain(`Drawn is the ${name}`);
  });

  it('has no line where no point of its target supports it', () => {
    const ofOne = supporting(true, ({ target }) => target.serving === 'tfserving');
    const labels = linesOf(chartOf(ofOne, 'throughput-latency-warm')).map(({ label }) => label);
    expect(labels).toHaveLength(3);
    expect(labels).not.toContain('TensorFlow Serving');

    const none = supporting(false, () => true);
    expect(linesOf(chartOf(none, 'response-time-warm')).map(({ stroke }) => stroke)).not.toContain(
      'dotted',
    );
  });
});
