import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { renderHead, renderSections } from '../../../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1), closed(8)], repeats: 4 });
const near = reportOf(summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 })));
// As a number, since a control character would be invisible here.
const ESCAPE = String.fromCodePoint(27);

const answerLines = (data: RunData, width: number): readonly string[] => {
  const report = reportOf(summarise(data), { page: 'results/a/report.html' });
  return renderHead(report, { color: false, width }).trimEnd().split('\n');
};

const WIDTHS = [100, 80];

describe('The answer of a run', () => {
  it.each(WIDTHS)('fits onto a screen of %d columns', (width) => {
    const lines = answerLines(run, width);

    expect(lines.length).toBeLessThanOrEqual(width === 100 ? 24 : 26);
    expect(lines.filter((line) => line.length > width && !line.includes('npx'))).toEqual([]);
  });

  it.each(WIDTHS)('fits into %d columns with many targets of long names', (width) => {
    const targets = buildTargets(
      resolvePlanOptions(
        { servings: servingNames, protocols: ['rest', 'grpc'] },
        'local',
        'simulated',
      ),
      false,
    );
    const many = recordedRun({ levels: [closed(2)], repeats: 4, targets, scenarios: ['warm'] });
    const lines = answerLines(many, width);

    expect(targets.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(width === 100 ? 33 : 42);
    expect(lines.filter((line) => line.length > width && !line.includes('npx'))).toEqual([]);
  });
});

describe('The commands below the answer of a run', () => {
  const died: RunData = {
    ...run,
    folder: 'results/of my team',
    records: run.records.map((record, at) =>
      at === run.records.length - 1 && record.kind === 'measurement'
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
    ),
  };
  const resume = "npx serving-compare run --resume 'results/of my team'";

  it.each([
    ['valid', run, 'npx serving-compare run --levels 4 --seed 7'],
    ['with a failed measurement', died, resume],
    ['cut off', { ...run, folder: died.folder, records: run.records.slice(0, -1) }, resume],
  ])('are not wrapped in a narrow terminal, so that they can be pasted: %s', (_, data, command) => {
    const lines = answerLines(data, 30).map((line) => line.trim());

    expect(lines.filter((line) => line.includes('npx'))).toEqual([command]);
  });
});

describe('the tables for a terminal', () => {
  it.each([120, 100, 80])('fit a terminal of %p columns', (width) => {
    const lines = renderSections(near, { color: false, width }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('keep target, level, rate, median and marks at any width', () => {
    const text = renderSections(near, { color: false, width: 20 });
    expect(text).toMatch(/^Target +Level +Rate +Median +Marks$/m);
    expect(text).not.toContain('p99');
  });

  it('have colours only on request', () => {
    expect(renderSections(near, { color: false, width: 120 })).not.toContain(ESCAPE);
    expect(renderSections(near, { color: true, width: 120 })).toContain(ESCAPE);
  });
});
