import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import {
  chartOf,
  failingWhere,
  pointAttributesOf,
  tipsOf,
} from '../../../../support/run-charts.ts';

const run = recordedRun({
  repeats: 6,
  durationSeconds: 20,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
});
const summary = summarise(run);
/** The path of each point that stands out, and `grey`, or nothing, for the others. */
const coloured = (chart: Chart): string[] =>
  pointAttributesOf(chart).map((attributes) => {
    const [, colour, path = ''] = /class="f-(\w+)[^"]*" data-p="(\d)"/.exec(attributes) ?? [];
    if (colour === 'muted') return 'grey';
    return colour === 'surface' ? '' : path;
  });

describe('the chart of rate against waiting', () => {
  it('has every level of every path, and colours those that no other one beats in both beyond doubt', () => {
    const chart = chartOf(summary, 'pareto-warm');
    const rows = summary.rows.filter(({ engine }) => engine === 'onnx');
    expect(tipsOf(chart)).toHaveLength(rows.length);
    const shown = coloured(chart);
    expect(shown).toHaveLength(rows.length);
    // The fastest path of the recorded run is better than all others in both, at each of its levels.
    expect(new Set(shown)).toEqual(new Set(['grey', '2']));
    expect(chart.description).toMatch(/beats in both: Triton \(PyTorch\) at \d/);
  });

  it('greys nothing that a verdict or the intervals leave undecided', () => {
    const doubtful = {
      ...summary,
      rows: summary.rows.map((row): SummaryRow => ({ ...row, intervals: {} })),
      verdicts: (summary.verdicts ?? []).map((family) => ({
        ...family,
        verdicts: family.verdicts.map((verdict) => ({ ...verdict, word: 'undecided' as const })),
      })),
    };
    const chart = chartOf(doubtful, 'pareto-warm');

    expect(coloured(chart)).not.toContain('grey');
    expect(chart.caption).toContain('Coloured, off the line: which is better is undecided.');
  });

  it('is of the p99 where every row can claim one, and else of a lower percentile', () => {
    expect(tipsOf(chartOf(summary, 'pareto-warm'))[0]).toMatch(/; p99 [\d.]+ ms/);
    const short = summarise(recordedRun({ repeats: 1, durationSeconds: 2, scenarios: ['warm'] }));
    const { caption } = chartOf(short, 'pareto-warm');
    expect(tipsOf(chartOf(short, 'pareto-warm'))[0]).toMatch(/; median [\d.]+ ms/);
    expect(caption).toContain(
      'Drawn is the median, as not every point has the answers to claim a p99.',
    );
  });

  it('puts nothing that fails a gate on the frontier', () => {
    const failing = failingWhere(
      summary,
      ({ engine, path }) => engine === 'onnx' && path.serving === 'triton_pytorch',
    );
    const chart = chartOf(failing, 'pareto-warm');
    expect(coloured(chart)).not.toContain('2');
    expect(chart.caption).toContain('What fails a gate is on no frontier.');
  });

  it('has no frontier where every level fails a gate, and says so', () => {
    const chart = chartOf(
      failingWhere(summary, () => true),
      'pareto-warm',
    );
    expect(new Set(coloured(chart))).toEqual(new Set(['']));
    expect(chart.description).toContain('none, as every level fails a gate.');
  });

  it('says what a point costs where a price is known', () => {
    const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.9 } } });
    expect(tipsOf(chartOf(priced, 'pareto-warm'))[0]).toMatch(/cost [\d.]+ \$ a million/);
    expect(chartOf(priced, 'pareto-warm').caption).toContain('one price an hour');
    expect(chartOf(summary, 'pareto-warm').caption).not.toContain('price');
  });
});
