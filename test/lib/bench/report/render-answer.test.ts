import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { renderAnswer } from '../../../../lib/bench/report/render-answer.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1), closed(8)], repeats: 4 });
const answerTo = (data = run, width = 200): string =>
  renderAnswer(summarise(data), 'results/a/report.html', { color: false, width }) ?? '';

describe('The answer of a run', () => {
  it('fits into a dozen lines of a hundred columns', () => {
    const lines = answerTo().trimEnd().split('\n');

    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('ranks the targets and holds each against the slowest', () => {
    const rows = answerTo().match(/^ {2}.* req\/s .*$/gm) ?? [];

    expect(rows).toHaveLength(run.plan.targets.length);
    // One fails too many requests.
    expect(rows.map((row) => /faster than|slowest$|no verdict/.exec(row)?.[0])).toEqual([
      'faster than',
      'faster than',
      'slowest',
      'no verdict',
    ]);
  });

  it('says first that a run is invalid, and why', () => {
    const records = run.records.slice(0, -1);

    expect(answerTo({ ...run, records })).toMatch(/^INVALID: The run was cut off/);
  });

  it('is none where no verdict could be given', () => {
    const single = summarise(recordedRun({ levels: [closed(1)], repeats: 1 }));

    expect(renderAnswer(single, 'x', { color: false, width: 80 })).toBeUndefined();
  });

  it('calls none the slowest where the verdicts do not', () => {
    const { headline, ...summary } = summarise(run);
    if (headline === undefined) throw new Error('no verdicts');
    const verdicts = headline.verdicts.map((verdict) =>
      verdict.ratio === undefined
        ? verdict
        : {
            ...verdict,
            judgement: { word: 'noisy' as const },
            ratio: { value: 1.1, interval: { low: 0.9, high: 1.4, confidence: 0.99 } },
          },
    );
    const answer = renderAnswer({ ...summary, headline: { ...headline, verdicts } }, 'x', {
      color: false,
      width: 100,
    });

    expect(answer).toContain('last, but not shown');
    expect(answer).not.toMatch(/ {2}slowest$/m);
  });
});
