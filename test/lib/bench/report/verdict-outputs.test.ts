import type { Level } from '../../../../lib/bench/model/measurement.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { renderVerdictCsv } from '../../../../lib/bench/report/verdict-csv.ts';
import { DECIDED_COLUMNS, formatPValue } from '../../../../lib/bench/report/verdict-columns.ts';
import { verdictSection } from '../../../../lib/bench/report/html/verdict-section.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import { renderTable } from '../../../../lib/bench/report/terminal-table.ts';
import { verdictLines } from '../../../../lib/bench/report/verdict-markdown.ts';
import { headlinesOf, verdictFootnote } from '../../../../lib/bench/report/verdict-texts.ts';
import { csvCell } from '../../../../lib/bench/report/keyed-column.ts';
import { csvRecords } from '../../../support/read-tables.ts';
import { closed, recordedTargets, recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(
  recordedRun({ repeats: 5, durationSeconds: 4, levels: [closed(4), closed(16)] }),
);
const labels = targetLabels(
  summary.rows.map(({ target }) => target),
  summary.plan,
);
const headlines = headlinesOf(summary);
const html = verdictSection(summary, labels)?.text ?? '';
const markdown = verdictLines(summary, labels).join('\n');
const csv = [...renderVerdictCsv(summary)].join('');

/** The figures of each headline row, as every table writes them. */
const expected = headlines.flatMap(({ rows }) =>
  rows.map((verdict) => DECIDED_COLUMNS.map(({ text }) => text(verdict))),
);

const unescaped = (text: string): string => text.replace(/&lt;/g, '<').trim();

const footnoteAt = (...levels: readonly Level[]) =>
  verdictFootnote(summarise(recordedRun({ repeats: 3, durationSeconds: 2, levels })));

describe('the verdicts of a run', () => {
  it('read alike in HTML and in Markdown', () => {
    const shownTables = html.slice(0, html.indexOf('<details>'));
    const htmlRows = [...shownTables.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td class="n">([\s\S]*?)<\/td>/g)].map(([, measurement = '']) =>
        unescaped(measurement),
      ),
    );
    const markdownRows = markdown
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (First|---)/.test(line))
      .map((line) =>
        line
          .split(' | ')
          .map(unescaped)
          .slice(3, 3 + DECIDED_COLUMNS.length),
      );

    expect(
      htmlRows
        .filter((measurements) => measurements.length > 0)
        .map((measurements) => measurements.slice(0, DECIDED_COLUMNS.length)),
    ).toEqual(expected);
    expect(markdownRows).toEqual(expected);
  });

  it('are all in the CSV file, with an empty field where there is no figure', () => {
    const lines = csv.trimEnd().split('\r\n');
    const names = lines[0]?.split(',') ?? [];
    const all = (summary.verdicts ?? []).flatMap(({ verdicts }) => verdicts);
    const from = names.indexOf('ratio');

    expect(names.slice(-2)).toEqual(['compared', 'run_valid']);
    expect(lines.slice(1).map((line) => line.split(',').slice(from, from + 6))).toEqual(
      all.map((verdict) => DECIDED_COLUMNS.map((column) => csvCell(column, verdict))),
    );
    const read = csvRecords(csv);
    const pValues = read.map(({ p_ratio_1 }) => (p_ratio_1 === '' ? undefined : Number(p_ratio_1)));
    expect(pValues.some((value = 0) => value > 0 && value < 0.0001)).toBe(true);
    expect(pValues.map((value) => formatPValue(value))).toEqual(
      all.map(({ pValue }) => formatPValue(pValue)),
    );
    // A number of repeats, or one that it lies above.
    for (const { repeats_to_decide, repeats_to_decide_above } of read) {
      expect(
        [repeats_to_decide, repeats_to_decide_above].filter((text) => text !== '').length,
      ).toBeLessThan(2);
      expect([repeats_to_decide, repeats_to_decide_above].map(Number)).not.toContain(Number.NaN);
    }
  });

  it('stand on the terminal as sentences, before the figures, with what they rest on', () => {
    const text = renderTable(summary, { color: false, width: 120 });
    const [first = ''] = headlines.flatMap(({ sentences }) => sentences);

    expect(first).not.toBe('');
    expect(text.indexOf(first)).toBeGreaterThan(0);
    expect(text.indexOf(first)).toBeLessThan(text.indexOf('req/s'));
    expect(text.split(headlines[0]?.family.basis ?? '')).toHaveLength(2);
  });

  it('say how many are withheld, and why', () => {
    // The first of the recorded targets fails 1.8 % of its requests.
    expect(headlines[0]?.remarks.join()).toMatch(
      /^3 of 6 verdicts withheld: The protocol of .* failed/,
    );
  });

  it('say how to read the ratios that they hold, of rates, of medians or of both', () => {
    const open = { loop: 'open', ratePerSecond: 20, arrivals: 'poisson' } as const;

    expect(footnoteAt(closed(4))).toMatch(
      /^Ratio of rates \(closed loop\): request rate of the first ÷/,
    );
    expect(footnoteAt(closed(4))).not.toContain('median response time');
    expect(footnoteAt(open)).toMatch(
      /^Ratio of medians \(open loop\): median response time of the first ÷/,
    );
    expect(footnoteAt(open)).toContain('p99 is not judged');
    expect(footnoteAt(open)).toContain('half the distance of the percentiles 50 ± 50 ÷ √n');
    expect(footnoteAt(open)).not.toContain('Ratio of rates');
    expect(footnoteAt(closed(4), open)).toMatch(/^Ratio of rates .* Ratio of medians /);
  });

  it('have no section where there is one target', () => {
    const alone = summarise(recordedRun({ targets: recordedTargets().slice(0, 1), repeats: 1 }));

    expect(verdictSection(alone, labels)).toBeUndefined();
    expect(verdictLines(alone, labels)).toEqual([]);
  });
});

describe('a p value', () => {
  it.each([
    [0.0496, '0.0496'],
    [0.000_01, '<0.0001'],
    [1, '1.0000'],
    [undefined, '–'],
  ])('of %p reads %s', (value, text) => {
    expect(formatPValue(value)).toBe(text);
  });
});
