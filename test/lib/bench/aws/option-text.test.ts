import { optionText } from '../../../../lib/bench/aws/option-text.ts';
import { planOptionSpecs, planOverridesOf } from '../../../../lib/bench/cli/plan-arguments.ts';
import { parseCommandLine } from '../../../../lib/bench/cli/usage.ts';
import type { PlanOverrides } from '../../../../lib/bench/plan/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { documents } from '../../../../lib/deployment/documents/index.ts';

/** As the node reads it. */
const read = (text: string): PlanOverrides =>
  planOverridesOf(
    parseCommandLine(
      text.split(' ').filter((word) => word !== ''),
      planOptionSpecs,
      'run',
    ).values,
  );

const everything: PlanOverrides = {
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
  directSeconds: 0.5,
  repeats: 7,
  timeoutMs: 1500,
  engine: 'null',
  loadEngine: 'k6',
  ceilings: 'none',
};

describe('the options of a plan as text for the document', () => {
  it('come back from the node as they were said', () => {
    expect(read(optionText(everything))).toEqual(everything);
  });

  it('keep the bounds of searches', () => {
    const bounds: PlanOverrides = { sloP99Ms: [15, 0.5] };

    expect(read(optionText(bounds))).toEqual(bounds);
  });

  it('keep rates and their arrivals', () => {
    const open: PlanOverrides = {
      levels: [{ loop: 'open', ratePerSecond: 0.5, arrivals: 'constant' }],
    };

    expect(read(optionText(open))).toEqual(open);
  });

  it.each(['each', 'once'] as const)('keep when there are ceilings: %s', (ceilings) => {
    expect(read(optionText({ ceilings }))).toEqual({ ceilings });
  });

  it('are empty where nothing was said', () => {
    expect(optionText({})).toBe('');
  });

  it('have only characters that the document takes, also for a whole plan', () => {
    const pattern = new RegExp(documents.RunPlan.parameters.Options.allowedPattern);

    expect(optionText(everything)).toMatch(pattern);
    expect(optionText(resolvePlanOptions({ profile: 'published' }))).toMatch(pattern);
  });
});
