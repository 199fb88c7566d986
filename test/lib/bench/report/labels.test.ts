import type { SummaryRow } from '../../../../lib/bench/analysis/summary.ts';
import type { Path } from '../../../../lib/bench/plan/cell.ts';
import { levelLabel, pathLabels, timeParts } from '../../../../lib/bench/report/labels.ts';

const path = (payload: Path['payload'], encoding: Path['encoding']): Path => ({
  serving: 'tfserving',
  protocol: 'rest',
  payload,
  encoding,
});

const row = (meanMs: number, phases: Record<string, number>): SummaryRow => ({
  path: path('tensor', 'json'),
  engine: 'onnx',
  scenario: 'warm',
  level: { loop: 'closed', virtualUsers: 1 },
  repeats: 1,
  failedRepeats: [],
  warnings: [],
  meanMs,
  phases: Object.fromEntries(Object.entries(phases).map(([name, ms]) => [name, { meanMs: ms }])),
});

describe('the name of a path', () => {
  it('is the title of the serving where it takes part once', () => {
    expect([...pathLabels([path('tensor', 'json')]).values()]).toEqual(['TensorFlow Serving']);
  });

  it('tells apart the paths of one serving', () => {
    const labels = pathLabels([path('tensor', 'json'), path('image', 'base64')]);
    expect([...labels.values()]).toEqual([
      'TensorFlow Serving, tensor json',
      'TensorFlow Serving, image base64',
    ]);
  });
});

describe('the name of a level', () => {
  it('tells users of a closed loop from the rate of an open one', () => {
    expect(levelLabel({ loop: 'closed', virtualUsers: 1 })).toBe('1 VU');
    expect(levelLabel({ loop: 'closed', virtualUsers: 10 })).toBe('10 VUs');
    expect(levelLabel({ loop: 'open', ratePerSecond: 50, arrivals: 'poisson' })).toBe(
      '50/s Poisson',
    );
  });
});

describe('the parts of a request', () => {
  it('add up to the client’s mean and leave out the total that they are of', () => {
    const parts = timeParts(row(20, { upstream: 12, decode: 5, total: 18 }));
    expect(parts).toEqual([
      { name: 'decode', meanMs: 5 },
      { name: 'upstream', meanMs: 12 },
      { name: 'rest', meanMs: 3 },
    ]);
  });

  it('have no negative rest', () => {
    expect(timeParts(row(10, { upstream: 10.01 })).at(-1)).toEqual({ name: 'rest', meanMs: 0 });
  });
});
