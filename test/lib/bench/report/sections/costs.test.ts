import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { renderCsv } from '../../../../../lib/bench/report/render-csv.ts';
import { costsFile, costSection } from '../../../../../lib/bench/report/sections/costs.ts';
import { csvRecords } from '../../../../support/read-tables.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2, 4].map(closed) });
const summary = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });

describe('What a million answers cost', () => {
  it('has a line in costs.csv for each target, scenario and bound', () => {
    const { costs } = summary;
    const [cost] = costs?.targets ?? [];
    if (costs === undefined || cost === undefined) throw new Error('no costs');
    const targets = [...costs.targets, { ...cost, boundMs: 50 }];
    const lines = csvRecords([...renderCsv(costsFile({ ...costs, targets }), summary)].join(''));

    expect(lines.map(({ bound_ms }) => bound_ms)).toEqual([...costs.targets.map(() => ''), '50.0']);
  });

  it('has no section where no price is known', () => {
    expect(costSection(summary, new Map()).blocks).not.toEqual([]);
    expect(costSection(summarise(run), new Map()).blocks).toEqual([]);
  });
});
