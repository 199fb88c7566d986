import { machineOf } from '../../../../../lib/bench/analysis/comparison/machine-of.ts';
import type { AwsPair } from '../../../../../lib/bench/results/aws-environment.ts';
import { pairOn } from './run-on-pairs.ts';

const onAws = (...pairs: readonly AwsPair[]) => ({
  aws: { deployment: 'study', region: 'us-east-1', images: {}, pairs },
});
const cell = { pair: 1, startedAt: '2026-01-02T12:00:00.000Z' };

describe('the machine of a cell', () => {
  it('is the same in two runs where their pairs have the same nodes, whatever their numbers', () => {
    const one = machineOf(cell, onAws(pairOn(1, 'a')), 'before');

    expect(machineOf({ ...cell, pair: 2 }, onAws(pairOn(2, 'a')), 'after')).toBe(one);
    expect(machineOf(cell, onAws(pairOn(1, 'b')), 'after')).not.toBe(one);
  });

  it('is another where one node of the pair is another', () => {
    const pair = pairOn(1, 'a');
    const machines = [
      pair,
      { ...pair, serving: pairOn(1, 'b').serving },
      { ...pair, middleware: pairOn(1, 'b').middleware },
    ].map((one) => machineOf(cell, onAws(one), 'before'));

    expect(new Set(machines).size).toBe(3);
  });

  it('is that of the nodes that the pair had when the cell was started', () => {
    const replaced = onAws(
      pairOn(1, 'a', '2026-01-01T00:00:00.000Z'),
      pairOn(2, 'c', '2026-01-01T00:00:00.000Z'),
      pairOn(1, 'b', '2026-01-02T10:00:00.000Z'),
    );
    const at = (startedAt: string): string => machineOf({ pair: 1, startedAt }, replaced, 'before');

    expect(at('2026-01-01T12:00:00.000Z')).toContain('i-serving-a');
    expect(at('2026-01-02T12:00:00.000Z')).toContain('i-serving-b');
    expect(at('2025-12-31T12:00:00.000Z')).toContain('i-serving-a');
  });

  it('is never that of another run where no nodes are known', () => {
    expect(machineOf(cell, {}, 'before')).not.toBe(machineOf(cell, {}, 'after'));
  });

  it('is one where everything ran on one machine', () => {
    const local = { startedAt: cell.startedAt };

    expect(machineOf(local, {}, 'before')).toBe(machineOf(local, {}, 'after'));
  });
});
