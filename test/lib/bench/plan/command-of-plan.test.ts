import { readCommandLine } from '../../../../serving-configs/options/command.ts';
import { planOptions, planOverridesOf } from '../../../../lib/bench/plan/command-line.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { runCommandOf } from '../../../../lib/bench/plan/command-of-plan.ts';

const commandFor = (
  overrides: PlanOverrides,
  host: Partial<Parameters<typeof runCommandOf>[0]> = {},
): string =>
  runCommandOf({
    where: 'local',
    runtime: 'simulated',
    settings: {},
    options: resolvePlanOptions({ seed: 7, ...overrides }, host.where, host.runtime),
    ...host,
  });

describe('The command that repeats the measurements of a plan', () => {
  it('names only the options that differ from the profile', () => {
    expect(commandFor({})).toBe('npx serving-compare run --seed 7');
    expect(commandFor({ profile: 'full', repeats: 3 })).toBe(
      'npx serving-compare run --profile full --repeats 3 --seed 7',
    );
  });

  it.each([
    [{ runtime: 'docker' }, '--runtime docker'],
    [{ where: 'aws', runtime: 'container' }, '--on aws'],
    [
      { settings: { model: '/models/a.onnx', modelFiles: { onnx: '/models/a.onnx' } } },
      '--model /models/a.onnx',
    ],
    [{ settings: { modelFiles: { onnx: '/on/a/node.onnx' } } }, ''],
  ] as const)('names the host and the model: %j', (host, words) => {
    expect(commandFor({}, host)).toBe(
      ['npx serving-compare run', words, '--seed 7'].filter((word) => word !== '').join(' '),
    );
  });

  it('makes the same plan', () => {
    const overrides: PlanOverrides = {
      profile: 'full',
      seed: 7,
      servings: ['tfserving', 'triton_pytorch'],
      payloads: ['tensor'],
      levels: [{ loop: 'open', ratePerSecond: 12.5, arrivals: 'constant' }],
      durationSeconds: 5400.5,
      noopLimits: 'none',
      sloP99Ms: [15, 0.5],
    };
    const typed = commandFor(overrides).replace('npx serving-compare run ', '').split(' ');
    const command = { name: 'run', description: '', options: planOptions };
    const values = readCommandLine(command, typed) as Parameters<typeof planOverridesOf>[0];

    expect(resolvePlanOptions(planOverridesOf(values))).toEqual(resolvePlanOptions(overrides));
  });
});
