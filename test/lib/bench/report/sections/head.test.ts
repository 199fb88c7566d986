import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { headBlocks, titleOf } from '../../../../../lib/bench/report/sections/head.ts';
import { levelId, type Level } from '../../../../../lib/bench/model/measurement.ts';
import { formatFigure, roundedDown } from '../../../../../lib/bench/wording/format-number.ts';
import { targetLabels } from '../../../../../lib/bench/wording/labels.ts';
import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';
import { refusingRun } from '../../../../support/refusing-run.ts';

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

const run = recordedRun({
  repeats: 5,
  durationSeconds: 4,
  scenarios: ['warm'],
  levels: [closed(4), closed(16)],
  targets: recordedTargets().slice(1),
});
const summary = summarise(run);
describe('the head of a report', () => {
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
    const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.72 } } });

    expect(linesOf(summary).has('Price')).toBe(false);
    expect(linesOf(priced).has('Price')).toBe(true);
  });

  it('has no finding and no ranking if it is invalid', () => {
    const { ranking: _, ...unranked } = summary;
    const reasons = [{ code: 'noop-failures', results: 2 } as const];
    const invalid: Summary = { ...unranked, validity: { valid: false, reasons } };

    expect(titleOf(invalid, new Map())).toMatch(/^INVALID: /);
    expect(JSON.stringify(headOf(invalid)).match(/invalid/gi)).toHaveLength(1);
    expect(linesOf(invalid).has('Why')).toBe(false);
    expect(headOf(invalid)).toContainEqual(
      expect.objectContaining({ items: [{ text: expect.any(String) as string }], role: 'notices' }),
    );
  });

  it('says which target failed too many requests, where, how, and that it is not ranked', () => {
    const two = titleOf(summarise(refusingRun().run), new Map());
    const three = titleOf(
      summarise(refusingRun({ targets: recordedTargets().slice(1) }).run),
      new Map(),
    );

    for (const title of [two, three]) {
      expect(title).toMatch(/ 80\.0 % .* 4 .*\b503\b/);
      expect(title).toMatch(/ is not ranked$/);
    }
    expect(two).toMatch(/^No verdict: /);
    expect(three).toMatch(/ is the fastest: /);
  });

  it('says at which levels two targets differ least and most, if the difference depends on the level', () => {
    const { ranking } = summary;
    const pairs = (ranking?.pairs ?? []).map((pair) => ({
      ...pair,
      atLevels: [
        { scenario: 'warm', level: closed(1), timesAsFast: 0.98 },
        { scenario: 'warm', level: closed(4), timesAsFast: 3.94 },
      ] as const,
    }));

    expect(linesOf(summary).has('Levels')).toBe(false);
    expect(
      linesOf({ ...summary, ranking: ranking && { ...ranking, pairs } }).get('Levels'),
    ).toMatch(/: 0\.98× as fast at 1 virtual user, 3\.9× at 4 virtual users$/);
  });

  it('says where the slowest target loses its time', () => {
    expect(summary.whySlower).toMatchObject({ load: { level: closed(4) } });
    expect(linesOf(summary).has('Why')).toBe(true);
  });

  it('says how the run measured, and why it ended', () => {
    const stopped = { repeats: 5, why: 'decided', planned: 12 } as const;

    expect(summary.method).toEqual({
      order: run.plan.options.order,
      repeats: 5,
      windows: 1,
      seconds: { least: 4, most: 4 },
    });
    expect(
      linesOf({ ...summary, stopped })
        .get('Run')
        ?.match(/\d+/g)
        ?.slice(0, 2),
    ).toEqual(['5', '4']);
    expect(linesOf({ ...summary, stopped }).get('Run')).toMatch(/decided/);
  });

  it('says what each target answers at least at the limit of the rig, and not that the run is decided', () => {
    const limited: Summary = {
      ...summarise(recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1 })),
      stopped: { repeats: 3, why: 'decided', planned: 12 },
    };
    const rates =
      limited.noRanking?.code === 'rig-limit'
        ? limited.noRanking.targets.map(({ requestRatePerSecond }) => requestRatePerSecond)
        : [];

    expect(rates).toHaveLength(3);
    for (const rate of rates) {
      expect(titleOf(limited, new Map())).toContain(`≥ ${roundedDown(rate)}`);
    }
    expect(linesOf(limited).get('Run')).not.toMatch(/decided/);
  });

  it('says how many results the rig limited, if the time was up before a verdict', () => {
    const limited: Summary = {
      ...summarise(recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1 })),
      noRanking: { code: 'time-up', repeats: 3, needed: 4 },
    };

    expect(titleOf(limited, new Map())).toMatch(/3 of at least 4 repeats; \d+ of \d+ results are/);
    expect(
      titleOf({ ...summary, ranking: undefined, noRanking: limited.noRanking }, new Map()),
    ).toMatch(/3 of at least 4 repeats$/);
  });

  it('says what bypass runs tell at the limit of the rig', () => {
    const [first, second] = recordedTargets();
    const limited = (isBypassApart: boolean): Summary => ({
      ...summary,
      ranking: undefined,
      noRanking: {
        code: 'rig-limit',
        load: { scenario: 'warm', level: closed(4) },
        targets: [{ target: first, requestRatePerSecond: 800 }],
        below: [{ target: second, requestRatePerSecond: 690 }],
        bypass: [
          { target: second, requestRatePerSecond: 5000 },
          { target: first, requestRatePerSecond: 1690 },
        ],
        isBypassApart,
      },
    });

    for (const isApart of [false, true]) {
      const limitedRun = limited(isApart);
      expect(linesOf(limitedRun).get('Bypass')).toMatch(/5000.*1690/);
      expect(titleOf(limitedRun, new Map()).includes('bypass')).toBe(isApart);
      expect(titleOf(limitedRun, new Map())).toMatch(/4 virtual users.*≥ 800.*below.* 690/);
    }
  });

  it('says what bypass runs measured if nothing is ranked for another reason', () => {
    const targets = recordedTargets().slice(0, 1);
    const bypassed = (levels: readonly Level[], directShare = 0.5): Summary =>
      summarise(recordedRun({ scenarios: ['warm'], targets, levels, directShare }));
    const users = bypassed([closed(1), closed(4)]);
    const rates = bypassed([{ loop: 'open', ratePerSecond: 5, arrivals: 'constant' }]);
    const rate = users.rows.find(({ level }) => levelId(level) === levelId(closed(4)))?.bypass;

    expect(users.noRanking?.code).toBe('one-target');
    expect(linesOf(users).get('Bypass')).toContain('at 4 virtual users');
    expect(linesOf(users).get('Bypass')).toContain(
      ` ${formatFigure(rate?.requestRatePerSecond)} requests/s`,
    );
    expect(linesOf(rates).get('Bypass')).toContain(
      `${formatFigure(rates.rows[0]?.bypass?.p50Ms)} ms`,
    );
    expect(linesOf(bypassed([closed(1)], 0)).has('Bypass')).toBe(false);
    expect(linesOf(summary).has('Bypass')).toBe(false);
  });

  it('ends with the command of the next step, and only a terminal offers the real servers', () => {
    const next = headOf(summary).flatMap((block) =>
      block.kind === 'list' ? block.items.filter(({ name }) => name === 'Next') : [],
    );
    const [step] = summary.nextSteps;

    expect(step?.code).toBe('install-servers');
    expect(next).toMatchObject([
      { only: ['terminal'] },
      { text: step?.command, isCommand: true, only: ['terminal'] },
    ]);
  });
});
