import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, failingWhere, linesOf, textsOf } from '../../../../support/run-charts.ts';

const LEVELS = [closed(1), closed(4), closed(16)];
const summary = summarise(
  recordedRun({ repeats: 2, durationSeconds: 60, scenarios: ['warm'], levels: LEVELS }),
);
const linesIn = (of: Summary) => linesOf(chartOf(of, 'throughput-warm'));

/** Strokes and colours of the lines. */
const strokesIn = (of: Summary): readonly string[] =>
  linesIn(of).map(({ stroke, look }) => `${stroke} ${look.colour.name}`);

const marksIn = (of: Summary) =>
  linesIn(of).flatMap(({ points }) => points.flatMap(({ mark }) => mark ?? []));

const everyTarget = (...strokes: readonly string[]): readonly string[] =>
  strokes.flatMap((stroke) => [1, 2, 3, 4].map((colour) => `${stroke} target${colour}`));

describe('the chart of throughput against latency', () => {
  it('has a line for the median and one for the p99 of each target, with a point for each level', () => {
    expect(strokesIn(summary)).toEqual(everyTarget('solid', 'dotted'));
    const [first] = linesIn(summary);
    const rows = summary.rows.filter(({ engine }) => engine === 'onnx').slice(0, LEVELS.length);
    expect(first?.points).toMatchObject(
      rows.map(({ requestRatePerSecond, p50Ms }) => ({
        x: requestRatePerSecond?.value,
        y: p50Ms?.value,
      })),
    );
  });

  it('begins at a rate of zero', () => {
    const { plot } = chartOf(summary, 'throughput-warm');
    expect(plot.x.title).toBe('requests/s');
    expect(plot.x.scale.domain()[0]).toBe(0);
  });

  it('has no p99 that no row of its target has enough answers to claim', () => {
    const rows = summary.rows.map((row) => ({ ...row, p99Ms: undefined }));
    expect(strokesIn({ ...summary, rows })).toEqual(everyTarget('solid'));
  });

  it('has other markers for levels that fail a check, which the legend explains', () => {
    const failing = failingWhere(
      summary,
      ({ engine, level }) =>
        engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 1,
    );
    expect(marksIn(summary)).toEqual([]);
    expect(marksIn(failing)).toEqual(Array.from({ length: 8 }, () => 'failing'));
    const [legend, ...others] = [failing, summary].map((of) =>
      textsOf(chartOf(of, 'throughput-warm')),
    );
    expect(legend).toHaveLength(1 + (others[0]?.length ?? 0));
  });
});
