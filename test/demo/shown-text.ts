import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderHead } from '../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../lib/bench/report/report.ts';

/** Columns of a terminal on a desktop (1280 pixels) and on a phone (390 pixels). */
export const TERMINAL_COLUMNS = { wide: 100, narrow: 56 } as const;

/** The text of a report that is not folded, without markup. */
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
 * The text that the pictures of a run show; a test compares it with the current one to find outdated pictures.
 *
 * @param page the path of the report, which the answer names
 */
export const shownText = (summary: Summary, page: string): string =>
  [
    ...Object.values(TERMINAL_COLUMNS).map((width) =>
      renderHead(reportOf(summary, { page }), { color: false, width }),
    ),
    `${pageText(summary)}\n`,
  ].join('\n');
