import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, failingWhere, linesOf, textsOf } from '../../../../support/run-charts.ts';

const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 4 }));

/** Strokes and colours of the lines of a chart. */
const strokesOf = (name: string): readonly string[] =>
  linesOf(chartOf(summary, name)).map(({ stroke, look }) => `${stroke} ${look.colour.name}`);
const everyTarget = (...strokes: readonly string[]): readonly string[] =>
  strokes.flatMap((stroke) => [1, 2, 3, 4].map((colour) => `${stroke} target${colour}`));

describe('the charts of figures over the load', () => {
  it('have a line for each target, and one for its p95', () => {
    expect(strokesOf('request-rate-cold')).toEqual(everyTarget('solid'));
    expect(strokesOf('response-time-warm')).toEqual(everyTarget('solid', 'dotted'));
  });

  it('plot against the offered rate in an open loop', () => {
    const levels = [10, 20].map(
      (ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals: 'poisson' }) as const,
    );
    const open = summarise(
      recordedRun({ levels, scenarios: ['warm'], repeats: 1, durationSeconds: 4 }),
    );

    expect(chartOf(open, 'request-rate-warm-open-poisson').plot).toMatchObject({
      x: { title: 'offered rate, requests/s' },
    });
  });
});

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
    expect(failingIn(passing, name)).toEqual([]);
    const [legend, ...others] = [failing, passing].map((of) =>
      textsOf(chartOf(of, `${name}-warm`)),
    );
    expect(legend).toHaveLength(1 + (others[0]?.length ?? 0));
  });
});

describe('a p95 from too few answers', () => {
  it('has no line if no row of its target claims it', () => {
    const rows = passing.rows.map((row) => ({ ...row, p95Ms: undefined }));
    const lines = linesOf(chartOf({ ...passing, rows }, 'response-time-warm'));

    expect(lines.map(({ stroke }) => stroke)).not.toContain('dotted');
  });
});
