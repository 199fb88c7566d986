import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { renderHtml } from '../../../lib/bench/report/render-html.ts';
import { reportOf } from '../../../lib/bench/report/report.ts';
import { recordedRun, type RecordedRunOptions } from '../../support/recorded-run.ts';

/** Writes the report of a recorded run into a folder and returns its path. */
export const writeReportPage = async (
  folder: string,
  options: RecordedRunOptions = {},
): Promise<string> => {
  const file = join(folder, 'report.html');
  await writeFile(file, renderHtml(reportOf(summarise(recordedRun(options)))));
  return file;
};

/** A report that is open in a browser. */
export interface OpenReport {
  readonly page: Page;
  /** URLs that the page tried to fetch besides itself; all were blocked. */
  readonly requests: readonly string[];
  /** Console errors and warnings, including those of the security policy, and exceptions. */
  readonly complaints: readonly string[];
}

export const openReport = async (
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
