import { readCommandLine } from '../../../../serving-configs/options/command.ts';
import { planOptions, planOverridesOf } from '../../../../lib/bench/plan/command-line.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import {
  againCommandOf,
  resumeCommandOf,
  runCommandOf,
  soakCommandOf,
} from '../../../../lib/bench/plan/command-of-plan.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

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
    [
      { runtime: 'docker', settings: { configFile: '/a b/own.json' } },
      "--runtime docker --config '/a b/own.json'",
    ],
    [
      { settings: { processes: 3, usdPerHour: 0.5, maxSeconds: 90 } },
      '--processes 3 --price-per-hour 0.5USD --max-time 1m30s',
    ],
  ] as const)('names the host, the model and what was set: %j', (host, words) => {
    expect(commandFor({}, host)).toBe(
      ['npx serving-compare run', words, '--seed 7'].filter((word) => word !== '').join(' '),
    );
  });

  it('names repeats that a user has given, even if they are as many as those of a run that ends when it is decided', () => {
    const { repeats } = resolvePlanOptions({});

    expect(commandFor({ repeats })).toBe(`npx serving-compare run --repeats ${repeats} --seed 7`);
  });

  it('names windows that a user has given, even if they are as long as the shortest of a pilot', () => {
    const { durationSeconds } = resolvePlanOptions({});

    expect(commandFor({ durationSeconds })).toBe(
      `npx serving-compare run --duration ${1000 * durationSeconds}ms --seed 7`,
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

describe('The command that measures the same again', () => {
  type Changed = Parameters<typeof againCommandOf>[1];
  const LONGER: readonly Changed[] = [
    { bypassSeconds: 2 },
    { durationSeconds: 9 },
    { warmupSeconds: 9 },
  ];
  const NUMBERED = { repeats: 9, ends: 'with-repeats' } as const;
  const timeIn = (maxSeconds: number, changed?: Changed, count = 3): string | undefined => {
    const plan = {
      where: 'local',
      runtime: 'simulated',
      settings: { maxSeconds },
      options: resolvePlanOptions({ seed: 7 }),
      targets: Array.from({ length: count }, () => recordedTargets()[0]),
    } as const;
    return / --max-time (\S+) /.exec(againCommandOf(plan, changed))?.[1];
  };

  it('has the time of its user', () => {
    expect(timeIn(90)).toBe('1m30s');
    expect(timeIn(90, { levels: [{ loop: 'closed', virtualUsers: 1 }] })).toBe('1m30s');
  });

  it('has it only if it is more than the default, if an option makes it take longer', () => {
    expect(LONGER.map((changed) => timeIn(90, changed))).toEqual(LONGER.map(() => undefined));
    expect(LONGER.map((changed) => timeIn(600, changed))).toEqual(LONGER.map(() => '10m'));
    expect(LONGER.map((changed) => timeIn(400, changed, 8))).toEqual(LONGER.map(() => undefined));
  });

  it('has no time for a number of repeats, which all are to be measured', () => {
    expect([90, 600].map((maxSeconds) => timeIn(maxSeconds, NUMBERED))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('The command that measures on in a run folder', () => {
  it('names the servers whose credentials must be given again', () => {
    const targets = ['a=http://USER:PASSWORD@host:1/x', 'b=http://host:2/y'];

    expect(resumeCommandOf('results/a', { where: 'local', settings: { targets } })).toBe(
      'npx serving-compare run --resume results/a --target a=http://USER:PASSWORD@host:1/x',
    );
    expect(resumeCommandOf('results/a', { where: 'aws', settings: {} })).toBe(
      'npx serving-compare run --on aws --resume a',
    );
  });

  it('names the configuration of a deployment, which tells where the run is', () => {
    const settings = { configFile: '/own.json' };

    expect(resumeCommandOf('results/a', { where: 'aws', settings })).toBe(
      'npx serving-compare run --on aws --resume a --config /own.json',
    );
    expect(resumeCommandOf('results/a', { where: 'local', settings })).toBe(
      'npx serving-compare run --resume results/a',
    );
  });
});

const soakOf = (
  target: Parameters<typeof soakCommandOf>[1],
  overrides: PlanOverrides,
  host: Partial<Parameters<typeof soakCommandOf>[0]>,
): string =>
  soakCommandOf(
    {
      where: 'local',
      runtime: 'simulated',
      settings: {},
      options: resolvePlanOptions({ seed: 7, levels: [], ...overrides }),
      ...host,
    },
    target,
  );

describe('The command that puts a target of a plan under constant load', () => {
  it('measures the same model, server, protocol and payload', () => {
    expect(
      soakOf(
        { serving: 'tfserving', protocol: 'grpc', payload: 'image', encoding: 'raw' },
        { profile: 'full', protocols: ['rest', 'grpc'], encodings: ['raw'], timeoutMs: 5000 },
        { runtime: 'docker', settings: { model: '/models/a.yaml' } },
      ),
    ).toBe(
      'npx serving-compare run --profile soak --servings tfserving --protocols grpc --payloads image --encodings raw --timeout 5s --runtime docker --model /models/a.yaml --seed 7',
    );
  });

  it('asks a running server at its address, and no other', () => {
    expect(
      soakOf(
        { serving: 'mine' as 'tfserving', protocol: 'grpc', payload: 'tensors', encoding: 'raw' },
        {},
        {
          runtime: 'docker',
          settings: {
            targets: ['mine=http://a:1/', 'other=http://b:2/'],
            configFile: '/own.json',
            maxSeconds: 60,
          },
        },
      ),
    ).toBe('npx serving-compare run --profile soak --target mine=http://a:1/ --seed 7');
  });
});
