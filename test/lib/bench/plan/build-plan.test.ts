import { buildMeasurements } from '../../../../lib/bench/plan/build-plan.ts';
import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { targetId, type Measurement } from '../../../../lib/bench/model/measurement.ts';
import { measuredInStudy } from '../../../../serving-configs/index.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';

/** Several of everything, for tests that name no profile. */
const SEVERAL: PlanOverrides = {
  servings: measuredInStudy,
  scenarios: ['cold', 'warm'],
  levels: [1, 4, 10].map((virtualUsers) => ({ loop: 'closed', virtualUsers })),
  repeats: 3,
};

const plan = (given: PlanOverrides): readonly Measurement[] => {
  const overrides = given.profile === undefined ? { ...SEVERAL, ...given } : given;
  const options = resolvePlanOptions({ seed: 1, ...overrides });
  return buildMeasurements(buildTargets(options, overrides.servings !== undefined), options);
};
const ids = (measurements: readonly Measurement[]): string[] => measurements.map(({ id }) => id);
const group = (measurement: Measurement): string =>
  `${targetId(measurement.target)} ${measurement.engine} ${measurement.scenario}`;
const groupOrder = (measurements: readonly Measurement[], repeat: number): string[] => [
  ...new Set(measurements.filter((measurement) => measurement.repeat === repeat).map(group)),
];
const users = ({ level }: Measurement): number =>
  level.loop === 'closed' ? level.virtualUsers : -1;
const ascends = (measurements: readonly Measurement[]): boolean =>
  measurements.every((measurement, index) => {
    const previous = measurements[index - 1];
    return (
      previous === undefined ||
      group(previous) !== group(measurement) ||
      users(previous) < users(measurement)
    );
  });

const warmups = (scenario: string): readonly number[] =>
  plan({ scenarios: ['cold', 'warm'], repeats: 1, warmupSeconds: 2, noopLimits: 'none' })
    .filter((measurement) => measurement.scenario === scenario)
    .map(({ warmupSeconds }) => warmupSeconds);

describe('The measurements of a plan', () => {
  it('come in the same order for the same seed, and in another order for another seed', () => {
    expect(ids(plan({ seed: 7 }))).toEqual(ids(plan({ seed: 7 })));
    expect(ids(plan({ seed: 7 }))).not.toEqual(ids(plan({ seed: 8 })));
    expect(ids(plan({ seed: 7 })).toSorted()).toEqual(ids(plan({ seed: 8 })).toSorted());
  });

  it('have unique ids', () => {
    const measurements = plan({ profile: 'full' });

    expect(new Set(ids(measurements)).size).toBe(measurements.length);
  });

  it('cover three warm servings at two levels in every block, with a no-op limit for each in the first repeat, in the quick profile', () => {
    const measurements = plan({ profile: 'quick' });
    const noopLimits = measurements.filter(({ engine }) => engine === 'noop');

    expect(measurements).toHaveLength(3 * 2 * 2 * 40 + 3 * 2);
    expect(noopLimits.map(users).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 4, 4, 4]);
    expect(noopLimits.every(({ repeat, scenario }) => repeat === 1 && scenario === 'warm')).toBe(
      true,
    );
    expect(new Set(measurements.map(({ target }) => target.payload))).toEqual(new Set(['tensor']));
  });

  it('alternate between the servers of a repeat, level by level, and mirror that order in the second block', () => {
    const measurements = plan({ profile: 'quick', noopLimits: 'none' });
    const [first, second] = [1, 2].map((block) =>
      measurements.filter((measurement) => measurement.repeat === 3 && measurement.block === block),
    );
    const orderOf = (windows: readonly Measurement[] = []): readonly string[] =>
      windows.map((window) => `${targetId(window.target)} ${users(window)}`);

    expect(orderOf(second)).toEqual(orderOf(first).toReversed());
    expect(first?.slice(0, 3).map(users)).toEqual(Array(3).fill(first?.[0] && users(first[0])));
    expect(new Set(orderOf(first).slice(0, 3)).size).toBe(3);
    const orders = Array.from({ length: 40 }, (_, repeat) =>
      orderOf(measurements.slice(12 * repeat, 12 * repeat + 6)).join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(10);
  });

  it('have a warm-up before the first window of each server in a repeat side by side, and bypass runs in the first block', () => {
    const [first, second] = [1, 2].map((block) =>
      plan({ profile: 'quick', repeats: 1, bypassSeconds: 1, noopLimits: 'none' }).filter(
        (measurement) => measurement.block === block,
      ),
    );

    expect(first?.map(({ warmupSeconds }) => warmupSeconds)).toEqual([0.5, 0.5, 0.5, 0, 0, 0]);
    expect(second?.map(({ warmupSeconds }) => warmupSeconds)).toEqual(Array(6).fill(0));
    expect(first?.map(({ bypassSeconds }) => bypassSeconds)).toEqual(Array(6).fill(1));
    expect(second?.map(({ bypassSeconds }) => bypassSeconds)).toEqual(Array(6).fill(undefined));
  });

  it.each([{ scenarios: ['cold', 'warm'] }, { loadGenerator: 'k6' }] as const)(
    'run one server at a time, in eight repeats, with %p',
    (given) => {
      const measurements = plan({ profile: 'quick', ...given, noopLimits: 'none' });
      const [first] = measurements;

      expect(new Set(measurements.map(({ block }) => block))).toEqual(new Set([1]));
      expect(new Set(measurements.map(({ repeat }) => repeat)).size).toBe(8);
      expect(measurements.slice(0, 2).map(({ target }) => target)).toEqual([
        first?.target,
        first?.target,
      ]);
    },
  );

  it('have no-op limits in every repeat on node pairs, where each repeat may run on another machine', () => {
    const options = resolvePlanOptions({ seed: 1, profile: 'quick' }, 'aws');
    const measurements = buildMeasurements(buildTargets(options, false), options);
    const repeats = measurements
      .filter(({ engine }) => engine === 'noop')
      .map(({ repeat }) => repeat);

    expect(repeats).toEqual(
      Array.from({ length: options.repeats }, (_, index) =>
        Array<number>(6).fill(index + 1),
      ).flat(),
    );
  });

  it('have a full warm-up after the start of their serving, and a quarter of it before further levels', () => {
    expect(warmups('cold')).toEqual(Array(12).fill(2));
    expect(warmups('warm')).toEqual(Array.from({ length: 4 }, () => [2, 0.5, 0.5]).flat());
  });

  it('last at most 20 s for no-op limits in every repeat, which run among the others', () => {
    const measurements = plan({ profile: 'replicate-2021', repeats: 2 });
    const noopLimits = measurements.filter(({ engine }) => engine === 'noop');
    const last = measurements.filter(({ repeat }) => repeat === 1).at(-1);

    expect(new Set(noopLimits.map(({ durationSeconds }) => durationSeconds))).toEqual(
      new Set([20]),
    );
    expect(new Set(noopLimits.map(({ repeat }) => repeat))).toEqual(new Set([1, 2]));
    expect(last?.engine).toBe('onnx');
  });

  it.each([
    ['embedded', 0.5],
    ['k6', undefined],
  ] as const)(
    'of the load generator %s have a bypass run of %p s over gRPC',
    (loadGenerator, seconds) => {
      const both = { protocols: ['rest', 'grpc'], bypassSeconds: 0.5, noopLimits: 'none' } as const;
      const measurements = plan({ ...both, loadGenerator });
      const secondsOf = (protocol: string): Set<number | undefined> =>
        new Set(
          measurements
            .filter(({ target }) => target.protocol === protocol)
            .map(({ bypassSeconds }) => bypassSeconds),
        );

      expect(secondsOf('rest')).toEqual(new Set([0.5]));
      expect(secondsOf('grpc')).toEqual(new Set([seconds]));
    },
  );

  it('are those of the study, with the payload that it sent, in the profile replicate-2021', () => {
    const measurements = plan({ profile: 'replicate-2021' });
    const measured = measurements.filter(({ engine }) => engine === 'onnx');
    const payloads = new Map(measurements.map(({ target }) => [target.serving, target.payload]));

    expect(measured).toHaveLength(4 * 2 * 10 * 5);
    expect(measurements.length - measured.length).toBe(4 * 10 * 5);
    expect(measured[0]).toMatchObject({ durationSeconds: 60, warmupSeconds: 0, timeoutMs: 60_000 });
    expect(Object.fromEntries(payloads)).toEqual({
      tfserving: 'tensor_fullsize',
      torchserve: 'image',
      triton_pytorch: 'tensor',
      triton_tensorflow: 'tensor',
    });
  });

  it('start at one virtual user and send images besides tensors in the full profile', () => {
    const measurements = plan({ profile: 'full' });

    expect([...new Set(measurements.map(users))].toSorted((a, b) => a - b)).toEqual([
      1, 2, 4, 8, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
    ]);
    expect(
      new Set(measurements.map(({ target }) => `${target.serving} ${target.payload}`)),
    ).toEqual(
      new Set([
        'torchserve tensor',
        'torchserve image',
        'tfserving tensor',
        'tfserving image',
        'triton_pytorch tensor',
        'triton_tensorflow tensor',
      ]),
    );
  });

  it('mirror the groups of an odd repeat in the next repeat, and shuffle them again after that', () => {
    const measurements = plan({ repeats: 5, noopLimits: 'none' });
    const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map((repeat) =>
      groupOrder(measurements, repeat),
    );

    expect(second).toEqual(first?.toReversed());
    expect(fourth).toEqual(third?.toReversed());
    expect(new Set([first, third, fifth].map((order) => order?.join()))).toHaveProperty('size', 3);
  });

  it('mirror shuffled levels too, so that two targets keep their distance at each level', () => {
    const measurements = plan({ profile: 'full', repeats: 2, noopLimits: 'none' });
    const withoutRepeat = measurements.map(
      (measurement) => `${group(measurement)} ${users(measurement)}`,
    );

    expect(withoutRepeat.slice(measurements.length / 2)).toEqual(
      withoutRepeat.slice(0, measurements.length / 2).toReversed(),
    );
  });

  it('mirror the measured groups even if only the first repeat has no-op limits among them', () => {
    const measurements = plan({ repeats: 2, noopLimits: 'once' });
    const measured = groupOrder(measurements, 1).filter((name) => !name.includes(' noop '));

    expect(groupOrder(measurements, 1)).toHaveLength(4 * 2 + 4);
    expect(groupOrder(measurements, 2)).toEqual(measured.toReversed());
  });

  it('have ascending levels in the profile replicate-2021, but not in the quick profile', () => {
    expect(ascends(plan({ profile: 'replicate-2021', repeats: 1 }))).toBe(true);
    expect(ascends(plan({ profile: 'quick', repeats: 1 }))).toBe(false);
  });

  it('measure the no-op limit of an open loop in a closed loop', () => {
    const measurements = plan({
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'poisson' }],
      servings: ['tfserving'],
      repeats: 1,
    });

    expect(measurements.map(({ engine, level }) => `${engine} ${level.loop}`).toSorted()).toEqual([
      'noop closed',
      'onnx open',
      'onnx open',
    ]);
  });

  it('do not depend on a p99 limit that is only reported', () => {
    expect(plan({ sloP99Ms: [20] })).toEqual(plan({}));
  });

  it('include no no-op limits if the no-op backend itself is measured', () => {
    expect(plan({ engine: 'noop', repeats: 1 })).toHaveLength(4 * 2 * 3);
  });
});

const testsOf = (overrides: PlanOverrides) =>
  plan({ profile: 'stability', servings: ['torchserve'], repeats: 1, ...overrides }).map(
    ({ target, stability }) => `${target.payload} ${stability ?? 'users'}`,
  );

describe('The measurements of a plan for stability', () => {
  it('start with virtual users and the control, and include every fault that the target can express', () => {
    expect(
      testsOf({ payloads: ['image'], faults: ['burst', 'image-cmyk', 'malformed-json'] }),
    ).toEqual(['image users', 'image users', 'image nothing', 'image image-cmyk', 'image burst']);
  });

  it('share one serving, and have windows of four parts, each of five seconds in a burst', () => {
    const measurements = plan({
      profile: 'stability',
      servings: ['torchserve'],
      payloads: ['image'],
      faults: ['burst'],
      repeats: 1,
      durationSeconds: 2,
    });

    expect(new Set(measurements.map(group)).size).toBe(1);
    expect(measurements.at(-1)).toMatchObject({
      level: { loop: 'open', ratePerSecond: 0, arrivals: 'constant' },
      durationSeconds: 20,
      stability: 'burst',
    });
    expect(measurements.at(-2)).toMatchObject({ durationSeconds: 8, stability: 'nothing' });
  });

  it('end with one window of the full duration in a soak, after short ones with virtual users', () => {
    const soak = plan({ profile: 'soak', servings: ['flask'], durationSeconds: 600 });

    expect(soak.map(({ durationSeconds }) => durationSeconds)).toEqual([10, 10, 600]);
    expect(soak.at(-1)?.stability).toBe('soak');
  });
});
