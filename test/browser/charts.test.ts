import type { Browser, Page } from 'playwright-core';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { chartsOf } from '../../lib/bench/report/charts/chart-set.ts';
import { drawChart } from '../../lib/bench/report/charts/draw-chart.ts';
import { manyMeasurements } from '../bench/report/many-measurements.ts';
import { withCpuTime } from '../support/with-cpu-time.ts';
import { startChromium } from './support/chromium.ts';

/** Twelve targets with long names, of which the charts show ten, at ten levels. */
const many = summarise(withCpuTime(manyMeasurements({ targets: 12, levels: 10, repeats: 2 })));
const charts = chartsOf(many).groups.flatMap((group) => group.charts);

/** Texts that overlap another one or reach beyond the edge of the drawing. */
const MISPLACED_TEXTS = `
  const svg = document.querySelector('svg');
  const edge = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map((text) => ({
    words: text.textContent,
    box: text.getBoundingClientRect(),
  }));
  const touch = (one, other) =>
    one.left < other.right - 1 && other.left < one.right - 1 &&
    one.top < other.bottom - 4 && other.top < one.bottom - 4;
  texts.flatMap(({ words, box }, index) => [
    ...(box.left < edge.left || box.right > edge.right || box.bottom > edge.bottom ? [words + ' is cut'] : []),
    ...texts.slice(index + 1).filter((other) => touch(box, other.box)).map((other) => words + ' on ' + other.words),
  ])`;

describe('charts in Chromium', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage();
  });

  afterAll(() => browser?.close());

  it.each(charts.map((chart) => [chart.name, chart] as const))(
    'have no overlapping and no cut texts in %s',
    async (_, chart) => {
      await page.setContent(drawChart(chart));
      expect(await page.locator('text').count()).toBeGreaterThan(8);
      expect(await page.evaluate<string[]>(MISPLACED_TEXTS)).toEqual([]);
    },
  );
});
