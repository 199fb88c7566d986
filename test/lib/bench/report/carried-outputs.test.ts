import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { standingOf } from '../../../../lib/bench/analysis/verdicts/standing.ts';
import type { VerdictFamily } from '../../../../lib/bench/analysis/verdicts/verdict.ts';
import { verdictSection } from '../../../../lib/bench/report/html/verdict-section.ts';
import { savingsNotice } from '../../../../lib/bench/report/savings-notice.ts';
import { renderTable } from '../../../../lib/bench/report/terminal-table.ts';
import { renderVerdictCsv } from '../../../../lib/bench/report/verdict-csv.ts';
import { verdictLines } from '../../../../lib/bench/report/verdict-markdown.ts';
import { headlinesOf } from '../../../../lib/bench/report/verdict-texts.ts';
import { pathLabels } from '../../../../lib/bench/wording/labels.ts';
import { earlyRun } from '../../../support/early-run.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../support/read-tables.ts';

const summary = summarise(earlyRun());
const labels = pathLabels(
  summary.rows.map(({ path }) => path),
  summary.plan,
);

const familyAt = (users: number): VerdictFamily => {
  const family = summary.verdicts?.find(
    ({ level }) => level.loop === 'closed' && level.virtualUsers === users,
  );
  if (family === undefined) throw new Error('no such load');
  return family;
};
const leftOut = familyAt(80);
/** The run as if it had no other load, so that what was left out stands first. */
const alone: Summary = { ...summary, verdicts: [leftOut] };

describe('a word that was carried to a load that was left out', () => {
  it('has the word of both ends, the stretches that it comes from, and no figure', () => {
    expect(leftOut.verdicts.map(({ word }) => word)).toEqual(
      familyAt(100).verdicts.map(({ word }) => word),
    );
    for (const verdict of leftOut.verdicts) {
      expect(verdict).toMatchObject({
        carried: { first: { fromUsers: 10, toUsers: 100 }, second: { toUsers: 100 } },
        repeats: 0,
      });
      for (const figure of ['ratio', 'pValue', 'adjustedPValue', 'withheld', 'repeatsAhead'])
        expect(verdict).not.toHaveProperty(figure);
      expect(verdict.sentence).toMatch(
        /^At 80 virtual users, warm.* carried more requests per second than .* \(carried, not measured at this load: both rates are flat from 10 to 100 virtual users, and this is the order at all loads that were measured there\)/,
      );
    }
    expect(leftOut.basis).toMatch(
      /^6 words are carried from other loads: as sure as if measured only where/,
    );
  });

  it('is marked in JSON, and read back as it was', () => {
    const [verdict] = (JSON.parse(JSON.stringify(alone)) as Summary).verdicts?.[0]?.verdicts ?? [];

    expect(verdict).toEqual(leftOut.verdicts[0]);
  });

  it('is marked in CSV', () => {
    const lines = csvRecords([...renderVerdictCsv(alone)].join(''));

    expect(lines).toHaveLength(6);
    for (const line of lines) {
      expect(line).toMatchObject({
        word: expect.stringMatching(/^(faster|slower) \(carried\)$/) as string,
        carried_from: '10–100 VUs',
        ratio: '',
        ratio_low: '',
        p_ratio_1: '',
        p_word_adjusted: '',
      });
    }
  });

  it('is marked in HTML, in Markdown and on the terminal', () => {
    const [page] = htmlTables(verdictSection(alone, labels)?.text ?? '');
    const [markdown] = markdownTables(verdictLines(alone, labels).join('\n'));
    const [sentence = ''] = headlinesOf(alone).flatMap(({ sentences }) => sentences);

    for (const rows of [page?.rows, markdown?.rows]) {
      expect(rows).toHaveLength(6);
      for (const row of rows ?? []) {
        expect(row[2]).toMatch(/^(faster|slower) \(carried\)$/);
        expect(row[3]).toBe('10–100 VUs');
        expect(row.slice(4, 10)).toEqual(Array.from({ length: 6 }, () => '–'));
      }
    }
    const terminal = renderTable(alone, { color: false, width: 400 });
    expect(sentence).toContain('(carried, not measured at this load');
    expect(terminal).toContain(sentence);
  });

  it('names no winner and makes no headline', () => {
    expect(standingOf(leftOut).judged).toEqual([]);
    expect(headlinesOf(summary)[0]?.family.level).toEqual({ loop: 'closed', virtualUsers: 100 });
  });

  it('is counted beside what was saved', () => {
    expect(savingsNotice(summary)).toContain(
      '18 words at loads that were left out are carried from those around them and marked so.',
    );
  });

  it('is withheld where the curves cross, with the reason why the load was left out', () => {
    // 5 % up and down; at 100 the one is ahead that is behind at 10.
    const crossing = summarise(
      earlyRun(({ serving }, users) => {
        const tilt = (users - 55) / 45;
        return serving === 'torchserve' ? 100 * (1 + 0.05 * tilt) : 100 * (1 - 0.05 * tilt);
      }),
    );
    const inside = (crossing.verdicts ?? []).filter(
      ({ level }) => level.loop === 'closed' && level.virtualUsers === 80,
    );

    expect(inside.flatMap(({ verdicts }) => verdicts)).toHaveLength(6);
    for (const verdict of inside.flatMap(({ verdicts }) => verdicts)) {
      expect(verdict.carried).toBeUndefined();
      expect(verdict.withheld).toContain('was left out here: from 10 to 100');
    }
  });
});
