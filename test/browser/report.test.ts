import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { pathToFileURL } from 'node:url';
import { startChromium } from './support/chromium.ts';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { reportOf } from '../../lib/bench/report/report.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { recordedRun, withMeasurements, type RecordedRunOptions } from '../support/recorded-run.ts';
import { withCpuTime } from '../support/with-cpu-time.ts';

/**
 * A recorded run whose windows begin one after the other, so that no point lies on another one. The CPU time of each serving is known in the
 * first repeat only, so that it has no verdict.
 */
const spreadRun = (options: RecordedRunOptions): RunData => {
  let at = Date.parse('2026-01-02T03:00:00.000Z');
  const run = withCpuTime(recordedRun(options), ({ target, repeat }) =>
    repeat === 1 ? 10 * target.serving.length : undefined,
  );
  return withMeasurements(run, (record) => {
    at += 5000;
    return { ...record, load: { ...record.load, startedAt: new Date(at).toISOString() } };
  });
};

/** Writes the report of a recorded run into a folder and returns its path. */
const writeReportPage = async (
  folder: string,
  options: RecordedRunOptions = {},
): Promise<string> => {
  const file = join(folder, 'report.html');
  await writeFile(file, renderHtml(reportOf(summarise(spreadRun(options)))));
  return file;
};

/** A report that is open in a browser. */
interface OpenReport {
  readonly page: Page;
  /** URLs that the page tried to fetch besides itself; all were blocked. */
  readonly requests: readonly string[];
  /** Console errors and warnings, including those of the security policy, and exceptions. */
  readonly complaints: readonly string[];
}

const openReport = async (
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenReport> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.split('#')[0] === address) return route.continue();
    requests.push(url);
    return route.abort();
  });
  await page.goto(address);
  return { page, requests, complaints };
};

/** The number of foldable parts of the page, and the texts of those that are not visible. */
const foldedParts = (
  page: Page,
): Promise<{ readonly count: number; readonly unseen: readonly string[] }> =>
  page.evaluate(`(() => {
    const parts = [...document.querySelectorAll('main details > :not(summary)')];
    const isVisible = (part) => part.checkVisibility() && part.getBoundingClientRect().height > 0;
    return {
      count: parts.length,
      unseen: parts.filter((part) => !isVisible(part)).map((part) => part.textContent.trim().slice(0, 60)),
    };
  })()`);

const axeSource = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious here although axe-core rates it moderate: screen readers navigate by headings. */
const SERIOUS = ['heading-order'];

/** The serious and critical findings of axe-core, with their elements. */
const seriousProblems = async (page: Page): Promise<string[]> => {
  const results = await page.evaluate<AxeResults>(
    `${axeSource}; axe.run({ resultTypes: ['violations'] })`,
  );
  return results.violations
    .filter(
      ({ id, impact }) => impact === 'serious' || impact === 'critical' || SERIOUS.includes(id),
    )
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};

describe('the report in Chromium', () => {
  let browser: Browser;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'report-page-'));
    file = await writeReportPage(folder, { durationSeconds: 4, repeats: 3 });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens offline without requests and without errors', async () => {
    const { page, requests, complaints } = await openReport(browser, file);
    expect(await page.locator('h1').innerText()).not.toBe('');
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('draws its charts with a line for every target', async () => {
    const { page } = await openReport(browser, file);
    const figures = await page.locator('figure:visible').all();
    expect(figures.length).toBe(6);
    for (const figure of figures) {
      const box = await figure.locator('svg').first().boundingBox();
      expect(box?.width).toBeGreaterThan(300);
      expect(box?.height).toBeGreaterThan(150);
    }
    // Four targets at three levels, with their medians.
    expect(await page.locator('#throughput-warm use[href$="-00"]').count()).toBe(3);
    expect(await page.locator('#throughput-warm svg g > use:first-of-type').count()).toBe(2 * 4);
  });

  it.each([
    ['throughput', /^TorchServe \(.*\)\n1 VU\nrequest rate [\d.]+ requests\/s.*\nmedian [\d.]+ ms/],
    ['response-times', /^TorchServe \(.*\), 16 VUs\np50 [\d.]+ ms$/],
    ['over-time', /^TorchServe \(.*\), 1 VU\nrepeat 1, \d\d:\d\d:\d\d UTC\n[\d.]+ requests\/s/],
    ['cpu-time', /^TorchServe \(.*\)\n1 VU\nCPU time 100 ms a request$/],
    ['time-parts', /^TorchServe \(.*\), 1 VU\nload generator: network [\d.]+ ms of [\d.]+ ms$/],
  ])(
    'shows the figures of the point of %s under the mouse, and hides them when the mouse leaves',
    async (name, figures) => {
      const { page } = await openReport(browser, file);
      const tip = page.locator('#tip');
      expect(await tip.isVisible()).toBe(false);
      await page.locator(`#${name}-warm svg :is(use, rect[stroke])`).first().hover();
      expect(await tip.innerText()).toMatch(figures);
      await page.locator('h1').hover();
      expect(await tip.isVisible()).toBe(false);
    },
  );

  it('shows the figures of a point that a finger touches, until it touches another place', async () => {
    const { page } = await openReport(browser, file, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    const tip = page.locator('#tip');
    await page.locator('#over-time-warm use').first().tap();
    expect(await tip.innerText()).toMatch(/\nrepeat 1, /);
    await page.locator('#over-time-warm figcaption').tap();
    expect(await tip.isVisible()).toBe(false);
  });

  it('reads a chart point by point with the keyboard', async () => {
    const { page } = await openReport(browser, file);
    const plot = page.locator('#throughput-warm .plot');
    const spoken = page.getByRole('status');
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    expect(await spoken.innerText()).toMatch(/^TorchServe \(.*\) 1 VU /);
    await page.keyboard.press('ArrowRight');
    expect(await spoken.innerText()).toMatch(/^TorchServe \(.*\) 4 VUs /);
    await page.keyboard.press('ArrowLeft');
    expect(await spoken.innerText()).toMatch(/^TorchServe \(.*\) 1 VU /);
    await page.keyboard.press('Escape');
    expect(await page.locator('#tip').isVisible()).toBe(false);
  });

  it('reaches charts and tables with the tab key', async () => {
    const { page } = await openReport(browser, file);
    await page.locator('summary').first().click();
    await page.locator('h1').click();
    const reached = new Set<string>();
    for (let presses = 0; presses < 120; presses++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(`document.activeElement.className`));
    }
    expect([...reached]).toEqual(expect.arrayContaining(['plot', 'scroll', 'anchor']));
  });

  it.each(['light', 'dark'] as const)(
    'has no serious accessibility problem in the %s scheme, even with a tooltip',
    async (colorScheme) => {
      const { page } = await openReport(browser, file, { colorScheme });
      expect(await seriousProblems(page)).toEqual([]);
      await page.locator('#throughput-warm .plot').focus();
      await page.keyboard.press('ArrowRight');
      expect(await seriousProblems(page)).toEqual([]);
    },
  );

  it('follows the colour scheme of the reader in the page and its charts', async () => {
    const looks = await Promise.all(
      (['light', 'dark'] as const).map(async (colorScheme) => {
        const { page } = await openReport(browser, file, { colorScheme });
        return page.evaluate<string[]>(`[
          getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.querySelector('svg .f-ink')).fill,
          getComputedStyle(document.querySelector('svg .s-target1')).stroke,
        ]`);
      }),
    );
    const [light, dark] = looks;
    light?.forEach((colour, index) => expect(dark?.[index]).not.toBe(colour));
  });

  it('is complete with scripts off: figures, charts, tables and links', async () => {
    const { page, complaints } = await openReport(browser, file, { javaScriptEnabled: false });
    expect(await page.locator('figure svg:visible').count()).toBe(6);
    await page.locator('summary').first().click();
    expect(await page.locator('table:visible').count()).toBeGreaterThan(0);
    expect(await page.locator('figure svg title').count()).toBeGreaterThan(20);
    await page.locator('a.anchor').first().click();
    expect(page.url()).toMatch(/#ranking$/);
    expect(complaints).toEqual([]);
  });

  it('links to a figure', async () => {
    const { page } = await openReport(browser, file);
    await page.getByRole('link', { name: 'Link to this figure: Response times' }).first().click();
    expect(page.url()).toMatch(/#response-times-warm$/);
    expect(await page.locator('#response-times-warm').isVisible()).toBe(true);
  });

  it.each([320, 390, 768, 1400])(
    'does not scroll sideways at %p px, even with all sections open',
    async (width) => {
      const { page } = await openReport(browser, file, { viewport: { width, height: 800 } });
      const overflow = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
      expect(await page.evaluate(overflow)).toBe(0);
      await page.evaluate(
        `for (const part of document.querySelectorAll('details')) part.open = true`,
      );
      expect(await page.evaluate(overflow)).toBe(0);
    },
  );

  it('has tables that fit a page of 1280 px, even folded ones', async () => {
    const { page } = await openReport(browser, file, { viewport: { width: 1280, height: 800 } });
    const wide = await page.evaluate<string[]>(`
      for (const details of document.querySelectorAll('details')) details.open = true;
      [...document.querySelectorAll('.scroll')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((table) => table.getAttribute('aria-label'))`);
    expect(await page.locator('table:visible').count()).toBeGreaterThan(8);
    expect(wide).toEqual([]);
  });

  it('shows the finding, the ranking and the checks on its first screen', async () => {
    const { page } = await openReport(browser, file, { viewport: { width: 1280, height: 800 } });
    for (const selector of ['h1', '#ranking', '.answers .mark >> nth=-1']) {
      const box = await page.locator(selector).boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(800);
    }
  });

  it('is at most six screens long before anything is opened', async () => {
    const { page } = await openReport(browser, file, { viewport: { width: 1280, height: 800 } });
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');

    expect(height).toBeLessThan(6 * 800);
  });

  it('opens a closed section when a link leads to it', async () => {
    const { page } = await openReport(browser, file);
    const section = page.locator('#checks');
    expect(await section.isVisible()).toBe(false);
    await page.goto(`${page.url()}#checks`);
    expect(await section.isVisible()).toBe(true);
  });

  it('lets keyboard users skip its head', async () => {
    const { page } = await openReport(browser, file);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    // The browser follows the link after the key press has returned.
    await expect(page.waitForURL(/#main$/, { timeout: 60_000 })).resolves.toBeUndefined();
  });

  it.each([320, 360, 390])(
    'shows complete charts at %p px, with texts of at least 8 px',
    async (width) => {
      const { page } = await openReport(browser, file, { viewport: { width, height: 800 } });
      const [cut, sizes] = await page.evaluate<[string[], number[]]>(`[
      [...document.querySelectorAll('.plot')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((plot) => plot.getAttribute('aria-label')),
      [...document.querySelectorAll('figure svg')].flatMap((svg) => {
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return [...svg.querySelectorAll('text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * scale);
      }),
    ]`);
      expect(cut).toEqual([]);
      expect(sizes.length).toBeGreaterThan(100);
      expect(Math.min(...sizes)).toBeGreaterThan(8);
    },
  );

  it('scrolls a chart that is wider than the screen to the current point of the keyboard', async () => {
    const { page } = await openReport(browser, file, { viewport: { width: 240, height: 800 } });
    const plot = page.locator('#response-times-warm .plot');
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    expect(
      await page.evaluate(`document.querySelector('#response-times-warm .plot').scrollLeft`),
    ).toBe(0);
    // The fifth percentile of the first line is at the right end.
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight');
    expect(
      await page.evaluate(`document.querySelector('#response-times-warm .plot').scrollLeft`),
    ).toBeGreaterThan(0);
  });

  it('prints on white pages, without parts that work only on a screen', async () => {
    const { page } = await openReport(browser, file, { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(2);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('a.anchor:visible').count()).toBe(0);
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  it('prints all folded parts, even with scripts off', async () => {
    const { page } = await openReport(browser, file, { javaScriptEnabled: false });
    const { count, unseen } = await foldedParts(page);
    expect(count).toBeGreaterThan(5);
    expect(unseen).toHaveLength(count);
    await page.emulateMedia({ media: 'print' });
    expect(await foldedParts(page)).toEqual({ count, unseen: [] });
  });
});
