import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { closed, recordedRun, recordedTargets } from '../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2].map(closed) });
const [alone] = recordedTargets();
const noop = recordedRun({ engines: ['noop'], scenarios: ['warm'], levels: [closed(1)] });

const sectionsOf = (data: RunData): readonly string[] =>
  reportOf(summarise(data)).sections.map(({ id }) => id);

describe('the title of a report', () => {
  it('names profile, time and tool, for the tab of a browser', () => {
    expect(reportOf(summarise(run)).title).toMatch(/^quick · 20\d\d-.* UTC · serving-compare$/);
  });
});

describe('the sections of a report', () => {
  it.each([
    [
      'cost',
      'no price is known',
      run,
      { ...run, plan: { ...run.plan, settings: { usdPerHour: 1 } } },
    ],
    ['verdicts', 'there is one target', recordedRun({ targets: [alone], repeats: 1 }), run],
    ['cold-starts', 'none was started cold', recordedRun({ scenarios: ['warm'] }), run],
    ['checks', 'only no-op limits were measured', noop, run],
  ])('leave out %s if %s', (id, _, without, data) => {
    expect(sectionsOf(without)).not.toContain(id);
    expect(sectionsOf(data)).toContain(id);
  });
});
