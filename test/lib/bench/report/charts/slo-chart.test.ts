import type { SloSearchResult } from '../../../../../lib/bench/analysis/slo/slo-searches.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { runCharts } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { recordedPaths, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

const run = summarise(recordedRun({ repeats: 1, durationSeconds: 2, scenarios: ['warm'] }));
const trial = (ratePerSecond: number, p99Ms: number, valid: boolean) => ({
  ratePerSecond,
  p99Ms,
  valid,
  ...(valid ? {} : { reason: 'Too many were late.' }),
});
const search = (path: SloSearchResult['path'], p99Ms: number): SloSearchResult => ({
  path,
  engine: 'onnx',
  p99Ms,
  state: 'found',
  trials: [trial(40, p99Ms + 9, false), trial(20, p99Ms - 5, true)],
  windowSeconds: 60,
});
const searches = recordedPaths().map((path) => search(path, 40));

describe('the chart of searches', () => {
  it('has a marker a trial by ascending rate, and says why a rate is not carried', () => {
    const chart = chartOf({ ...run, sloSearches: searches }, 'slo-trials');
    expect(tipsOf(chart).slice(0, 2)).toEqual([
      'TorchServe, 20.0 requests/s\np99 35.0 ms',
      'TorchServe, 40.0 requests/s\np99 49.0 ms; Too many were late.',
    ]);
    expect(textsOf(chart)).toContain('not shown to be carried');
    expect(textsOf(chart)).toContain('SLO: 40 ms');
  });

  it('has a panel a bound', () => {
    const more = [...searches, ...recordedPaths().map((path) => search(path, 80))];
    const texts = textsOf(chartOf({ ...run, sloSearches: more }, 'slo-trials'));
    expect(texts).toContain('p99 within 40 ms');
    expect(texts).toContain('p99 within 80 ms');
  });

  it('is not drawn where nothing was tried', () => {
    expect(runCharts(run).slo).toEqual([]);
    const untried = searches.map((one) => ({ ...one, trials: [] }));
    expect(runCharts({ ...run, sloSearches: untried }).slo).toEqual([]);
  });
});
