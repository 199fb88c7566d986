import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { trustMarks } from '../../../../../lib/bench/report/trust-marks.ts';
import { headBlocks, titleOf } from '../../../../../lib/bench/report/sections/head.ts';
import { targetLabels } from '../../../../../lib/bench/wording/labels.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
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
  );

const linesOf = (summary: Summary): ReadonlyMap<string, string> =>
  new Map(
    headOf(summary).flatMap((block) =>
      block.kind === 'list' && block.role === 'answers'
        ? block.items.map(({ name = '', text }) => [name, text] as const)
        : [],
    ),
  );

const nextOf = (of: Summary): readonly string[] =>
  headOf(of).flatMap((block) =>
    block.kind === 'list'
      ? block.items.filter(({ name }) => name === 'Next').map(({ text }) => text)
      : [],
  );

const run = recordedRun({
  repeats: 5,
  durationSeconds: 4,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
});
const summary = summarise(run);
/** The verdict, too noisy to tell unless it is withheld. */
const openOf = (verdict: Verdict): Verdict =>
  verdict.judgement.kind === 'withheld' ? verdict : { ...verdict, judgement: { kind: 'noisy' } };

describe('the head of a report', () => {
  it('says why there is no verdict if it has one target', () => {
    const [target] = recordedTargets();
    const alone = recordedRun({ targets: [target], scenarios: ['warm'], levels: [closed(4)] });

    expect(titleOf(summarise(alone), new Map())).toContain('there is one target');
  });

  it.each([
    ['that tells targets apart', 'passed', summary],
    ['of the no-op backend', 'small', summarise(recordedRun({ engines: ['noop'] }))],
  ])('shows the validity of a run %s as %s', (_, role, of) => {
    const valid = { ...of, validity: { valid: true, reasons: [] } };
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

  it('does not call a target cheaper for a shorter median response time in an open loop, since both have the same rate', () => {
    const open = recordedRun({
      repeats: 5,
      durationSeconds: 30,
      scenarios: ['warm'],
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'poisson' }],
      targets: recordedTargets().slice(2),
    });
    const faster = withSlowerAnswers(open, ({ measurement }) =>
      measurement.target.serving === 'triton_pytorch' ? 0.5 : 1,
    );
    const priced = summarise({
      ...faster,
      plan: { ...faster.plan, settings: { usdPerHour: 0.72 } },
    });

    expect(priced.verdicts?.[0]?.verdicts[0]?.judgement.kind).toBe('faster');
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

    expect(linesOf({ ...priced, costs, verdicts }).get('Price')).toMatch(
      /; at \$0\.72 an hour\. Not shown to cost more: .+\.$/,
    );
  });

  it('has no finding and no ranking if it is invalid', () => {
    const { ranking: _, ...unranked } = summary;
    const reasons = [{ code: 'failed-measurements', count: 2 } as const];
    const invalid: Summary = { ...unranked, validity: { valid: false, reasons } };

    expect(titleOf(invalid, new Map())).toBe('INVALID: do not quote the figures of this run');
    expect(JSON.stringify(headOf(invalid)).match(/invalid/gi)).toHaveLength(1);
    expect(linesOf(invalid).has('Why')).toBe(false);
    expect(headOf(invalid)).toContainEqual(
      expect.objectContaining({ items: [{ text: expect.any(String) as string }], role: 'notices' }),
    );
  });

  it('says how to repeat a measurement that failed', () => {
    const [at] = run.records.flatMap(({ kind }, index) => (kind === 'measurement' ? index : []));
    const records = run.records.map((record, index): ResultRecord =>
      index === at && record.kind === 'measurement'
        ? {
            kind: 'measurement',
            measurement: record.measurement,
            state: 'failed',
            startedAt: record.startedAt,
            finishedAt: record.finishedAt,
            code: 'BENCH_SERVING_DIED',
            message: 'It ended.',
          }
        : record,
    );
    const failed = summarise({ ...run, records, folder: 'results/a' });

    expect(linesOf(failed).get('Next')).toMatch(/: npx serving-compare run --resume results\/a$/);
    expect(trustMarks(failed)).toContainEqual({
      kind: 'failed',
      text: expect.stringContaining('1 measurement failed') as string,
    });
  });

  it('says where the slowest target loses its time', () => {
    expect(linesOf(summary).get('Why')).toMatch(/^At 4 virtual users, .* ms longer/);
  });

  it.each([
    ['how many repeats would decide', 12, '--repeats 12, which would probably decide'],
    ['that more repeats would hardly decide', undefined, 'even 100 repeats would hardly decide'],
  ])(
    'says %s the undecided pairs, in the item after the advice of a failed check',
    (_, repeats, step) => {
      const { rows, headline } = summary;
      const verdicts = (headline?.verdicts ?? [])
        .map(openOf)
        .map((verdict) =>
          repeats === undefined ? verdict : { ...verdict, repeatsToDecide: repeats },
        );
      const check = { check: 'noop-limit', state: 'failed' } as const;
      const open: Summary = {
        ...summary,
        rows: rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row)),
        headline: headline && { ...headline, verdicts },
      };

      expect(nextOf(open)[0]).toMatch(/^No-op limit: /);
      expect(nextOf(open)[1]).toContain(step);
    },
  );

  it('names a target whose repeats differ much more than those of the others before it blames the machine', () => {
    const { rows, headline } = summary;
    const check = { check: 'drift', state: 'warned', reason: 'restless' } as const;
    const open: Summary = {
      ...summary,
      rows: rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row)),
      headline: headline && { ...headline, verdicts: headline.verdicts.map(openOf) },
    };

    expect(nextOf(open)[0]).toMatch(/^Look at .* first\. /);
  });

  it('suggests the real servers after a simulated run', () => {
    expect(nextOf(summary).at(-1)).toContain('npx serving-compare setup');
  });
});
