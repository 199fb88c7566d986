import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { glanceLines } from '../../../../lib/bench/report/glance-lines.ts';
import { pathLabels } from '../../../../lib/bench/report/labels.ts';
import { closed, recordedPaths, recordedRun } from '../../../support/recorded-run.ts';

const linesOf = (summary: Summary): ReadonlyMap<string, string> =>
  new Map(
    glanceLines(
      summary,
      pathLabels(
        summary.rows.map(({ path }) => path),
        summary.plan,
      ),
    ).map(({ name, value }) => [name, value]),
  );

const run = recordedRun({
  repeats: 5,
  durationSeconds: 4,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
});
const summary = summarise(run);

describe('a run at a glance', () => {
  it('says who won in the words of its verdict on the next one', () => {
    const clear = summarise(
      recordedRun({
        repeats: 5,
        durationSeconds: 60,
        scenarios: ['warm'],
        levels: [closed(16)],
        paths: recordedPaths().slice(1),
      }),
    );
    const value = linesOf(clear).get('Fastest, warm, 16 VUs') ?? '';
    const sentences = (clear.verdicts ?? []).flatMap(({ verdicts }) =>
      verdicts.map(({ sentence }) => sentence),
    );

    expect(value).toMatch(
      /^Triton \(PyTorch\), faster than each of 2 others\. At 16 virtual users/,
    );
    expect(sentences.some((sentence) => value.endsWith(sentence))).toBe(true);
  });

  it('says which verdicts are withheld, and why', () => {
    // The first of the recorded paths fails 1.8 % of its requests.
    expect(linesOf(summary).get('Fastest, warm, 16 VUs')).toMatch(
      /3 of 6 verdicts are withheld: The protocol of TorchServe .* failed, and a verdict allows 1 %\.$/,
    );
  });

  it('names no winner where nothing is decided', () => {
    const [family] = summary.verdicts ?? [];
    if (family === undefined) throw new Error('no verdicts');
    const verdicts = family.verdicts.map((verdict) => ({ ...verdict, word: 'undecided' as const }));
    const value = linesOf({ ...summary, verdicts: [{ ...family, verdicts }] });
    expect([...value.values()].join()).toMatch(
      /No winner: none of 3 paths was faster than another beyond doubt/,
    );
  });

  it('has a price where one is known, and else says how to get one', () => {
    expect(linesOf(summary).get('At what price')).toMatch(/^Not known: .*--price-per-hour/);
    const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });
    expect(linesOf(priced).get('At what price')).toMatch(
      /^\$[\d.]+ for a million right answers \(95 %: [\d.]+–[\d.]+\) with .*; at \$0\.72 an hour\.$/,
    );
  });

  it('says what speaks for the figures', () => {
    expect(linesOf(summary).get('Why believe it')).toMatch(
      /^\d+ of \d+ cells measured\. 4 of 4 paths answered rightly before they were timed\. \d+ of 8 rows pass every gate that could be asked\. No row took more than [\d.]+ % of what the apparatus carries by itself\./,
    );
  });
});
