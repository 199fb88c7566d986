import type { Path } from '../../../../lib/bench/model/cell.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { oracleTaskOf } from '../../../../lib/bench/plan/oracle-task.ts';
import { closed, planCell } from '../../../support/recorded-run.ts';

const pathOf = (one: Partial<Path>): Path => ({
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
  ...one,
});
const best = pathOf({});
const fullSize = pathOf({ payload: 'tensor_fullsize', encoding: 'json' });

const options = resolvePlanOptions({ seed: 1 });
const parity = resolvePlanOptions({ profile: 'parity', seed: 1 });

describe('a known latency is measured', () => {
  it('on the path of a tensor, over REST, and of little work for its encoding', () => {
    const paths = [
      fullSize,
      pathOf({ payload: 'image', encoding: 'raw' }),
      pathOf({ protocol: 'grpc', encoding: 'raw' }),
      pathOf({ encoding: 'json' }),
      best,
    ];
    const pathAmong = (count: number) =>
      oracleTaskOf({ options, paths: paths.slice(0, count), cells: [] })?.path;

    expect([5, 3, 2, 1, 0].map(pathAmong)).toEqual([best, paths[2], paths[1], fullSize, undefined]);
  });

  it('on one where the middleware takes several requests at a time, if there is one', () => {
    const other = pathOf({ serving: 'torchserve', payload: 'image', encoding: 'raw' });

    expect(oracleTaskOf({ options: parity, paths: [best, other], cells: [] })?.path).toBe(other);
  });

  it.each([
    ['by four users, of 25 ms', { paths: [best] }, { virtualUsers: 4, delayMs: 25 }],
    [
      'of 150 ms where the middleware takes long for a request',
      { paths: [fullSize] },
      { virtualUsers: 4, delayMs: 150 },
    ],
    [
      'by one user, of 150 ms, where the middleware takes one request at a time',
      { paths: [best], options: parity },
      { virtualUsers: 1, delayMs: 150 },
    ],
  ])('%s', (_, plan, task) => {
    expect(oracleTaskOf({ options, ...plan, cells: [] })).toMatchObject(task);
  });

  it.each([
    ['the longest window of the plan', best, [0.5, 1.5], 1.5],
    ['two seconds at most', best, [60], 2],
    ['twenty requests of the serving at least', best, [0.1], 0.5],
    ['twenty requests of a slower one', fullSize, [0.1], 3],
  ])('for %s', (_, path, durations, durationSeconds) => {
    const cells = durations.map((seconds) => planCell(path, 'onnx', 'warm', closed(1), 1, seconds));

    expect(oracleTaskOf({ options, paths: [path], cells })).toMatchObject({ durationSeconds });
  });
});
