import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

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

const dashes = (svg: string): number => [...svg.matchAll(/stroke-dasharray="7,4"/g)].length;

describe('a p99 that too few answers support', () => {
  const [sound, faint] = [whole, weak].map((of) => chartOf(of, 'throughput-latency-warm'));

  it('is joined to the others by a faint dashed line, and legend and caption say why', () => {
    // One line a path, the key, and its series without a point.
    expect(dashes(faint?.svg ?? '')).toBe(6);
    expect(faint === undefined ? [] : textsOf(faint)).toContain('too few answers');
    expect(faint?.caption).toContain('Faint and dashed: too few answers to claim a p99.');
  });

  it('says so where it is pointed at', () => {
    const said = faint === undefined ? [] : tipsOf(faint);
    expect(said.filter((tip) => tip.endsWith('; too few answers to claim it'))).toHaveLength(4);
    expect(said).toHaveLength(8);
  });

  it('leaves a chart of sound points as it is', () => {
    expect(dashes(sound?.svg ?? '')).toBe(0);
    expect(sound === undefined ? [] : textsOf(sound)).not.toContain('too few answers');
  });
});
