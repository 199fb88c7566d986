import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { headBlocks, titleOf } from '../../../../../lib/bench/report/sections/head.ts';
import { targetLabels } from '../../../../../lib/bench/wording/labels.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';
import { withSlowerAnswers } from '../../../../support/slower-answers.ts';

const headOf = (summary: Summary) =>
  headBlocks(
    summary,
    targetLabels(
      summary.rows.map(({ target }) => target),
      summary.plan,
    ),
    undefined,
    [],
  );

const linesOf = (summary: Summary): ReadonlyMap<string, string> =>
  new Map(
    headOf(summary).flatMap((block) =>
      block.kind === 'list' && block.role === 'answers'
        ? block.items.map(({ name = '', text }) => [name, text] as const)
        : [],
    ),
  );

const run = recordedRun({
  repeats: 5,
  durationSeconds: 4,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
});
const summary = summarise(run);
/** The same verdict, had it been too noisy, unless it is withheld. */
const openOf = (verdict: Verdict): Verdict =>
  verdict.judgement.word === 'withheld' ? verdict : { ...verdict, judgement: { word: 'noisy' } };

describe('the head of a report', () => {
  it('says why there is no verdict if it has one target', () => {
    const [target] = recordedTargets();
    const one = recordedRun({ targets: [target], scenarios: ['warm'], levels: [closed(4)] });

    expect(titleOf(summarise(one), new Map())).toContain('there is one target');
  });

  it.each([
    ['that tells targets apart', 'passed', summary],
    ['of the no-op backend', 'small', summarise(recordedRun({ engines: ['noop'] }))],
  ])('shows the validity of a run %s as %s', (_, role, some) => {
    const valid = { ...some, validity: { valid: true, reasons: [] } };
    const shown = headOf(valid).find(
      (block) => block.kind === 'text' && block.text.startsWith('VALID'),
    );

    expect(shown).toMatchObject({ role });
  });

  it('shows a price only if one is known', () => {
    expect(linesOf(summary).has('Price')).toBe(false);
    const targets = recordedTargets().slice(1, 3);
    const clear = recordedRun({ repeats: 5, durationSeconds: 60, scenarios: ['warm'], targets });
    const plan = { ...clear.plan, settings: { usdPerHour: 0.72 } };
    expect(linesOf(summarise({ ...clear, plan })).get('Price')).toMatch(
      /^\$[\d.]+ \(95 %: [\d.]+–[\d.]+\) for a million correct answers with Triton \(PyTorch, binary, simulated\) at .*; at \$0\.72 an hour\.$/,
    );
  });

  it('does not call a target cheaper for a shorter median response, since both have the rate of the load', () => {
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
    expect(linesOf(priced).get('Price')).toContain('Not shown to cost more: ');
  });

  it('does not call a target cheaper if the verdict is undecided', () => {
    const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });
    const verdicts = (priced.verdicts ?? []).map((family) => ({
      ...family,
      verdicts: family.verdicts.map(openOf),
    }));
    const two = (priced.costs?.targets ?? [])
      .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === 16)
      .slice(0, 2);
    const costs = { ...priced.costs, targets: two } as Summary['costs'] & object;
    const value = linesOf({ ...priced, costs, verdicts }).get('Price');
    expect(value).toMatch(/; at \$0\.72 an hour\. Not shown to cost more: .+\.$/);
  });

  it('has no finding if it is invalid', () => {
    const invalid: Summary = { ...summary, validity: { valid: false, reasons: ['why'] } };

    expect(titleOf(invalid, new Map())).toBe('This run is invalid: do not quote its figures');
  });
});
