import { recordProblem } from '../../../../lib/bench/results/record-lines.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  directCheck,
  loadResult,
  planMeasurement,
  recordedTargets,
  recordedRun,
} from '../../../support/recorded-run.ts';

const [target] = recordedTargets();
const planned = planMeasurement(target, 'onnx', 'warm', closed(2), 1);
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
const measurement = completedMeasurement(planned, load);
const withLoad = (extra: Partial<CompletedMeasurement['load']>) => ({
  ...measurement,
  load: { ...load, ...extra },
});

describe('A line of results.jsonl', () => {
  it('is a record where it is what a run writes', () => {
    for (const record of recordedRun({ directShare: 0.8 }).records) {
      expect(recordProblem(record)).toBeUndefined();
    }
    expect(recordProblem(measurement)).toBeUndefined();
    expect(recordProblem({ ...measurement, bypass: directCheck(load, 0.9) })).toBeUndefined();
  });

  it('may hold what a later version adds', () => {
    expect(recordProblem({ ...measurement, moonPhase: 'full' })).toBeUndefined();
  });

  it('is none of another kind or state', () => {
    expect(recordProblem({ kind: 'prophecy' })).toContain('of kind "prophecy"');
    expect(recordProblem({ ...measurement, state: 'guessed' })).toContain('state "guessed"');
    expect(recordProblem([measurement])).toContain('kind nothing');
    expect(recordProblem(null)).toBe('it is no object');
  });

  it('is none where a figure is missing or is no number, and the field is named', () => {
    const { latency: _, ...withoutLatency } = load;

    expect(recordProblem({ ...measurement, load: withoutLatency })).toBe(
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
