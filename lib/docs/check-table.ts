import { CHECKS } from '../bench/analysis/checks/check.ts';
import { checkFacts } from '../bench/analysis/checks/check-facts.ts';
import { markdownTable } from './markdown-table.ts';

/** What is asked of every result, with its limit, as a Markdown table. */
export const checkTable = (): string =>
  markdownTable([
    ['check', 'question', 'limit'],
    ...CHECKS.map((check) => {
      const { title, asks, limit } = checkFacts[check];
      return [title, asks, limit];
    }),
  ]);
