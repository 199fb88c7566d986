import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { publishedRun, studySeries } from '../../../../support/published-run.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

const cold = studySeries('rest', 'cold');
const points = cold.flatMap((series) => series.points);
const summary = summarise(publishedRun(cold, () => ({ rate: () => 45, failed: 3 })));
const studyTips = (name: string): readonly string[] =>
  tipsOf(chartOf(summary, name)).filter((tip) => tip.includes('the study of 2021'));

describe('what the study published', () => {
  it('stands beside our request rates and medians, a point a level, with its reading error', () => {
    expect(studyTips('request-rate-cold')).toContain(
      'TorchServe, 10 VUs, the study of 2021\nrequest rate 66.5 ± 0.190 requests/s',
    );
    expect(studyTips('request-rate-cold')).toHaveLength(points.length);
    expect(studyTips('response-time-cold')).toHaveLength(points.length);
    for (const name of ['request-rate-cold', 'response-time-cold']) {
      const chart = chartOf(summary, name);
      const { caption } = chart;
      expect(textsOf(chart)).toContain('the study of 2021');
      expect(caption).toContain('Hollow: what the study of 2021 printed');
      expect(caption).toContain('on other machines');
    }
  });

  it('stands over our failures in the panels of targets of which requests failed', () => {
    expect(studyTips('failed-share-cold')).toHaveLength(points.length);
    expect(chartOf(summary, 'failed-share-cold').caption).toContain('Hollow');
  });

  it('is left out, and the caption says of whom, where it would press our rates flat', () => {
    const slow = summarise(publishedRun(cold, () => ({ rate: () => 2 })));
    const chart = chartOf(slow, 'request-rate-cold');
    expect(chart.caption).toMatch(
      /Far above this chart lies what the study of 2021 printed for TorchServe/,
    );
    expect(tipsOf(chart).join()).not.toContain('TorchServe, 10 VUs, the study');
    // That of TensorFlow Serving is as slow.
    expect(textsOf(chart)).toContain('the study of 2021');
  });

  it('is in no chart of a run that has no level in common with it', () => {
    const other = summarise(recordedRun({ repeats: 1, durationSeconds: 2, levels: [closed(3)] }));
    const chart = chartOf(other, 'request-rate-cold');
    expect([...textsOf(chart), chart.caption].join()).not.toContain('study');
  });
});
