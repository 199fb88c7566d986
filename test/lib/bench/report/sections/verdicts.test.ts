import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { verdictSection } from '../../../../../lib/bench/report/sections/verdicts.ts';
import { recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';

describe('the verdicts of a run', () => {
  it('have no section if there is one target', () => {
    const alone = summarise(recordedRun({ targets: recordedTargets().slice(0, 1), repeats: 1 }));

    expect(verdictSection(alone, new Map())).toBeUndefined();
  });
});
