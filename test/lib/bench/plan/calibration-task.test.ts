import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { calibrationTaskOf, onSlowRig } from '../../../../lib/bench/plan/calibration-task.ts';
import { closed, planMeasurement } from '../../../support/recorded-run.ts';

const targetOf = (one: Partial<Target>): Target => ({
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
  ...one,
});
const best = targetOf({});
const users = targetOf({ payload: 'tensors' });
const fullSize = targetOf({ payload: 'tensor_fullsize', encoding: 'json' });

const options = resolvePlanOptions({ seed: 1 });
const parity = resolvePlanOptions({ profile: 'parity', seed: 1 });

describe('The calibration is measured', () => {
  it('on the target of a tensor, over REST, and of little work for its encoding', () => {
    const targets = [
      fullSize,
      targetOf({ payload: 'image', encoding: 'raw' }),
      targetOf({ protocol: 'grpc', encoding: 'raw' }),
      targetOf({ encoding: 'json' }),
      best,
    ];
    const targetAmong = (count: number) =>
      calibrationTaskOf({ options, targets: targets.slice(0, count), measurements: [] })?.target;

    expect([5, 3, 2, 1, 0].map(targetAmong)).toEqual([
      best,
      targets[2],
      targets[1],
      fullSize,
      undefined,
    ]);
  });

  it('on a target to which the middleware sends several requests at a time, if there is one', () => {
    const other = targetOf({ serving: 'torchserve', payload: 'image', encoding: 'raw' });

    expect(
      calibrationTaskOf({ options: parity, targets: [best, other], measurements: [] })?.target,
    ).toBe(other);
  });

  it.each([
    ['by four users, of 25 ms', { targets: [best] }, { virtualUsers: 4, delayMs: 25 }],
    [
      'of 150 ms where the middleware takes long for a request',
      { targets: [fullSize] },
      { virtualUsers: 4, delayMs: 150 },
    ],
    [
      'by one user, of 150 ms, where the middleware takes one request at a time',
      { targets: [best], options: parity },
      { virtualUsers: 1, delayMs: 150 },
    ],
  ])('%s', (_, plan, task) => {
    expect(calibrationTaskOf({ options, ...plan, measurements: [] })).toMatchObject(task);
  });

  it.each([
    ['the same latency where the rig takes less', users, 25, { delayMs: 25 }],
    ['the same latency where the size of tensors is ours', best, 190, { delayMs: 25 }],
    [
      'twice what the rig takes for a request where that is more, and for as many requests',
      users,
      190,
      { delayMs: 380, warmupSeconds: 1.9, durationSeconds: 7.6 },
    ],
  ])('with %s', (_, target, rigMs, expected) => {
    const task = calibrationTaskOf({ options, targets: [target], measurements: [] });

    expect(task && onSlowRig(task, rigMs)).toMatchObject(expected);
  });

  it.each([
    ['the longest window of the plan', best, [0.5, 1.5], 1.5],
    ['two seconds at most', best, [60], 2],
    ['twenty requests of the serving at least', best, [0.1], 0.5],
    ['twenty requests of a slower one', fullSize, [0.1], 3],
  ])('for %s', (_, target, durations, durationSeconds) => {
    const measurements = durations.map((seconds) =>
      planMeasurement(target, 'onnx', 'warm', closed(1), 1, seconds),
    );

    expect(calibrationTaskOf({ options, targets: [target], measurements })).toMatchObject({
      durationSeconds,
    });
  });
});
