import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { writeComparison } from '../../lib/bench/report/comparison/write-comparison.ts';
import { writeRecordedRunFolder } from '../support/recorded-run-folder.ts';
import { recordedRun } from '../support/recorded-run.ts';
import { seriousProblems } from './support/axe.ts';
import { startChromium } from './support/chromium.ts';
import { foldedParts } from './support/folded.ts';
import { openReport } from './support/report-page.ts';

jest.setTimeout(60_000);

describe('the comparison of two runs in Chromium', () => {
  let browser: Browser;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'comparison-page-'));
    const [before, after] = await Promise.all(
      [7, 9].map(async (seed) => {
        const own = await mkdtemp(join(folder, 'run-'));
        await writeRecordedRunFolder(own, recordedRun({ durationSeconds: 2, repeats: 3, seed }));
        return own;
      }),
    );
    const files = await writeComparison(before ?? '', after ?? '', join(folder, 'comparison'));
    file = files.html;
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core finds serious in the %s scheme, and asks for nothing',
    async (colorScheme) => {
      const { page, requests, complaints } = await openReport(browser, file, { colorScheme });
      expect(await page.locator('table tbody tr').count()).toBeGreaterThan(5);
      expect(await seriousProblems(page)).toEqual([]);
      expect([requests, complaints]).toEqual([[], []]);
    },
  );

  it('prints what it folds', async () => {
    const { page } = await openReport(browser, file);
    const { count, unseen } = await foldedParts(page);
    expect(count).toBeGreaterThan(0);
    expect(unseen).toHaveLength(count);
    await page.emulateMedia({ media: 'print' });
    expect(await foldedParts(page)).toEqual({ count, unseen: [] });
  });
});
