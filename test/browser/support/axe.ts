import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious here although axe-core rates it moderate: screen readers navigate by headings. */
const SERIOUS = ['heading-order'];

/** The serious and critical findings of axe-core, with their elements. */
export const seriousProblems = async (page: Page): Promise<string[]> => {
  const results = await page.evaluate<AxeResults>(
    `${axeSource}; axe.run({ resultTypes: ['violations'] })`,
  );
  return results.violations
    .filter(
      ({ id, impact }) => impact === 'serious' || impact === 'critical' || SERIOUS.includes(id),
    )
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};
