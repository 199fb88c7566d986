import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { savingsNotice } from '../../../../lib/bench/report/savings-notice.ts';
import { closed, recordedRun, skippedCell } from '../../../support/recorded-run.ts';

const NO_CHARTS = { slo: [], cost: [] };

const run = recordedRun({ levels: [closed(1), closed(4)], repeats: 2, durationSeconds: 9 });
const records = run.records.map((record, index) =>
  record.kind === 'cell' && index % 4 === 0
    ? skippedCell(record.cell, { rule: index % 8 === 0 ? 'flat' : 'settled' })
    : record,
);

describe('the sentence about what early stopping saved', () => {
  it('counts cells and time by rule', () => {
    const text = savingsNotice(summarise({ ...run, records }));

    expect(text).toMatch(
      /^Early stopping left out 16 of 64 cells, 2 min 40 s of 10 min 40 s of load \(25\.0 %\): /,
    );
    expect(text).toContain('8 at levels between others of the same rate');
    expect(text).toContain('8 in repeats that would change no verdict');
    expect(text).not.toContain('node pair');
  });

  it('speaks of a single cell in the singular', () => {
    const [first, ...others] = run.records.filter(({ kind }) => kind === 'cell');
    const one = first?.kind === 'cell' ? [skippedCell(first.cell, { rule: 'ceiling' })] : [];

    expect(savingsNotice(summarise({ ...run, records: [...one, ...others] }))).toContain(
      ': 1 ceiling of what was left out. The report lists the reasons.',
    );
  });

  it('is followed by the reasons in the report, as HTML and as Markdown', () => {
    const summary = summarise({ ...run, records });
    const why = 'its order is settled';

    expect(renderHtml(summary, [], NO_CHARTS).split('id="left-out"')[1]).toContain(why);
    expect(renderMarkdown(summary, [], NO_CHARTS).split('Left out by early stopping')[1]).toContain(
      why,
    );
    expect(renderHtml(summarise(run), [], NO_CHARTS)).not.toContain('id="left-out"');
    expect(renderMarkdown(summarise(run), [], NO_CHARTS)).not.toContain('Left out by');
  });

  it('says on node pairs that each decided by itself', () => {
    const plan = { ...run.plan, where: 'aws' } as const;

    expect(savingsNotice(summarise({ ...run, plan, records }))).toContain(
      'Each node pair decided by what it had measured itself.',
    );
  });

  it('is none where all was measured', () => {
    expect(savingsNotice(summarise(run))).toBeUndefined();
  });
});
