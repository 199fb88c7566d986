import { recordProblem } from '../../../../lib/bench/results/record-problem.ts';
import type { CompletedCell } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedCell,
  directCheck,
  loadResult,
  planCell,
  recordedPaths,
  recordedRun,
} from '../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no paths');
const planned = planCell(path, 'onnx', 'warm', closed(2), 1);
const bins = [
  { second: 0, sent: 2, succeeded: 2, failed: 0, p50Ms: 10, maxMs: 11 },
  { second: 1, sent: 1, succeeded: 1, failed: 1 },
];
const load = loadResult([10, 11, 12], 2, {
  failed: 1,
  failures: { 'http-503': 1 },
  failedShare: 0.25,
  requestRatePerSecond: 1.5,
  bins,
});
const cell = completedCell(planned, load);
const withLoad = (extra: Partial<CompletedCell['load']>) => ({
  ...cell,
  load: { ...load, ...extra },
});

describe('a line of results.jsonl', () => {
  it('is a record where it is what a run writes', () => {
    for (const record of recordedRun({ directShare: 0.8 }).records) {
      expect(recordProblem(record)).toBeUndefined();
    }
    expect(recordProblem(cell)).toBeUndefined();
    expect(recordProblem({ ...cell, direct: directCheck(load, 0.9) })).toBeUndefined();
  });

  it('may hold what a later version adds', () => {
    expect(recordProblem({ ...cell, moonPhase: 'full' })).toBeUndefined();
  });

  it('is none of another kind or state', () => {
    expect(recordProblem({ kind: 'prophecy' })).toContain('of kind "prophecy"');
    expect(recordProblem({ ...cell, state: 'guessed' })).toContain('state "guessed"');
    expect(recordProblem([cell])).toContain('kind nothing');
    expect(recordProblem(null)).toBe('it is no object');
  });

  it('is none where a figure is missing or is no number, and the field is named', () => {
    const { latency: _, ...withoutLatency } = load;

    expect(recordProblem({ ...cell, load: withoutLatency })).toBe(
      "its load must have required property 'latency'",
    );
    expect(recordProblem(withLoad({ latency: { ...load.latency, p99Ms: 'fast' as never } }))).toBe(
      'its load.latency.p99Ms must be number',
    );
    expect(recordProblem(withLoad({ requestRatePerSecond: null as never }))).toContain(
      'load.requestRatePerSecond',
    );
  });
});
