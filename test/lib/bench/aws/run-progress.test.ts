import { nodesOfPair, type DeployedPair } from '../../../../lib/bench/aws/find-deployment.ts';
import type { NodeState } from '../../../../lib/bench/aws/node-states.ts';
import type { RunObjects } from '../../../../lib/bench/aws/run-objects.ts';
import {
  maxSilentSeconds,
  runProgress,
  type ProgressContext,
  type RunProgress,
} from '../../../../lib/bench/aws/run-progress.ts';
import type { RunRequest } from '../../../../lib/bench/aws/run-request.ts';
import { followLines, runStatusText } from '../../../../lib/bench/aws/status-text.ts';
import type { RunStatus } from '../../../../lib/bench/results/run-folder.ts';
import { requestedRun } from '../../../support/requested-run.ts';

const START = new Date('2026-01-02T03:00:00.000Z');
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);

const pairs: readonly DeployedPair[] = [1, 2].map((pair) => ({
  pair,
  instances: { serving: `i-s${pair}`, middleware: `i-m${pair}` },
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.72,
  maxHours: 4,
  cores: 4,
  runtime: 'simulated',
  servings: ['tfserving'],
  unavailable: [],
  accelerator: 'cpu',
}));

const nodes: readonly NodeState[] = pairs.flatMap((pair) =>
  nodesOfPair(pair).map((node) => ({ ...node, state: 'running', isAgentOnline: true })),
);

const context: ProgressContext = { now: at(100), pairs, nodes };

const request = requestedRun(
  'r',
  {
    levels: [{ loop: 'closed', virtualUsers: 1 }],
    scenarios: ['cold', 'warm'],
    repeats: 2,
    noopLimits: 'none',
  },
  [1, 2],
  START,
);

const RUNNING = 'TensorFlow Serving, cold, 1 VU';

const status = (pair: number, change: Partial<RunStatus> = {}): RunStatus => ({
  format: 1,
  runId: 'r',
  pair,
  state: 'running',
  startedAt: START.toISOString(),
  updatedAt: at(90).toISOString(),
  running: RUNNING,
  measurements: { total: 2, completed: 1, failed: 0 },
  secondsLeft: 60,
  starts: 1,
  ...change,
});

const progress = (
  statuses: readonly RunStatus[],
  change: Partial<ProgressContext> = {},
  changed: Partial<RunRequest> = {},
): RunProgress => {
  const run: RunObjects = {
    runId: 'r',
    request: { ...request, ...changed },
    statuses: new Map(statuses.map((pairStatus) => [pairStatus.pair, pairStatus])),
  };
  return runProgress(run, { ...context, ...change });
};

const statesOf = (run: RunProgress) => [run.state, ...run.pairs.map(({ state }) => state)];

describe('the progress of a search for settings', () => {
  const searching = requestedRun('r', { profile: 'tune' }, [1], START);

  it('has the total that is expected, until the pair knows better', () => {
    const [waiting, running] = [
      [],
      [status(1, { measurements: { total: 300, completed: 7, failed: 0 } })],
    ].map((statuses) => progress(statuses, {}, searching));

    expect(waiting?.totalMeasurements).toBe(searching.totalMeasurements);
    expect(searching.totalMeasurements).toBeGreaterThan(10);
    expect(running && runStatusText(running)).toContain('\n7 of about 300 measurements;');
  });
});

describe('the progress of a run', () => {
  it('counts the time until now, and subtracts the time since the last report from what is left', () => {
    const [pair] = progress([status(1), status(2)]).pairs;

    expect(pair).toMatchObject({ secondsSoFar: 100, secondsLeft: 50, ageSeconds: 10 });
  });

  it('waits for a pair that has not reported yet', () => {
    expect(statesOf(progress([status(1)]))).toEqual(['running', 'running', 'waiting']);
  });

  it('counts a pair as lost that has not reported for longer than any measurement takes', () => {
    const statuses = [status(1), status(2, { updatedAt: at(0).toISOString() })];
    const limit = maxSilentSeconds(request);
    const stateAt = (seconds: number) => statesOf(progress(statuses, { now: at(seconds) }))[2];

    expect(stateAt(limit - 1)).toBe('running');
    expect(stateAt(limit + 1)).toBe('lost');
  });

  it('counts a pair as lost whose node no command reaches', () => {
    const silent = nodes.map((node) =>
      node.instanceId === 'i-m2' ? { ...node, isAgentOnline: false } : node,
    );
    const run = progress([status(1), status(2)], { nodes: silent });

    expect(statesOf(run)).toEqual(['running', 'running', 'lost']);
    expect(run.pairs[1]?.message).toContain('i-m2');
  });

  it('counts a pair as lost whose node no longer exists, and says which and why', () => {
    const dead = nodes.map((node) =>
      node.instanceId === 'i-s2'
        ? { ...node, state: 'terminated', stateReason: 'Server.SpotInstanceTermination' }
        : node,
    );
    const run = progress([status(1), status(2)], { nodes: dead });

    expect(statesOf(run)).toEqual(['running', 'running', 'lost']);
    expect(run.pairs[1]?.message).toMatch(/i-s2.*Server\.SpotInstanceTermination/);
  });

  it('counts a pair as lost whose stack is gone or whose runner never started', () => {
    expect(statesOf(progress([status(1), status(2)], { pairs: pairs.slice(0, 1) }))[2]).toBe(
      'lost',
    );
    expect(statesOf(progress([status(1)], {}, { notStarted: [2] }))[2]).toBe('lost');
  });

  it('is completed when all pairs are, and incomplete when no pair is working and measurements are missing', () => {
    const done = {
      state: 'completed',
      measurements: { total: 2, completed: 2, failed: 0 },
    } as const;

    expect(progress([status(1, done), status(2, done)]).state).toBe('completed');
    expect(progress([status(1, done), status(2, { state: 'failed' })]).state).toBe('incomplete');
    expect(progress([status(1, done), status(2, { state: 'cancelled' })]).state).toBe('incomplete');
  });

  it('counts what was kept of pairs that a resume left out', () => {
    const run = progress([status(1)], {}, { pairs: [1], keptMeasurements: 1 });

    expect(statesOf(run)).toEqual(['running', 'running']);
    expect(run.finishedMeasurements).toBe(2);
  });
});

describe('the text of the progress of a run', () => {
  it('names the measurement that each pair measures, in the status and in the terminal', () => {
    const run = progress([status(1), status(2)]);

    expect(runStatusText(run)).toContain(`pair 1: ${RUNNING}\n`);
    expect(followLines(run)).toEqual([
      '[2/4] 50 s left',
      `pair 1: [1/2] ${RUNNING}`,
      `pair 2: [1/2] ${RUNNING}`,
    ]);
  });

  it('names no measurement of a pair that was lost', () => {
    const run = progress([status(1), status(2)], { pairs: pairs.slice(1) });

    expect(run.pairs[0]?.running).toBeUndefined();
    expect(followLines(run).slice(1)).toEqual([`pair 2: [1/2] ${RUNNING}`]);
  });
});
