import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderHead } from '../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../lib/bench/report/report.ts';

/** The columns of a terminal, beside a page of 1280 pixels and on a phone of 390. */
export const TERMINAL_COLUMNS = { wide: 100, narrow: 56 } as const;

/** What of a report is not folded, without its markup. */
const pageText = (summary: Summary): string => {
  const report = reportOf(summary);
  const open = report.sections.filter(({ isFolded }) => isFolded !== true);
  return renderHtml({ ...report, sections: open })
    .replace(/<(style|script|title|desc)[^>]*>[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
};

/**
 * The text that pictures of a run show. It is kept, so that a test sees where they show words of the past.
 *
 * @param open the file that its answer names
 */
export const shownText = (summary: Summary, open: string): string =>
  [
    ...Object.values(TERMINAL_COLUMNS).map((width) =>
      renderHead(reportOf(summary, { page: open }), { color: false, width }),
    ),
    `${pageText(summary)}\n`,
  ].join('\n');
