import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Headings that skip a level are moderate to axe-core, and a maze to who reads by headings. */
const NEVER = ['heading-order'];

/** What axe-core finds serious or critical, and what is never to be, with the elements. */
export const seriousProblems = async (page: Page): Promise<string[]> => {
  const results = await page.evaluate<AxeResults>(
    `${axeSource}; axe.run({ resultTypes: ['violations'] })`,
  );
  return results.violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || NEVER.includes(id))
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};
