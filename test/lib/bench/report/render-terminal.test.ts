import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import {
  renderTerminal,
  type TerminalStyle,
} from '../../../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import { recordedTargets, recordedRun } from '../../../support/recorded-run.ts';
import { withoutCharts } from '../../../support/run-charts.ts';

/** Charts do not appear there, and take long to draw. */
const renderTable = (of: Summary, style: TerminalStyle): string =>
  renderTerminal(reportOf(of, withoutCharts(of)), style);

const summary = summarise(recordedRun({ durationSeconds: 3 }));
const near = summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 }));
// Written as a number: a control character in the source cannot be seen.
const ESCAPE = String.fromCodePoint(27);

const afterStatement = (of: Summary): string[] =>
  renderTable(of, { color: false, width: 120 }).split('\n').slice(1, 4);

describe('the table for a terminal', () => {
  it('begins with the statement and ends with one line break', () => {
    const text = renderTable(summary, { color: false, width: 120 });
    expect(text.split('\n')[0]).toBe(summary.statement);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it('has a line a row of each scenario, and none of the no-op limits', () => {
    const lines = renderTable(summary, { color: false, width: 120 }).split('\n');
    expect(lines.filter((line) => /\d VUs? /.test(line))).toHaveLength(4 * 2 * 3);
  });

  it.each([120, 100, 80])('fits a terminal of %p columns', (width) => {
    const lines = renderTable(near, { color: false, width }).split('\n');
    const first = lines.findIndex((line) => line.startsWith('Cold: '));
    const table = lines.slice(first).filter((line) => !line.startsWith('! '));
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('shows the share of the direct rate beside that of the no-op limit, at 120 columns too', () => {
    const direct = summarise(recordedRun({ durationSeconds: 3, directShare: 0.8 }));
    const head = (width: number): string =>
      renderTable(direct, { color: false, width })
        .split('\n')
        .find((line) => line.startsWith('Target')) ?? '';

    expect(head(120)).toMatch(/Of no-op limit {2}Of bypass/);
    expect(head(120).length).toBeLessThanOrEqual(120);
    expect(renderTable(summary, { color: false, width: 200 })).not.toContain('Of bypass');
  });

  it('shows gRPC targets beside those of REST, and says why they have no direct rate', () => {
    const [first] = recordedTargets();
    if (first === undefined) throw new Error('no targets');
    const targets = [first, { ...first, protocol: 'grpc' as const }];
    const both = summarise(recordedRun({ durationSeconds: 3, directShare: 0.8, targets }));
    const text = renderTable(both, { color: false, width: 140 });
    const names = text.split('\n').flatMap((line) => /^(Torch.*?) {2,}1 VU/.exec(line)?.[1] ?? []);

    expect(names).toEqual(
      Array.from({ length: 2 }, () => [
        'TorchServe (REST, simulated)',
        'TorchServe (gRPC, simulated)',
      ]).flat(),
    );
    expect(text).toMatch(/^TorchServe \(gRPC, simulated\) +4 VUs .* –$/m);
    expect(text).toContain(
      'gRPC targets have no bypass run with this load generator: it sends HTTP requests',
    );
    expect(renderTable(summary, { color: false, width: 140 })).not.toContain('gRPC');
  });

  it('says VALID, or INVALID with the reasons, before the first table', () => {
    expect(afterStatement(summary).slice(0, 2)).toEqual([
      expect.stringContaining('is the fastest'),
      'VALID',
    ]);
    expect(afterStatement(near)).toEqual([
      'This run is invalid: do not quote its figures',
      'INVALID',
      expect.stringMatching(
        /^! TorchServe \(image, simulated\): none of its 6 results passes the checks .*No-op limit 6/,
      ),
    ]);
  });

  it('tells of bypass runs that gave nothing', () => {
    const run = recordedRun({ durationSeconds: 3, directShare: 0.8 });
    let isFirst = true;
    const records = run.records.map((record) => {
      if (record.kind !== 'measurement' || record.state !== 'completed') return record;
      if (record.bypass?.state !== 'completed') return record;
      if (!isFirst) return record;
      isFirst = false;
      return { ...record, bypass: { state: 'failed', reason: 'refused by it' } as const };
    });
    const text = renderTable(summarise({ ...run, records }), { color: false, width: 120 });

    expect(text).toContain(
      '! The bypass run of 1 measurement gave no figures, first: refused by it',
    );
  });

  it('keeps target, load, rate, median and marks however narrow it is', () => {
    const text = renderTable(near, { color: false, width: 20 });
    expect(text).toMatch(/^Target +Load +Rate +Median +Marks$/m);
    expect(text).not.toContain('p99');
  });

  it('has no colour where none is wanted', () => {
    expect(renderTable(near, { color: false, width: 120 })).not.toContain(ESCAPE);
    expect(renderTable(near, { color: true, width: 120 })).toContain(ESCAPE);
  });

  it('tells of a run that was cut off', () => {
    const run = recordedRun({ durationSeconds: 3 });
    const cut = summarise({ ...run, records: run.records.slice(0, -1) });
    expect(renderTable(cut, { color: false, width: 120 })).toContain('! The run was cut off');
  });
});
