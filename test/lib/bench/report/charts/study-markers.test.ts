import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { publishedRun, studySeries } from '../../../../support/published-run.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, linesOf, textsOf, tipsOf } from '../../../../support/run-charts.ts';

const cold = studySeries('rest', 'cold');
const points = cold.flatMap((series) => series.points);
const hollowOf = (of: Summary, name: string) =>
  linesOf(chartOf(of, name)).filter(({ stroke }) => stroke === 'hollow');

describe('the markers of the study of 2021', () => {
  it('stand beside our request rates and medians, a point a level, with its reading error', () => {
    const summary = summarise(publishedRun(cold));
    expect(tipsOf(chartOf(summary, 'request-rate-cold'))).toContain(
      'TorchServe (image), 10 VUs\nrequest rate 66.5 requests/s, ± 0.190, in the study of 2021',
    );
    for (const name of ['request-rate-cold', 'response-time-cold']) {
      expect(hollowOf(summary, name).flatMap((line) => line.points)).toHaveLength(points.length);
      expect(textsOf(chartOf(summary, name))).toContain('the study of 2021');
      expect(chartOf(summary, name).caption).toContain('on other machines');
    }
  });

  it('do not stretch the axis: those outside it are left out, and the caption says how many', () => {
    const slow = summarise(publishedRun(cold, () => ({ rate: () => 2 })));
    const chart = chartOf(slow, 'request-rate-cold');
    expect(chart.plot).toMatchObject({ y: { domain: [0, 2] } });
    const shown = hollowOf(slow, 'request-rate-cold').flatMap((line) => line.points);
    expect(shown.length).toBeLessThan(points.length);
    expect(shown.every(({ y }) => y <= 2)).toBe(true);
    expect(chart.caption).toContain(
      `${points.length - shown.length} of ${points.length} figures of the study lie outside`,
    );
  });

  it('are in no chart of a run that has no level in common with the study', () => {
    const other = summarise(recordedRun({ repeats: 1, durationSeconds: 2, levels: [closed(3)] }));
    expect(hollowOf(other, 'request-rate-cold')).toEqual([]);
    expect(chartOf(other, 'request-rate-cold').caption).not.toContain('study');
  });
});
