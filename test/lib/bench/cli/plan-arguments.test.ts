import { planOptionSpecs, planOverridesOf } from '../../../../lib/bench/cli/plan-arguments.ts';
import { parseCommandLine } from '../../../../lib/bench/cli/usage.ts';

const parse = (...args: string[]) =>
  planOverridesOf(parseCommandLine(args, planOptionSpecs, 'plan').values);
const usage = (hint: string) =>
  expect.objectContaining({ code: 'BENCH_USAGE', hint }) as unknown as Error;

describe('the options of a plan on the command line', () => {
  it('say nothing about what was not said', () => {
    expect(parse()).toEqual({});
  });

  it('take lists with commas, several times, each item once', () => {
    expect(parse('--servings', 'tfserving,torchserve', '--servings', 'tfserving')).toEqual({
      servings: ['tfserving', 'torchserve'],
    });
  });

  it('take bounds of p99 in milliseconds, with whatever profile', () => {
    expect(parse('--slo-p99-ms', '15,50.5', '--slo-p99-ms', '15.0').sloP99Ms).toEqual([15, 50.5]);
    expect(() => parse('--slo-p99-ms', '0')).toThrow('--slo-p99-ms is "0"');
  });

  it('take virtual users', () => {
    expect(parse('--levels', '1,8').levels).toEqual([
      { loop: 'closed', virtualUsers: 1 },
      { loop: 'closed', virtualUsers: 8 },
    ]);
  });

  it('take rates, with Poisson arrivals where none are named', () => {
    expect(parse('--rates', '12.5').levels).toEqual([
      { loop: 'open', ratePerSecond: 12.5, arrivals: 'poisson' },
    ]);
    expect(parse('--rates', '5', '--arrivals', 'constant').levels).toEqual([
      { loop: 'open', ratePerSecond: 5, arrivals: 'constant' },
    ]);
  });

  it('take seconds as numbers', () => {
    expect(parse('--duration', '0.5', '--warmup=0', '--direct', '0', '--timeout', '1.5')).toEqual({
      durationSeconds: 0.5,
      warmupSeconds: 0,
      directSeconds: 0,
      timeoutMs: 1500,
    });
  });

  it('take the time of an engine that computes nothing', () => {
    expect(parse('--delay', '15')).toEqual({ engine: 'delay', delayMs: 15 });
    expect(parse('--engine', 'delay', '--delay', '0')).toEqual({ engine: 'delay', delayMs: 0 });
  });

  it.each([
    [['--engine', 'null', '--delay', '15'], 'leave --engine out'],
    [['--engine', 'delay'], 'give --delay MILLISECONDS'],
    [['--profile', 'quik'], 'did you mean quick?'],
    [['--servings', 'tfservin'], 'did you mean tfserving?'],
    [['--payloads', 'pixels'], 'use one of image, tensor, tensor_fullsize'],
    [['--levels', '0'], 'give a whole number from 1 to 10000'],
    [['--levels', '1,,2'], 'give a list without gaps, separated by commas'],
    [['--repeats', '1.5'], 'give a whole number from 1 to 1000'],
    [['--duration', '10s'], 'give a number from 0.1 to 86400'],
    [['--arrivals', 'poisson'], 'give --rates too'],
    [['--duraton', '1'], 'did you mean --duration?'],
    [['--seed'], 'see "npx serving-compare plan --help"'],
  ])('refuse %j and say what would do', (args, hint) => {
    expect(() => parse(...args)).toThrow(usage(hint));
  });

  it('refuse a closed and an open loop at once', () => {
    expect(() => parse('--levels', '1', '--rates', '1')).toThrow('exclude each other');
    expect(() => parse('--ceilings', 'each', '--no-ceilings')).toThrow('exclude each other');
  });
});
