import type { Path } from '../../../../lib/bench/plan/cell.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { isBlocking, oraclePath } from '../../../../lib/bench/run/oracle-path.ts';

const pathOf = (one: Partial<Path>): Path => ({
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
  ...one,
});

describe('the path on which a known latency is measured', () => {
  it('is of a tensor, over REST, and of little work for its encoding', () => {
    const best = pathOf({});
    const paths = [
      pathOf({ payload: 'tensor_fullsize', encoding: 'json' }),
      pathOf({ payload: 'image', encoding: 'raw' }),
      pathOf({ protocol: 'grpc', encoding: 'raw' }),
      pathOf({ encoding: 'json' }),
      best,
    ];

    expect(oraclePath({ paths })).toBe(best);
    expect(oraclePath({ paths: paths.slice(0, 3) })).toBe(paths[2]);
    expect(oraclePath({ paths: paths.slice(0, 2) })).toBe(paths[1]);
    expect(oraclePath({ paths: [] })).toBeUndefined();
  });

  it('is, where there is a choice, none on which the middleware takes one request at a time', () => {
    const options = resolvePlanOptions({ profile: 'parity', seed: 1 });
    const blocking = pathOf({});
    const other = pathOf({ serving: 'torchserve', payload: 'image', encoding: 'raw' });

    expect(oraclePath({ options, paths: [blocking, other] })).toBe(other);
    expect(oraclePath({ options, paths: [blocking] })).toBe(blocking);
    expect([blocking, other].map((path) => isBlocking({ options }, path))).toEqual([true, false]);
  });
});
