import { publishedSeries } from '../../../../lib/bench/published/published-points.ts';
import { renderPublishedPage } from '../../../../lib/bench/report/published-page.ts';

const { html, charts } = renderPublishedPage();
const points = publishedSeries.flatMap((series) => series.points);

describe('the page of the published figures', () => {
  it('has every point with what its reading may be off', () => {
    const rows = [...html.matchAll(/<tr[\s\S]*?<\/tr>/g)].filter(([row]) => row.includes('<td'));

    expect(rows).toHaveLength(points.length);
    const readings = points.flatMap(({ medianMs, failedPercent, requestRatePerSecond }) => [
      medianMs,
      failedPercent,
      ...(requestRatePerSecond === undefined ? [] : [requestRatePerSecond]),
    ]);
    const missing = readings.filter(({ value, error }) => !html.includes(`${value} ± ${error}`));
    expect(missing).toEqual([]);
  });

  it('draws rate, median and failures of each group that the study drew, and no rate where it printed none', () => {
    const names = charts.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['published-rest-cold-rate', 'published-grpc-warm-median']),
    );
    expect(names).not.toContain('published-rest-warm-rate');
  });

  it('says first that the figures are those of others, and needs no script', () => {
    expect(html.indexOf('Figures of others')).toBeLessThan(html.indexOf('<h1>'));
    expect(html).not.toContain('<script');
  });
});
