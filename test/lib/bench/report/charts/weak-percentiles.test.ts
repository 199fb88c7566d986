import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, linePanelsOf, linesOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

const whole = summarise(
  recordedRun({
    repeats: 2,
    durationSeconds: 60,
    scenarios: ['warm'],
    levels: [closed(1), closed(4)],
  }),
);

/** The summary with too few answers for a p99 at the greatest level. */
const weak: Summary = {
  ...whole,
  rows: whole.rows.map((row) =>
    row.level.loop === 'closed' && row.level.virtualUsers === 4
      ? { ...row, percentileSupport: { p95: true, p99: false, p999: false } }
      : row,
  ),
};

const weakPoints = (chart: Chart) =>
  linesOf(chart).flatMap(({ points }) => points.filter(({ standing }) => standing === 'weak'));

describe('a p99 that too few answers support', () => {
  const [sound, faint] = [
    chartOf(whole, 'throughput-latency-warm'),
    chartOf(weak, 'throughput-latency-warm'),
  ];

  it('is told apart from the others, and legend and caption say why', () => {
    expect(weakPoints(faint)).toHaveLength(4);
    expect(textsOf(faint)).toContain('too few answers');
    expect(faint.caption).toContain('Faint and dashed: too few answers to claim a p99.');
  });

  it('says so where it is pointed at', () => {
    const said = tipsOf(faint);
    expect(said.filter((tip) => tip.endsWith('; too few answers to claim it'))).toHaveLength(4);
    expect(said).toHaveLength(8);
  });

  it('leaves a chart of sound points as it is', () => {
    expect(weakPoints(sound)).toEqual([]);
    expect(textsOf(sound)).not.toContain('too few answers');
  });
});

const supporting = (p95: boolean, isWeak: (row: SummaryRow) => boolean): Summary => ({
  ...whole,
  rows: whole.rows.map((row) =>
    isWeak(row) ? { ...row, percentileSupport: { p95, p99: false, p999: false } } : row,
  ),
});

describe('a p99 that hardly any row supports', () => {
  it.each([
    [true, 'p95'],
    [false, 'median'],
  ])(
    'gives way to a lower percentile, which axis and points name (p95 supported: %p)',
    (p95, name) => {
      const chart = chartOf(
        supporting(p95, () => true),
        'throughput-latency-warm',
      );
      expect(linePanelsOf(chart)[0]?.y.title).toMatch(new RegExp(`^${name}, ms`));
      expect(tipsOf(chart)).toHaveLength(8);
      expect(tipsOf(chart).filter((tip) => tip.includes(`at a ${name} of`))).toHaveLength(8);
      expect(tipsOf(chart).join(' ')).not.toMatch(/p99|too few/);
      expect(chart.caption).toContain(`Drawn is the ${name}, as most points have too few answers`);
    },
  );

  it('stays out where no point of its target supports it', () => {
    const chart = chartOf(
      supporting(true, ({ target }) => target.serving === 'tfserving'),
      'throughput-latency-warm',
    );
    expect(tipsOf(chart)).toHaveLength(6);
    expect(tipsOf(chart).join(' ')).toMatch(/p99/);
    expect(tipsOf(chart).join(' ')).not.toContain('TensorFlow Serving,');
  });

  it('takes a p95 out of the response times too where none is supported', () => {
    const chart = chartOf(
      supporting(false, () => true),
      'response-time-warm',
    );
    expect(tipsOf(chart)).toHaveLength(8);
    expect(textsOf(chart)).not.toContain('p95');
    expect(chart.caption).toContain('Too few answers support a 95th percentile.');
  });
});
