import { join } from 'node:path';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { ManyServer } from '../../../../../lib/bench/analysis/many/many-types.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { reportOf } from '../../../../../lib/bench/report/report.ts';
import { renderHead } from '../../../../../lib/bench/report/render-terminal.ts';
import { readRunFolder } from '../../../../../lib/bench/results/run-folder.ts';
import { statementOf } from '../../../../../lib/bench/wording/statement.ts';
import { unwrapped } from '../../../../support/bench-cli.ts';

const recorded = join(import.meta.dirname, '../../../../../lib/docs/many-run');

describe('the report of a run with many models', () => {
  let summary: Summary;
  let servers: readonly ManyServer[];
  beforeAll(async () => {
    summary = summarise(await readRunFolder(recorded));
    servers = summary.manyModels?.servers ?? [];
  });

  /** What the terminal shows of some of the servers. */
  const headOf = (shown: readonly ManyServer[], plan: Partial<Summary['plan']> = {}): string =>
    unwrapped(
      renderHead(
        reportOf({
          ...summary,
          plan: { ...summary.plan, ...plan },
          manyModels: { planned: 50, servers: shown, failed: [], missing: 0 },
        }),
        { color: false, width: 100 },
      ),
    );

  it('names the server that needs the least memory, and what the last one needs', () => {
    expect(headOf(servers)).toMatch(
      /Of up to 50 models on one server, BentoML needs the least memory: 0\.\d+ MiB for each further model, the most 48\.2 MiB/,
    );
  });

  it('does not compute from 50 models that tens of thousands fit', () => {
    expect(headOf(servers)).toContain('at least 500 fit into 4 GiB');
    expect(headOf(servers)).not.toMatch(/\d{4,} fit/);
  });

  it('compares nothing if there is one server', () => {
    const head = headOf(servers.slice(0, 1));
    expect(head).toMatch(/With up to 50 models on one server, BentoML needs 0\.\d+ MiB/);
    expect(head).not.toMatch(/the least|the most/);
  });

  it('names a server that mixes models up before any figure', () => {
    const [first, ...others] = servers;
    const mixedUp = [{ asked: 'head-042', answeredBy: 'head-017' }];
    const head = headOf(first === undefined ? [] : [{ ...first, mixedUp }, ...others]);
    expect(head).toMatch(/BentoML mixes models up/);
    expect(head).toMatch(/✗ MIXES MODELS UP: asked head-042, answered head-017/);
  });

  it('has one sentence for each file that was left out, and for models that cannot be told apart', () => {
    const { many } = summary.plan;
    const head = headOf(servers, {
      many: many && {
        ...many,
        leftOut: [{ file: 'half.onnx', reason: 'the file is cut off' }],
        alike: [['head-001', 'head-008']],
      },
    });
    expect(head).toContain('Left out: half.onnx: the file is cut off');
    expect(head).toContain('Mix-ups between head-001 and head-008 cannot be noticed');
  });

  it('states as many models as were measured, although more were asked for', () => {
    const { plan } = summary;
    const many = plan.many && { ...plan.many, counts: [1, 7] };
    expect(statementOf({ ...plan, many })).toContain('head-001 and others like it, 1, 7 at once');
  });

  it('says what memory does after unloading only if that is known', () => {
    const [server] = servers.filter(({ memory }) => memory.afterUnload === 'returned');
    if (server === undefined) throw new Error('no server of the recorded run returns memory');
    const unknown = { ...server, memory: { ...server.memory, afterUnload: undefined } };
    expect(headOf([server])).toContain('memory is returned');
    expect(headOf([unknown])).not.toMatch(/memory is (returned|kept)|memory grows/);
  });

  it('has a chart and a table with a row for each server', () => {
    const section = reportOf(summary).sections.find(({ id }) => id === 'many-models');
    const table = section?.blocks.find((block) => block.kind === 'table');
    expect(table?.kind === 'table' && table.rows).toHaveLength(servers.length);
    expect(section?.blocks.some((block) => block.kind === 'charts')).toBe(true);
  });
});
