import type { Page } from 'playwright-core';

/** The number of foldable parts of the page, and the texts of those that are not visible. */
export const foldedParts = (
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
