import {
  deadlineOf,
  assertEnoughTime,
  earliestDeadline,
} from '../../../../lib/bench/aws/deadlines.ts';
import { nodeProblems, type NodeState } from '../../../../lib/bench/aws/node-states.ts';

const node = (change: Partial<NodeState> = {}): NodeState => ({
  pair: 1,
  role: 'serving',
  instanceId: 'i-1',
  state: 'running',
  launchedAt: new Date('2026-01-02T03:00:00.000Z'),
  isAgentOnline: true,
  ...change,
});

const withoutAgent = node({ isAgentOnline: undefined });

describe('a node', () => {
  it('has no problem if it runs and its agent is online', () => {
    expect(nodeProblems('d', 'us-east-1', [node()])).toEqual([]);
  });

  it.each([
    ['is terminated', node({ state: 'terminated' }), 'npx serving-compare deploy'],
    ['is gone', node({ state: 'gone' }), 'npx serving-compare deploy'],
    ['is stopped', node({ state: 'stopped' }), 'npx serving-compare deploy'],
    ['is pending', node({ state: 'pending' }), 'wait'],
    ['has an agent that never connected', withoutAgent, 'get-console-output'],
    ['has an agent that lost the connection', node({ isAgentOnline: false }), 'reboot'],
  ])('that %s is reported with a remedy', (_, state, remedy) => {
    expect(nodeProblems('d', 'us-east-1', [state])).toMatchObject([
      { instanceId: 'i-1', remedy: expect.stringContaining(remedy) as string },
    ]);
  });
});

describe('the deadline of nodes', () => {
  it('is their launch time plus maxHours, or what they were extended to', () => {
    const extendedTo = new Date('2026-01-03T03:00:00.000Z');

    expect(deadlineOf(node(), 4)?.toISOString()).toBe('2026-01-02T07:00:00.000Z');
    expect(deadlineOf(node({ extendedTo }), 4)).toBe(extendedTo);
    expect(deadlineOf({}, 4)).toBeUndefined();
  });

  it('is the earliest of all nodes, since a pair needs both', () => {
    const later = node({ instanceId: 'i-2', launchedAt: new Date('2026-01-02T04:00:00.000Z') });

    const pairs = [{ pair: 1, maxHours: 1 }];
    expect(earliestDeadline([later, node()], pairs)?.toISOString()).toBe(
      '2026-01-02T04:00:00.000Z',
    );
  });

  it('goes by the hours that each pair was deployed with', () => {
    const nodes = [node(), node({ instanceId: 'i-2', pair: 2 })];
    const pairs = [
      { pair: 1, maxHours: 11 },
      { pair: 2, maxHours: 2 },
    ];
    expect(earliestDeadline(nodes, pairs)?.toISOString()).toBe('2026-01-02T05:00:00.000Z');
  });

  it('must leave a run its time and a quarter more', () => {
    const now = new Date('2026-01-02T03:00:00.000Z');
    const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

    expect(() => assertEnoughTime(inMinutes(81), 3600, now)).not.toThrow();
    expect(() => assertEnoughTime(undefined, 3600, now)).not.toThrow();
    expect(() => assertEnoughTime(inMinutes(79), 3600, now)).toThrow(
      expect.objectContaining({
        code: 'BENCH_DEADLINE',
        hint: expect.stringContaining('extend 2h') as unknown,
      }) as Error,
    );
  });
});
