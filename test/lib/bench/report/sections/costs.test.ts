import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { targetId } from '../../../../../lib/bench/model/measurement.ts';
import { renderCsv } from '../../../../../lib/bench/report/render-csv.ts';
import { costSection, targetsFile } from '../../../../../lib/bench/report/sections/costs.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { csvRecords } from '../../../../support/read-tables.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2, 4].map(closed) });
const summary = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });

const linesOf = (of: Summary) => csvRecords([...renderCsv(targetsFile(of), of)].join(''));

describe('targets.csv', () => {
  it('has a line for each target, engine and scenario, with cold starts in the cold ones', () => {
    const lines = linesOf(summary);

    expect(lines).toHaveLength(
      new Set(summary.rows.map((row) => `${row.target.serving} ${row.engine} ${row.scenario}`))
        .size,
    );
    for (const { scenario, cold_starts } of lines)
      expect(cold_starts !== '').toBe(scenario === 'cold');
  });

  it('has a further line for the cost within each further bound', () => {
    const [cost] = summary.costs?.targets ?? [];
    if (summary.costs === undefined || cost === undefined) throw new Error('no costs');
    const targets = [...summary.costs.targets, { ...cost, boundMs: 50 }];
    const lines = linesOf({ ...summary, costs: { ...summary.costs, targets } });

    expect(lines).toHaveLength(linesOf(summary).length + 1);
    expect(lines.filter(({ cost_bound_ms }) => cost_bound_ms === '50.0')).toMatchObject([
      { target: targetId(cost.target), cold_starts: '' },
    ]);
  });
});

describe('the section on costs', () => {
  it('is empty where no price is known', () => {
    expect(costSection(summary, new Map()).blocks).not.toEqual([]);
    expect(costSection(summarise(run), new Map()).blocks).toEqual([]);
  });
});
