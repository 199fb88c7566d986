import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { chartSet } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { calibrationRecord } from '../../../support/calibration-record.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(1)], repeats: 1 });
const records = run.records.filter(({ kind }) => kind !== 'calibration');
const outputsOf = (data: RunData): readonly string[] => {
  const summary = summarise(data);
  const charts = chartSet(summary);
  return [renderHtml(summary, charts), renderMarkdown(summary, charts)];
};

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

describe('the check of the calibration in the outputs', () => {
  it('is told once, beside the table of checks, with its figures', () => {
    for (const output of outputsOf({
      ...run,
      records: [calibrationRecord({ meanMs: 101 }), ...records],
    })) {
      expect(occurrences(output, 'Calibration, passed: Of a serving that takes 25.0 ms')).toBe(1);
      expect(output).toContain('Measured: 40.0 requests/s at 101 ms, 1.00 % off');
    }
  });

  it('is told with the reason where there was no measurement', () => {
    for (const output of outputsOf({ ...run, records })) {
      expect(output).toContain('The run has no measurement of a known latency');
    }
  });

  it('makes the run invalid where it failed, and says so at the top', () => {
    for (const output of outputsOf({
      ...run,
      records: [calibrationRecord({ meanMs: 150 }), ...records],
    })) {
      expect(output).toContain('INVALID');
      expect(output).toContain('at 150 ms, 50.0 % off');
      expect(output).not.toContain('Calibration, passed');
    }
  });
});
