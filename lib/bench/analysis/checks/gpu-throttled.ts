import type { GpuThrottle, ThrottleReason } from '../../../aws/contract/gpu-throttle.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import { nodeUse } from '../nodes.ts';
import type { CheckResult } from '../summary-row.ts';
import { overRepeats, passedIf, type Check } from './check.ts';

/** Share of the seconds in the windows. Not 0, because GPUs may report a change of power state as a slowdown. */
const GPU_THROTTLED_LIMIT = 0.05;

const REASON_TEXTS: Readonly<Record<ThrottleReason, string>> = {
  'hw-thermal-slowdown': 'heat, by the hardware',
  'sw-thermal-slowdown': 'heat, by the driver',
  'hw-power-brake': 'the power brake from outside',
  'hw-slowdown': 'the hardware',
  'sw-power-cap': 'the power cap',
};

type GpuThrottledFacts = { readonly [Name in keyof GpuThrottle]?: GpuThrottle[Name] };

/**
 * Whether the GPU could run at its clock. If heat or its hardware slowed it down, the figures hold only for this machine at this hour.
 * The power cap is part of the GPU and the same for every serving, so it is reported but does not count.
 */
export const gpuThrottledCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<GpuThrottledFacts> => {
  const check = 'gpu-throttled';
  const limit = GPU_THROTTLED_LIMIT;
  const throttle = nodeUse(measurements.map(({ nodes }) => nodes?.serving))?.gpu?.throttle;
  if (throttle === undefined) return { check, state: 'unknown' };
  const figure = throttle.faultSeconds / throttle.knownSeconds;
  return passedIf(figure <= limit, { check, figure, limit, facts: throttle });
};

export const gpuThrottled: Check<GpuThrottledFacts> = {
  name: 'gpu-throttled',
  title: 'GPU throttling',
  asks: 'Could the GPU run at its clock, or did heat or its hardware slow it down?',
  limit: `throttled ≤ ${limitPercent(GPU_THROTTLED_LIMIT)} of the seconds; the power cap does not count`,
  tag: 'gpu throttled',
  judge: overRepeats(gpuThrottledCheck),
  finding({ state, figure, facts: { faultSeconds, knownSeconds, secondsByReason = {} } = {} }) {
    if (state === 'unknown') return 'No GPU reported whether it was throttled.';
    const reasons = Object.entries(REASON_TEXTS).flatMap(([reason, text]) => {
      const seconds = secondsByReason[reason as ThrottleReason];
      return seconds === undefined ? [] : [`${text} ${seconds} s`];
    });
    return `The GPU was slowed down by heat or its hardware in ${faultSeconds} of ${knownSeconds} s, ${formatPercent(figure)} %; limit ${limitPercent(GPU_THROTTLED_LIMIT)}.${reasons.length === 0 ? '' : ` Its clock was limited by: ${reasons.join(', ')}.`}`;
  },
  advice: ({ state }) =>
    state === 'failed'
      ? 'Let the machine cool down or take another one, and measure again; nvidia-smi -q -d PERFORMANCE,TEMPERATURE,POWER shows what slows it.'
      : undefined,
};
