import { readCommandLine, type Option } from '../../../../serving-configs/options/command.ts';
import {
  defaultsOf,
  planArguments,
  planOptions,
  planOverridesOf,
} from '../../../../lib/bench/plan/command-line.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import {
  profileDefaults,
  resolvePlanOptions,
} from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { profiles } from '../../../../lib/bench/plan/profiles.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { documents } from '../../../../lib/aws/contract/documents/index.ts';

const parse = (line: string): PlanOverrides => {
  const args = line.split(' ').filter((word) => word !== '');
  const values = readCommandLine({ name: 'plan', description: '', options: planOptions }, args);
  if (typeof values === 'string') throw new Error('help');
  return planOverridesOf(values);
};

const everything: PlanOverrides = {
  profile: 'full',
  seed: 7,
  servings: ['tfserving', 'triton_pytorch'],
  protocols: ['rest'],
  payloads: ['tensor', 'image'],
  encodings: ['raw', 'json'],
  scenarios: ['warm'],
  levels: [
    { loop: 'closed', virtualUsers: 1 },
    { loop: 'closed', virtualUsers: 64 },
  ],
  durationSeconds: 12.5,
  warmupSeconds: 0,
  bypassSeconds: 0.5,
  repeats: 7,
  timeoutMs: 1500,
  engine: 'noop',
  loadGenerator: 'k6',
  noopLimits: 'none',
  sloP99Ms: [15, 0.5],
};

describe('The options of a plan on the command line', () => {
  it('become the fields of a plan', () => {
    expect(
      parse(
        '--profile full --seed 7 --servings tfserving,triton_pytorch --protocols rest --payloads tensor,image --encodings raw,json --scenarios warm --levels 1,64 --duration 12.5s --warmup 0 --bypass 500ms --repeats 7 --timeout 1.5s --engine noop --load-generator k6 --noop-limits none --slo-p99 15ms,0.5ms',
      ),
    ).toEqual(everything);
  });

  it('turn rates into an open loop, with Poisson arrivals by default', () => {
    expect(parse('--rates 12.5').levels).toEqual([
      { loop: 'open', ratePerSecond: 12.5, arrivals: 'poisson' },
    ]);
    expect(parse('--rates 5 --arrivals constant').levels).toEqual([
      { loop: 'open', ratePerSecond: 5, arrivals: 'constant' },
    ]);
  });

  it.each([
    '--profile slo --rates 5',
    '--profile stability --rates 5',
    '--faults burst',
    '--profile stability --faults nothing',
    '--protocols grpc --load-generator k6 --bypass 1s',
  ])('refuse %s, of which an option would have no effect', (line) => {
    expect(() => parse(line)).toThrow(UsageError);
  });

  it('take faults with the profile stability', () => {
    expect(parse('--profile stability --faults burst,kill-worker').faults).toEqual([
      'burst',
      'kill-worker',
    ]);
  });

  it.each(profileDefaults)(
    'give the plan of their profile if its defaults are typed: $profile $where',
    ({ profile, where, options }) => {
      const typed = Object.entries<Option>(planOptions).flatMap(([name, option]) =>
        defaultsOf(name, option)
          .filter((value) => value.profile === profile && value.where === where)
          .filter((value) => value.text !== 'none')
          .map(({ text }) => `--${name} ${text}`),
      );

      // No option of the command line has them.
      const { ends, order, windows } = options;
      expect({
        ...profiles[profile].options,
        ...parse(typed.join(' ')),
        ends,
        order,
        windows,
      }).toEqual(options);
    },
  );

  it.each([
    '--levels 1,4',
    '--scenarios cold',
    '--bypass 1s',
    '--rates 20',
    '--slo-p99 50ms,100ms',
  ])('are refused if a search for settings would not obey them: %s', (options) => {
    expect(() => parse(`--profile tune ${options}`)).toThrow(UsageError);
  });

  it('turn a delay into an engine', () => {
    expect(parse('--delay 15ms')).toEqual({ engine: 'delay', delayMs: 15 });
  });
});

describe('The options of a plan as text for a node', () => {
  it.each<PlanOverrides>([
    everything,
    { levels: [{ loop: 'open', ratePerSecond: 0.5, arrivals: 'constant' }] },
    {},
  ])('are read as they were written: %j', (overrides) => {
    expect(parse(planArguments(overrides))).toEqual(overrides);
  });

  it('have only characters that the SSM document allows, even for a complete plan', () => {
    const pattern = new RegExp(documents.RunPlan.parameters.Options.allowedPattern);

    expect(planArguments(everything)).toMatch(pattern);
    expect(planArguments(resolvePlanOptions({ profile: 'replicate-2021' }))).toMatch(pattern);
  });
});
