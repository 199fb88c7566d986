import type { Level } from '../../../../../lib/bench/model/measurement.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { renderMarkdown } from '../../../../../lib/bench/report/render-markdown.ts';
import { renderCsv } from '../../../../../lib/bench/report/render-csv.ts';
import {
  verdictFootnote,
  verdictSection,
  verdictsFile,
} from '../../../../../lib/bench/report/sections/verdicts.ts';
import { csvRecords } from '../../../../support/read-tables.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';

const summary = summarise(
  recordedRun({ repeats: 5, durationSeconds: 4, levels: [closed(4), closed(16)] }),
);
const section = verdictSection(summary, new Map());

const footnoteAt = (...levels: readonly Level[]) =>
  verdictFootnote(
    summarise(recordedRun({ repeats: 3, durationSeconds: 2, levels })).verdicts ?? [],
  );

describe('the verdicts of a run', () => {
  it('are all in the CSV file, with an empty field where there is no figure', () => {
    const lines = csvRecords([...renderCsv(verdictsFile(summary), summary)].join(''));
    const { headline, verdicts = [] } = summary;
    const all = [...(headline?.verdicts ?? []), ...verdicts.flatMap((family) => family.verdicts)];

    expect(lines.filter(({ scenario }) => scenario === 'all')).toHaveLength(6);
    expect(lines.map(({ ratio }) => ratio === '')).toEqual(
      all.map(({ ratio }) => ratio === undefined),
    );
  });

  it('say how many are withheld, and why', () => {
    // The first of the recorded targets fails 1.8 % of its requests.
    expect(renderMarkdown({ title: '', head: [], sections: [section] })).toMatch(
      /^- 3 of 6 verdicts withheld: TorchServe .* failed/m,
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

    expect(verdictSection(alone, new Map()).blocks).toEqual([]);
  });
});
