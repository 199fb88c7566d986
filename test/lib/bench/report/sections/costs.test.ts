import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { costSection } from '../../../../../lib/bench/report/sections/costs.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2, 4].map(closed) });
const summary = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });

describe('What a million answers cost', () => {
  it('has no section if no price is known', () => {
    expect(costSection(summary, new Map())).toBeDefined();
    expect(costSection(summarise(run), new Map())).toBeUndefined();
  });
});
