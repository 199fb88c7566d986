import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import {
  barsOf,
  chartOf,
  failingWhere,
  linesOf,
  textsOf,
  tipsOf,
} from '../../../../support/run-charts.ts';

const whole = summarise(
  recordedRun({
    repeats: 2,
    durationSeconds: 6,
    scenarios: ['warm'],
    levels: [closed(1), closed(4), closed(16), closed(32)],
    hasSeconds: true,
  }),
);
const isGreatest = ({ engine, level }: SummaryRow): boolean =>
  engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 32;
const failing = failingWhere(whole, isGreatest);

const failingPoints = (name: string, of = failing) =>
  linesOf(chartOf(of, name)).flatMap(({ points }) =>
    points.filter(({ standing }) => standing === 'failing'),
  );

describe('levels that fail a check', () => {
  it.each([
    ['request-rate-warm', 4],
    ['response-time-warm', 8],
    ['throughput-latency-warm', 4],
  ])('are told apart in %s, and the legend says what they are', (name, count) => {
    expect(failingPoints(name)).toHaveLength(count);
    expect(textsOf(chartOf(failing, name))).toContain('fails a check');
    expect(failingPoints(name, whole)).toEqual([]);
    expect(textsOf(chartOf(whole, name))).not.toContain('fails a check');
  });

  it('say the same as before where they are pointed at', () => {
    const tips = tipsOf(chartOf(failing, 'request-rate-warm'));
    expect(tips).toEqual(tipsOf(chartOf(whole, 'request-rate-warm')));
    expect(tips).toHaveLength(4 * 4);
  });

  it('do not change what a no-op limit is worth', () => {
    const noopLimits = linesOf(chartOf(failing, 'request-rate-warm')).filter(
      ({ stroke }) => stroke === 'dashed',
    );
    expect(noopLimits).toHaveLength(4);
    for (const { points } of noopLimits) {
      expect(points.every(({ standing }) => standing === 'sound')).toBe(true);
    }
  });

  it('are failing curves where a chart shows one level', () => {
    const [first] = linesOf(chartOf(failing, 'seconds-warm'));
    expect(first?.points.every(({ standing }) => standing === 'failing')).toBe(true);
  });

  it('are faint bars, and the caption says so', () => {
    const [chart, sound] = [failing, whole].map((of) => chartOf(of, 'time-parts-warm'));
    expect(chart?.caption).toContain('Faint bars: the level fails a check.');
    expect(chart && barsOf(chart).filter(({ look }) => look === 'faint')).toHaveLength(4);
    expect(sound?.caption).not.toContain('Faint bars');
  });
});
