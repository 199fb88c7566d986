import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { targetId } from '../../../../lib/bench/model/measurement.ts';
import { COST_COLUMNS, priceText } from '../../../../lib/bench/report/cost-columns.ts';
import { costSection } from '../../../../lib/bench/report/html/cost-section.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import { targetLines } from '../../../../lib/bench/report/target-markdown.ts';
import { renderTargetsCsv } from '../../../../lib/bench/report/targets-csv.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2, 4, 8, 16].map(closed) });
const summary = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });
const labels = targetLabels(summary.rows.map((row) => row.target));

/** What every output must show of the targets, in the order of the tables. */
const figures = (summary.costs?.targets ?? [])
  .flatMap((one) => COST_COLUMNS.filter(({ isFigure }) => isFigure).map(({ text }) => text(one)))
  .filter((text) => text !== '–');

describe('what a run says of its targets', () => {
  it('is in HTML, Markdown and CSV alike', () => {
    const html = costSection(summary, labels, [])?.text;
    const markdown = targetLines(summary, labels).join('\n');
    const csv = renderTargetsCsv(summary);
    expect(figures.length).toBeGreaterThan(40);
    for (const text of new Set(figures)) {
      expect(html).toContain(`<td class="n">${text}</td>`);
      expect(markdown).toContain(` ${text} |`);
      expect(csv).toMatch(new RegExp(`(^|,)${text.replaceAll('.', '\\.')}(,|\r)`, 'm'));
    }
  });

  it('has a line a target, engine and scenario in targets.csv, with cold starts in the cold ones', () => {
    const lines = renderTargetsCsv(summary)
      .split('\r\n')
      .filter((line) => line !== '');
    const [head = '', ...rows] = lines;
    expect(rows).toHaveLength(
      new Set(summary.rows.map((row) => `${row.target.serving} ${row.engine} ${row.scenario}`))
        .size,
    );
    const at = head.split(',').indexOf('cold_starts');
    for (const row of rows) {
      const fields = row.split(',');
      expect(fields.at(at - head.split(',').length) !== '').toBe(fields[2] === 'cold');
    }
  });

  it('has a further line in targets.csv for the cost within each further bound', () => {
    const [cost] = summary.costs?.targets ?? [];
    if (summary.costs === undefined || cost === undefined) throw new Error('no costs');
    const targets = [...summary.costs.targets, { ...cost, boundMs: 50 }];
    const lines = renderTargetsCsv({ ...summary, costs: { ...summary.costs, targets } }).split(
      '\r\n',
    );

    expect(lines).toHaveLength(renderTargetsCsv(summary).split('\r\n').length + 1);
    const further = lines.filter((line) => line.split(',').includes('50.0'));
    expect(further).toHaveLength(1);
    expect(further[0]).toContain(targetId(cost.target));
  });

  it('says whose price it is, and when it was read', () => {
    expect(targetLines(summary, labels).join('\n')).toContain('$0.72 an hour, as given');
    expect(
      priceText({ usdPerHour: 0.7, kind: 'list', region: 'us-east-1', date: '2026-10-08' }),
    ).toBe(
      'Price: $0.7 an hour for a node pair with its addresses and disks, list prices of us-east-1, read on 2026-10-08.',
    );
  });

  it('leaves the cost out where no price is known', () => {
    const unpriced = summarise(run);
    expect(costSection(unpriced, labels, [])).toBeUndefined();
    expect(targetLines(unpriced, labels).join('\n')).not.toContain('## Cost\n');
  });
});
