import type { SloTrial } from '../../../../../lib/bench/analysis/slo/judge-trial.ts';
import type { SloSearchResult } from '../../../../../lib/bench/analysis/slo/slo-searches.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { runCharts } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { recordedPaths, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

const run = summarise(recordedRun({ repeats: 1, durationSeconds: 2, scenarios: ['warm'] }));
const trial = (ratePerSecond: number, overBound: number, valid: boolean): SloTrial => ({
  ratePerSecond,
  requests: 1000,
  overBound,
  valid,
  ...(valid ? { p99Ms: 35 } : { reason: 'Too many were late.' }),
});
const search = (path: SloSearchResult['path'], p99Ms: number): SloSearchResult => ({
  path,
  engine: 'onnx',
  p99Ms,
  state: 'found',
  trials: [trial(40, 30, false), trial(20, 1, true)],
  windowSeconds: 60,
});
const searches = recordedPaths().map((path) => search(path, 40));

describe('the chart of searches', () => {
  it('has a marker a trial by ascending rate, with its share over the bound and what that leaves open, and says why a rate is not carried', () => {
    const chart = chartOf({ ...run, sloSearches: searches }, 'slo-trials');
    expect(tipsOf(chart).slice(0, 2)).toEqual([
      'TorchServe, 20.0 requests/s\n1 of 1000 requests over 40 ms: 0.100 %; 98.0 % interval 0.001–0.662\np99 35.0 ms',
      'TorchServe, 40.0 requests/s\n30 of 1000 requests over 40 ms: 3.00 %; 98.0 % interval 1.88–4.51\ntoo few answers to claim a p99\nToo many were late.',
    ]);
    const texts = textsOf(chart);
    expect(texts).toContain('not shown to be carried');
    expect(texts).toContain('1 %');
    expect(texts).toContain('p99 within 40 ms');
  });

  it('has a place for a rate of which no request was late, at the foot of the axis', () => {
    const none = searches.map((one) => ({ ...one, trials: [trial(20, 0, true)] }));
    const chart = chartOf({ ...run, sloSearches: none }, 'slo-trials');
    expect(tipsOf(chart)[0]).toContain('0 of 1000 requests over 40 ms: 0 %');
    expect(chart.svg).not.toMatch(/NaN|Infinity/);
  });

  it('shows the windows that decided where a rate was measured again', () => {
    const again = searches.map((one) => ({
      ...one,
      trials: [
        { ...trial(20, 1, true), confirmation: { valid: true, requests: 900, overBound: 2 } },
      ],
    }));
    const [tip] = tipsOf(chartOf({ ...run, sloSearches: again }, 'slo-trials'));
    expect(tip).toMatch(/20\.0 requests\/s, measured again\n2 of 900 requests over 40 ms/);
  });

  it('says how many rates gave no figures', () => {
    const failed = { ratePerSecond: 60, valid: false, reason: 'The cell gave no figures: why' };
    const some = searches.map((one, index) =>
      index === 0 ? { ...one, trials: [...one.trials, failed] } : one,
    );
    const { caption } = chartOf({ ...run, sloSearches: some }, 'slo-trials');
    expect(caption).toMatch(/1 rate has no marker, as its cell gave no figures\.$/);
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
