import type { Page } from 'playwright-core';

/** How many parts of the page are folded away, beside its list of contents, and the texts of those that cannot be seen. */
export const foldedParts = (
  page: Page,
): Promise<{ readonly count: number; readonly unseen: readonly string[] }> =>
  page.evaluate(`(() => {
    const parts = [...document.querySelectorAll('main details > :not(summary)')];
    const isSeen = (part) => part.checkVisibility() && part.getBoundingClientRect().height > 0;
    return {
      count: parts.length,
      unseen: parts.filter((part) => !isSeen(part)).map((part) => part.textContent.trim().slice(0, 60)),
    };
  })()`);
