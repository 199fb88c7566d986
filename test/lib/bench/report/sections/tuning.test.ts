import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { reportOf } from '../../../../../lib/bench/report/report.ts';
import { usualSettings } from '../../../../../lib/bench/plan/tuning.ts';
import { SINGLE } from '../../../../../serving-configs/settings.ts';
import { ignoresSettings } from '../../../../support/batch-server.ts';
import { tunedRun } from '../../../../support/tuned-plan.ts';

const all = ['default', ...usualSettings(2)] as const;

const shown = (summary: Summary): string => {
  const { head } = reportOf(summary);
  return JSON.stringify(head);
};

describe('the report of a search for settings', () => {
  const summary = summarise(tunedRun({ fixedMs: 8, perInputMs: 2 }, all));

  it('is valid and decided, although most of its settings are no results', () => {
    expect(summary.validity).toEqual({ valid: true, reasons: [] });
    expect(summary.isDecided).toBe(true);
  });

  it('says the best settings, the rate within the limit and what they gain, in one sentence', () => {
    expect(shown(summary)).toMatch(
      /2 instances, 1 thread, batch 8, delay [05] ms: \d+ requests\/s [^;]* within 100 ms, \d.\d+ × its defaults [^;]*; mean batch \d\.\d/,
    );
  });

  it('has a table of the finals, the rates of the search beside them, and a chart', () => {
    const section = reportOf(summary).sections.find(({ id }) => id === 'tuning');
    const table = section?.blocks.find((block) => block.kind === 'table');
    const charts = section?.blocks.find((block) => block.kind === 'charts');

    expect(table?.kind === 'table' && table.rows).toHaveLength(3);
    expect(charts?.kind === 'charts' && charts.charts[0]?.plot).toMatchObject({
      kind: 'lines',
      x: { title: expect.stringMatching(/^p99/) as unknown },
    });
    expect(JSON.stringify(section)).toMatch(/threads did not matter/);
  });

  it('shows beside another precision of the model how far its answers are from those of the model', () => {
    const coarse = { ...SINGLE, precision: 'int8' };
    const run = tunedRun({ fixedMs: 8, perInputMs: 2 }, ['default', SINGLE, coarse]);
    const accuracy = { int8: { rows: 8, sameTop1: 7, largestDifference: 0.05 } };
    const precise = summarise({
      ...run,
      plan: { ...run.plan, model: { ...run.plan.model, accuracy } },
    });
    const section = reportOf(precise).sections.find(({ id }) => id === 'tuning');
    const table = section?.blocks.find((block) => block.kind === 'table');
    const cells = table?.kind === 'table' ? table.rows.map((row) => JSON.stringify(row)) : [];

    expect(cells.filter((row) => /, int8.*87\.5.*5\.00/.test(row))).toHaveLength(1);
    expect(shown(precise)).toContain(
      'int8: the same top class as the model in 7 of 8 rows; its answers differ from those of the model by at most 5 % of the largest value',
    );
  });

  it('keeps the defaults of a server that has no use of settings', () => {
    const kept = summarise(tunedRun({ fixedMs: 5, perInputMs: 0, obeys: ignoresSettings }, all));

    expect(shown(kept)).toMatch(/keep its defaults: .*no batches formed/);
  });

  it('says by how much a limit is missed that no setting keeps', () => {
    const missed = summarise(tunedRun({ fixedMs: 14, perInputMs: 1 }, all, 10));

    expect(shown(missed)).toMatch(
      /No setting keeps a p99 of 10 ms: the fastest answers a single user in 15\.\d ms, 5\.\d+ ms too late/,
    );
  });
});
