import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import {
  drawnGroups,
  renderPublishedPage,
} from '../../lib/bench/report/published/published-page.ts';
import { seriousProblems } from './support/axe.ts';
import { startChromium } from './support/chromium.ts';
import { foldedParts } from './support/folded.ts';
import { openReport } from './support/report-page.ts';

jest.setTimeout(60_000);

const narrow = { viewport: { width: 390, height: 800 } };

describe('the page of the published figures in Chromium', () => {
  let browser: Browser;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'published-page-'));
    file = join(folder, 'report.html');
    await writeFile(file, renderPublishedPage(drawnGroups()));
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has nothing that axe-core finds serious at 390 px, and asks for nothing', async () => {
    const { page, requests, complaints } = await openReport(browser, file, narrow);
    expect(await seriousProblems(page)).toEqual([]);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('can be scrolled by keyboard at 390 px with scripts off too, and has no button that does nothing', async () => {
    const { page } = await openReport(browser, file, { ...narrow, javaScriptEnabled: false });
    const plots = page.locator('.plot');
    expect(await page.locator('.plot[tabindex="0"]').count()).toBe(await plots.count());
    expect(await page.locator('button:visible').count()).toBe(0);
  });

  it('takes a serving out of all charts', async () => {
    const { page } = await openReport(browser, file);
    const button = page.getByRole('button', { name: 'TorchServe' }).first();
    const shapes = page.locator('[data-p="0"]:visible');
    expect(await shapes.count()).toBeGreaterThan(10);
    await button.click();
    expect(await shapes.count()).toBe(0);
    expect(await page.locator('[data-p="1"]:visible').count()).toBeGreaterThan(10);
  });

  it('leads to every section and every figure', async () => {
    const { page } = await openReport(browser, file);
    const [targets, ids] = await page.evaluate<[string[], string[]]>(`[
      [...document.querySelectorAll('nav a')].map((link) => link.hash),
      [...document.querySelectorAll('main > section, figure')].map(({ id }) => '#' + id),
    ]`);
    expect(targets.toSorted()).toEqual(ids.toSorted());
  });

  it('prints all points, which are folded on a screen, with scripts off too', async () => {
    const { page } = await openReport(browser, file, { javaScriptEnabled: false });
    const { count, unseen } = await foldedParts(page);
    expect(count).toBe(await page.locator('table').count());
    expect(unseen).toHaveLength(count);
    await page.emulateMedia({ media: 'print' });
    expect(await foldedParts(page)).toEqual({ count, unseen: [] });
  });
});
