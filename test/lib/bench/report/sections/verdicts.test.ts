import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { renderCsv } from '../../../../../lib/bench/report/render-data.ts';
import { verdictSection, verdictsFile } from '../../../../../lib/bench/report/sections/verdicts.ts';
import { csvRecords } from '../../../../support/read-tables.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';

const summary = summarise(
  recordedRun({ repeats: 5, durationSeconds: 4, levels: [closed(4), closed(16)] }),
);

describe('the verdicts of a run', () => {
  it('are all in the CSV file, with an empty field if there is no figure', () => {
    const lines = csvRecords([...renderCsv(verdictsFile(summary), summary)].join(''));
    const { headline, verdicts = [] } = summary;
    const all = [...(headline?.verdicts ?? []), ...verdicts.flatMap((family) => family.verdicts)];

    expect(lines.filter(({ scenario }) => scenario === 'all')).toHaveLength(6);
    expect(lines.map(({ ratio }) => ratio === '')).toEqual(
      all.map(({ ratio }) => ratio === undefined),
    );
  });

  it('have no section if there is one target', () => {
    const alone = summarise(recordedRun({ targets: recordedTargets().slice(0, 1), repeats: 1 }));

    expect(verdictSection(alone, new Map()).blocks).toEqual([]);
  });
});
