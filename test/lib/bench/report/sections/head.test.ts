import { join } from 'node:path';
import type { CheckResult } from '../../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { formatFigure } from '../../../../../lib/bench/wording/format-number.ts';
import { answerLines, headBlocks } from '../../../../../lib/bench/report/sections/head.ts';
import { targetLabels } from '../../../../../lib/bench/wording/labels.ts';
import { readRunFolder } from '../../../../../lib/bench/results/run-folder.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';
import { withSlowerAnswers } from '../../../../support/slower-answers.ts';

const linesOf = (summary: Summary): ReadonlyMap<string, string> =>
  new Map(
    answerLines(
      summary,
      targetLabels(
        summary.rows.map(({ target }) => target),
        summary.plan,
      ),
    ).map(({ name, text }) => [name, text]),
  );

const asPassed = (result: CheckResult): CheckResult =>
  result.state === 'failed' ? { ...result, state: 'passed' } : result;

const run = recordedRun({
  repeats: 5,
  durationSeconds: 4,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
});
const summary = summarise(run);
const passing: Summary = {
  ...summary,
  rows: summary.rows.map((row) =>
    row.checks === undefined ? row : { ...row, checks: row.checks.map(asPassed) },
  ),
};

/** The same verdict, had it been too noisy, unless it is withheld. */
const openOf = (verdict: Verdict): Verdict =>
  verdict.judgement.word === 'withheld' ? verdict : { ...verdict, judgement: { word: 'noisy' } };

describe('a run at a glance', () => {
  it.each([
    [1, 1],
    [2, 0],
  ])('says why there are no verdicts where it has one target (%d)', (count, notices) => {
    const targets = recordedTargets().slice(0, count);
    const some = summarise(recordedRun({ targets, scenarios: ['warm'], levels: [closed(4)] }));
    const text = JSON.stringify(headBlocks(some, new Map()));

    expect(text.split('There are no verdicts').length - 1).toBe(notices);
  });

  it('says who won in the words of its verdict on the next one', () => {
    const clear = summarise(
      recordedRun({
        repeats: 5,
        durationSeconds: 60,
        scenarios: ['warm'],
        levels: [closed(16)],
        targets: recordedTargets().slice(1),
      }),
    );
    const value = linesOf(clear).get('Fastest, warm, 16 VUs') ?? '';
    const sentences = (clear.headline?.verdicts ?? []).map(({ sentence }) => sentence);

    expect(value).toMatch(
      /^Triton \(PyTorch\), faster than each of 2 others\. At 16 virtual users/,
    );
    expect(sentences.some((sentence) => value.endsWith(sentence))).toBe(true);
  });

  it('says at an open loop whose median response is the shortest, with the verdict on the next one', () => {
    const level = { loop: 'open', ratePerSecond: 20, arrivals: 'constant' } as const;
    const data = recordedRun({
      repeats: 5,
      durationSeconds: 30,
      scenarios: ['warm'],
      levels: [level],
      targets: recordedTargets().slice(1),
    });
    const factors: Readonly<Record<string, number>> = { tfserving: 0.1, triton_pytorch: 3 };
    const open = summarise(
      withSlowerAnswers(data, ({ measurement }) => factors[measurement.target.serving] ?? 1),
    );
    const value = linesOf(open).get('Shortest median response, warm, 20/s constant') ?? '';

    expect(value).toMatch(
      /^TensorFlow Serving, faster than each of 2 others\. At 20 requests\/s \(constant\), .* the median response of the protocol of TensorFlow Serving in JSON took 0\.\d+ to 0\.\d+ times as long as that of the protocol of Triton \(TensorFlow\)/,
    );
  });

  it('says who won a recorded run over all its loads, and how surely', async () => {
    const folder = join(import.meta.dirname, '../../../../demo/recorded-run');
    const value = linesOf(summarise(await readRunFolder(folder))).get('Fastest, all 2 loads');

    expect(value).toMatch(
      /^TorchServe, faster than each of 3 others\. Over all 2 loads, .* carried 1\.03 to 1\.07 times as many .*: faster, perhaps by less than 3 % \(24 repeats\)\.$/,
    );
  });

  it('says between whom it is open, and what is decided, where some verdicts are', () => {
    const { headline } = summarise(
      recordedRun({ repeats: 5, durationSeconds: 60, scenarios: ['warm'], levels: [closed(16)] }),
    );
    if (headline === undefined) throw new Error('no verdicts');
    const [first, ...others] = headline.verdicts.filter(({ ratio }) => ratio !== undefined);
    if (first === undefined) throw new Error('no verdict');
    const verdicts = [
      first,
      ...others.map((verdict) => ({ ...verdict, judgement: { word: 'noisy' } as const })),
    ];
    const value = [...linesOf({ ...summary, headline: { ...headline, verdicts } }).values()].join();

    expect(value).toMatch(
      /No winner: of .* none was shown to be faster than another; slower than at least one target: [^:]*\. At 16/,
    );
    expect(value).toContain(first.sentence);
  });

  it('says which verdicts are withheld, and why', () => {
    // The first of the recorded targets fails 1.8 % of its requests.
    expect(linesOf(summary).get('Fastest, all 2 loads')).toMatch(
      /3 of 6 verdicts are withheld: The protocol of TorchServe .* failed, and a verdict allows 1 %\.$/,
    );
  });

  it('names no winner where nothing is decided', () => {
    const { headline } = summary;
    if (headline === undefined) throw new Error('no verdicts');
    const verdicts = headline.verdicts.map(openOf);
    const value = linesOf({ ...summary, headline: { ...headline, verdicts } });
    expect([...value.values()].join()).toMatch(
      /No winner: none of 3 targets was faster than another beyond doubt/,
    );
  });

  it('has a price where one is known, and else says how to get one', () => {
    expect(linesOf(summary).get('At what price')).toMatch(/^Not known: .*--price-per-hour/);
    const targets = recordedTargets().slice(1, 3);
    const clear = recordedRun({ repeats: 5, durationSeconds: 60, scenarios: ['warm'], targets });
    const plan = { ...clear.plan, settings: { usdPerHour: 0.72 } };
    expect(linesOf(summarise({ ...clear, plan })).get('At what price')).toMatch(
      /^\$[\d.]+ \(95 %: [\d.]+–[\d.]+\) for a million correct answers with Triton \(PyTorch\) at .*; at \$0\.72 an hour\.$/,
    );
  });

  it('says why there is no price though one an hour is known', () => {
    const priced = { ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } };
    const { costs, rows, ...rest } = summarise(priced);
    if (costs === undefined) throw new Error('no costs');
    const checks = [{ check: 'little', state: 'failed', finding: '' }] as const;
    const failing = {
      ...rest,
      costs: { ...costs, targets: [] },
      rows: rows.map((row) => ({ ...row, checks })),
    };

    expect(linesOf(failing).get('At what price')).toBe(
      'Not known: every measured level failed a check.',
    );
    expect(linesOf(summarise({ ...priced, records: [] })).get('At what price')).toBe(
      'Not known: no level has a rate.',
    );
  });

  it('names nobody cheapest for a shorter median response, as both have the rate of the load', () => {
    const open = recordedRun({
      repeats: 5,
      durationSeconds: 30,
      scenarios: ['warm'],
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'poisson' }],
      targets: recordedTargets().slice(2),
    });
    const quicker = withSlowerAnswers(open, ({ measurement }) =>
      measurement.target.serving === 'triton_pytorch' ? 0.5 : 1,
    );
    const priced = summarise({
      ...quicker,
      plan: { ...quicker.plan, settings: { usdPerHour: 0.72 } },
    });

    expect(priced.verdicts?.[0]?.verdicts[0]?.judgement.word).toBe('faster');
    expect(linesOf(priced).get('At what price')).toContain('which of them is cheaper is undecided');
  });

  it('names nobody cheapest where the verdict decides nothing', () => {
    const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });
    const verdicts = (priced.verdicts ?? []).map((family) => ({
      ...family,
      verdicts: family.verdicts.map(openOf),
    }));
    const two = (priced.costs?.targets ?? [])
      .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === 16)
      .slice(0, 2);
    const costs = { ...priced.costs, targets: two } as Summary['costs'] & object;
    const value = linesOf({ ...priced, costs, verdicts }).get('At what price');
    for (const { usdPerMillion } of two) {
      expect(value).toContain(`$${formatFigure(usdPerMillion.value)} (`);
    }
    expect(value).toMatch(/which of them is cheaper is undecided; at \$0\.72 an hour\.$/);
  });

  it('says what speaks for the figures', () => {
    expect(linesOf(passing).get('Why believe it')).toMatch(
      /^\d+ of \d+ measurements measured\. 4 of 4 targets answered .* 8 of 8 rows pass every check .* No row used more than [\d.]+ % of its no-op limit/,
    );
  });

  it('does not count rows that a check warns about among those that pass', () => {
    const [first, ...others] = passing.rows;
    if (first === undefined) throw new Error('no row');
    const warned = {
      ...first,
      checks: [{ check: 'bypass', state: 'warned', finding: '' }] as const,
    };

    expect(
      linesOf({ ...passing, rows: [warned, ...others] }).get('How far to believe it'),
    ).toContain('7 of 8 rows pass every check that could be asked, 1 warns.');
  });

  it('names the check that rows fail, and quotes no share of theirs', () => {
    const [first, ...others] = passing.rows;
    if (first?.noopLimit === undefined) throw new Error('no no-op limit');
    const failing = {
      ...first,
      noopLimit: { ...first.noopLimit, share: 1.45, near: true },
      checks: [{ check: 'noop-limit', state: 'failed', finding: '' }] as const,
    };
    const value = linesOf({ ...passing, rows: [failing, ...others] }).get('How far to believe it');
    expect(value).toContain(
      '7 of 8 rows pass every check that could be asked; not passed: No-op limit (1 row).',
    );
    expect(value).toMatch(/No row that passes used more than [\d.]+ %/);
    expect(value).not.toContain('145');
  });

  it('asks for no belief where no row passes', () => {
    const rows = passing.rows.map((row) =>
      row.checks === undefined
        ? row
        : { ...row, checks: [{ check: 'censoring', state: 'failed', finding: '' }] as const },
    );
    const value = linesOf({ ...passing, rows }).get('What was checked');
    expect(value).toContain(
      '0 of 8 rows pass every check that could be asked; not passed: Censoring (8 rows).',
    );
    expect(value).not.toContain('rig carries');
  });
});
