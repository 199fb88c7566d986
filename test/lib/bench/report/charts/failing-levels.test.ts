import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import {
  chartOf,
  failingWhere,
  pointAttributesOf,
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

/** Dashed as lines to points that fail are, those of the legend among them. */
const dashes = (svg: string): number => [...svg.matchAll(/stroke-dasharray="3,4"/g)].length;

const hollow = (chart: Chart): number =>
  pointAttributesOf(chart).filter((attributes) => attributes.includes('f-surface s-path')).length;

describe('levels that fail a check', () => {
  it.each(['request-rate-warm', 'response-time-warm', 'throughput-latency-warm'])(
    'are joined to the others by a faint dashed line in %s, and the legend says what it is',
    (name) => {
      const chart = chartOf(failing, name);
      // One line a target, the key, and its series without a point.
      expect(dashes(chart.svg)).toBe(6);
      expect(textsOf(chart)).toContain('fails a check');
      expect(dashes(chartOf(whole, name).svg)).toBe(0);
      expect(textsOf(chartOf(whole, name))).not.toContain('fails a check');
    },
  );

  it('say the same as before where they are pointed at', () => {
    const tips = tipsOf(chartOf(failing, 'request-rate-warm'));
    expect(tips).toEqual(tipsOf(chartOf(whole, 'request-rate-warm')));
    expect(tips).toHaveLength(4 * 4);
  });

  it('have hollow markers, and no other level has', () => {
    expect(hollow(chartOf(failing, 'request-rate-warm'))).toBe(4);
    expect(hollow(chartOf(whole, 'request-rate-warm'))).toBe(0);
  });

  it('are faint curves where a chart shows one level', () => {
    expect(textsOf(chartOf(failing, 'seconds-warm'))).toContain('fails a check');
  });

  it('are faint bars, and the caption says so', () => {
    for (const name of ['time-parts-warm', 'failed-share-warm']) {
      expect(chartOf(failing, name).caption).toContain('Faint bars: the level fails a check.');
      expect(chartOf(whole, name).caption).not.toContain('Faint bars');
    }
  });
});
