import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { renderHtml } from '../../../lib/bench/report/render-html.ts';
import { reportOf } from '../../../lib/bench/report/report.ts';
import { recordedRun, type RecordedRunOptions } from '../../support/recorded-run.ts';

/** Writes the report of a recorded run into a folder. */
export const writeReportPage = async (
  folder: string,
  options: RecordedRunOptions = {},
): Promise<string> => {
  const summary = summarise(recordedRun(options));
  const file = join(folder, 'report.html');
  await writeFile(
    file,
    renderHtml(reportOf(summary, { data: ['summary.json', 'verdicts.csv', 'results.jsonl'] })),
  );
  return file;
};

/** A report that is open in a browser, with all that it asked for and complained about. */
export interface OpenReport {
  readonly page: Page;
  /** Whatever the page wanted to fetch beside itself; nothing of it was let through. */
  readonly requests: readonly string[];
  /** Errors and warnings on the console, exceptions, and what the security policy refused. */
  readonly complaints: readonly string[];
}

export const openReport = async (
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenReport> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.split('#')[0] === own) return route.continue();
    requests.push(url);
    return route.abort();
  });
  await page.goto(own);
  return { page, requests, complaints };
};
