import { publishedSeries } from '../../../../../lib/bench/published/published-points.ts';
import { renderPublishedCsv } from '../../../../../lib/bench/report/published/published-csv.ts';
import {
  drawnGroups,
  renderPublishedPage,
} from '../../../../../lib/bench/report/published/published-page.ts';

const groups = drawnGroups();
const html = renderPublishedPage(groups);
const charts = groups.flatMap((group) => group.charts);
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

  it('says first that the figures are those of others', () => {
    expect(html.indexOf('Figures of others')).toBeLessThan(html.indexOf('<h1>'));
  });

  it('has a CSV file with every point and what its reading may be off', () => {
    const [names = '', ...lines] = renderPublishedCsv()
      .split('\r\n')
      .filter((line) => line !== '');
    expect(lines).toHaveLength(points.length);
    const [line] = lines.map((one) => one.split(','));
    const [point] = points;
    expect(line?.[names.split(',').indexOf('median_ms')]).toBe(String(point?.medianMs.value));
    expect(line?.[names.split(',').indexOf('median_error_ms')]).toBe(String(point?.medianMs.error));
  });
});
