import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { renderHead } from '../../../../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../../../../lib/bench/report/report.ts';
import { titleOf } from '../../../../../lib/bench/report/sections/head.ts';
import { rowLabels } from '../../../../../lib/bench/wording/labels.ts';
import type { Table } from '../../../../../lib/bench/report/model.ts';
import {
  soakFindingOf,
  type Soak,
  type SoakTrend,
} from '../../../../../lib/bench/stability/soak.ts';
import { part } from '../../../../support/fault-figures.ts';
import { faults, harm, stabilityRun } from '../../../../support/stability-run.ts';

const summary = summarise(stabilityRun());
const report = reportOf(summary);

const labelsOf = ({ rows, plan }: Summary) => rowLabels(rows, plan);

const failuresOf = (of: Summary) => reportOf(of).sections.find(({ id }) => id === 'failures');

describe('A run that measures stability', () => {
  it('ranks its targets by the severity of their verdicts, and gives no verdict on their speed', () => {
    const { targets = [], ranking } = summary.stability ?? {};

    expect(targets.map(({ target, counts, worst }) => [target.serving, counts, worst])).toEqual([
      [
        'torchserve',
        { unaffected: 1, unclear: 0, degraded: 1, failed: 1, died: 0 },
        { verdict: 'failed', faults: ['kill-worker'] },
      ],
      [
        'triton_onnx',
        { unaffected: 1, unclear: 0, degraded: 1, failed: 0, died: 1 },
        { verdict: 'died', faults: ['kill-worker'] },
      ],
    ]);
    expect(targets[1]?.results).toContainEqual({ fault: 'image-truncated', leftOut: 'no-image' });
    expect(ranking).toMatchObject({
      best: [targets[0]?.target],
      next: { target: targets[1]?.target, figures: { best: { count: 0 }, next: { count: 1 } } },
    });
    expect(summary.headline).toBeUndefined();
    expect(summary.rows.map(({ level }) => level.loop)).not.toContain('open');
  });

  it('does not say that no request failed, since those under faults are not counted', () => {
    const undisturbed: Summary = { ...summary, rows: [] };

    expect(failuresOf(undisturbed)?.gist).toBe('none without faults');
  });

  it('has a table of targets by faults, with symbols, words for screen readers, and reasons for what was left out', () => {
    const section = report.sections.find(({ id }) => id === 'stability');
    const matrix = section?.blocks.find((block): block is Table => block.kind === 'table');
    const at = (target: number, title: string) =>
      matrix?.rows[target]?.cells[matrix.columns.findIndex((column) => column.title === title)];

    expect(matrix?.isMatrix).toBe(true);
    expect([0, 1].map((target) => at(target, 'killed worker')?.chips[0])).toEqual([
      {
        kind: 'failed',
        text: '✗',
        spoken: 'failed',
        long: 'failed, 15.0 % failed, 1 process lost',
      },
      { kind: 'failed', text: '☠', spoken: 'died', long: 'died' },
    ]);
    expect(at(0, 'ten times the load')?.chips[0]?.long).toBe('degraded, p99 × 4.30');
    expect(at(0, 'truncated image')?.text).toBe('✓');
    expect(at(0, 'truncated image')?.chips[0]?.long).toMatch(/^unaffected, 12 /);
    expect(at(1, 'truncated image')?.text).toBe('–');
    const fold = section?.blocks.find(({ kind }) => kind === 'fold');
    expect(JSON.stringify(fold)).toMatch(/Triton[^}]*truncated/);
  });

  it('wraps lines that are too long for the terminal, and never cuts them', () => {
    const answer = renderHead(report, { color: false, width: 80 });

    expect(answer.replaceAll(/\s+/g, ' ')).toMatch(/1 ☠ died/);
    const lines = answer.split('\n').filter((line) => !line.includes('npx'));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(answer).not.toContain('…');
  });
});

describe('A stability run with a target that is slow in the control', () => {
  const slow = summarise(
    stabilityRun((target, fault) =>
      target.serving === 'torchserve' ? { after: part({ p99Ms: 60 }) } : harm(target, fault),
    ),
  );
  const noisy = reportOf(slow);
  const section = noisy.sections.find(({ id }) => id === 'stability');

  it('marks faults that do no more harm than the control as unclear', () => {
    const matrix = section?.blocks.find((block): block is Table => block.kind === 'table');
    const row = matrix?.rows.find(({ cells }) => cells[0]?.text.startsWith('TorchServe'));
    const chips = row?.cells.flatMap((cell) => cell.chips[0]?.spoken ?? []);

    expect(chips).toEqual(['degraded', ...faults.slice(1).map(() => 'unclear')]);
  });

  it('names the target and does not rank it', () => {
    const notices = section?.blocks.find(({ kind }) => kind === 'list');

    expect(JSON.stringify(notices)).toContain('TorchServe');
    expect(titleOf(slow, labelsOf(slow))).toMatch(/^Triton/);
    expect(slow.stability?.targets.map(({ isRanked, control }) => [isRanked, control])).toEqual([
      [true, 'unaffected'],
      [false, 'degraded'],
    ]);
    expect(slow.stability?.ranking).toMatchObject({ unaffected: { faults: 1, of: 3 } });
  });
});

/** The headline and the marks of the table of a soak whose median has this verdict. */
const shown = (verdict: SoakTrend['verdict'], high: number) => {
  const [target] = summary.plan.targets;
  const soak: Soak = {
    target: target ?? { serving: 'flask', protocol: 'rest', payload: 'image', encoding: 'raw' },
    ratePerSecond: 10,
    durationSeconds: 60,
    requests: 600,
    failed: 0,
    trends: [
      { figure: 'p50Ms', from: 40, to: 41, change: { low: -2, high }, verdict },
      { figure: 'openFiles', from: 9, to: 9, change: { low: 0, high: 0 }, verdict: 'steady' },
    ],
    trouble: verdict === 'grows' ? 'grows' : undefined,
  };
  const stability = { targets: [], soaks: [soak], soakFinding: soakFindingOf([soak]) };
  const soaked = { ...summary, stability };
  const { sections } = reportOf(soaked);
  const table = sections
    .find(({ id }) => id === 'stability')
    ?.blocks.find((block): block is Table => block.kind === 'table');
  const marks = table?.rows.map(({ cells }) => cells.at(-1)?.chips[0]?.text);
  return { title: titleOf(soaked, labelsOf(soaked)), marks };
};

describe('A soak in the report', () => {
  it('says that nothing grows, and by how much the median may have grown, only if the figures tell', () => {
    const { title, marks } = shown('steady', 2);

    expect(title).toContain('5.00 %');
    expect(marks).toEqual(['✓ steady', '✓ steady']);
  });

  it('says that the figures are too noisy to tell', () => {
    const { title, marks } = shown('noisy', 30);

    expect(title).toContain('(median)');
    expect(marks).toEqual(['? too noisy to tell', '✓ steady']);
  });

  it('names the figures that grow', () => {
    const { title, marks } = shown('grows', 30);

    expect(title).toMatch(/growing: median/);
    expect(marks).toEqual(['△ grows', '✓ steady']);
  });
});
