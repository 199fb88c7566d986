import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { calibrationTaskOf, onSlowRig } from '../../../../lib/bench/plan/calibration-task.ts';
import { planMeasurement } from '../../../support/recorded-run.ts';

const targetOf = (changes: Partial<Target>): Target => ({
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
  ...changes,
});
const best = targetOf({});
const users = targetOf({ payload: 'tensors' });
const fullSize = targetOf({ payload: 'tensor_fullsize', encoding: 'json' });

const options = resolvePlanOptions({ seed: 1, durationSeconds: 1 });
const studyRig = resolvePlanOptions({ profile: 'study-rig', seed: 1 });

describe('The calibration of a plan', () => {
  it('prefers a target with a tensor, over REST, and with an encoding that needs little work', () => {
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

  it('prefers a target to which the middleware sends several requests at a time', () => {
    const other = targetOf({ serving: 'torchserve', payload: 'image', encoding: 'raw' });

    expect(
      calibrationTaskOf({ options: studyRig, targets: [best, other], measurements: [] })?.target,
    ).toEqual(other);
  });

  it('has a target without settings, which the known latency does not have', () => {
    const settings = { instances: 2, threads: 1, maxBatch: 4, batchDelayMs: 5 };

    expect(
      calibrationTaskOf({ options, targets: [{ ...best, settings }], measurements: [] })?.target,
    ).toEqual(best);
  });

  it.each([
    ['four users and 25 ms', { targets: [best] }, { virtualUsers: 4, delayMs: 25 }],
    [
      '150 ms if the middleware takes long for a request',
      { targets: [fullSize] },
      { virtualUsers: 4, delayMs: 150 },
    ],
    [
      'one user and 150 ms if the middleware handles one request at a time',
      { targets: [best], options: studyRig },
      { virtualUsers: 1, delayMs: 150 },
    ],
  ])('has %s', (_, plan, task) => {
    expect(calibrationTaskOf({ options, ...plan, measurements: [] })).toMatchObject(task);
  });

  it.each([
    ['keeps its latency if the rig is faster', users, 25, { delayMs: 25 }],
    ['keeps its latency if the model is ours', best, 190, { delayMs: 25 }],
    [
      'has twice the time of the rig if the rig is slower, and lasts for as many requests',
      users,
      190,
      { delayMs: 380, warmupSeconds: 1.9, durationSeconds: 7.6 },
    ],
  ])('%s', (_, target, rigMs, expected) => {
    const task = calibrationTaskOf({ options, targets: [target], measurements: [] });

    expect(task && onSlowRig(task, rigMs)).toMatchObject(expected);
  });

  it.each([
    ['as long as the longest window of the plan', best, [0.5, 1.5], 1.5],
    ['for two seconds at most', best, [60], 2],
    ['for at least twenty requests', best, [0.1], 0.5],
    ['for at least twenty requests with a longer delay', fullSize, [0.1], 3],
  ])('lasts %s', (_, target, durations, durationSeconds) => {
    const measurements = durations.map((seconds) => planMeasurement({ durationSeconds: seconds }));

    expect(calibrationTaskOf({ options, targets: [target], measurements })).toMatchObject({
      durationSeconds,
    });
  });
});
