import type { ThrottleReason } from '../../../deployment/gpu-throttle.ts';
import { formatPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { nodeUse } from '../node-use.ts';
import { passedWhere, type CheckResult } from './check.ts';

/** Of the seconds of a window. One in twenty is allowed: a change between power states may be reported as a slowdown. */
export const GPU_THROTTLED_LIMIT = 0.05;

const REASON_TEXTS: Readonly<Record<ThrottleReason, string>> = {
  'hw-thermal-slowdown': 'heat, by the hardware',
  'sw-thermal-slowdown': 'heat, by the driver',
  'hw-power-brake': 'the power brake from outside',
  'hw-slowdown': 'the hardware',
  'sw-power-cap': 'the power cap',
};

/**
 * Whether the GPU could run at its clock. Heat and its hardware make the figures those of this machine and this hour. At its
 * power cap they are those of the GPU, and every serving meets the same: that is said and no failure.
 */
export const gpuThrottledCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'gpu-throttled';
  const limit = GPU_THROTTLED_LIMIT;
  const throttle = nodeUse(measurements.map(({ nodes }) => nodes?.serving))?.gpu?.throttle;
  if (throttle === undefined) {
    return { check, state: 'unknown', finding: 'There are no samples of what slows a GPU down.' };
  }
  const { knownSeconds, faultSeconds, secondsByReason } = throttle;
  const figure = faultSeconds / knownSeconds;
  const reasons = Object.entries(REASON_TEXTS).flatMap(([reason, text]) => {
    const seconds = secondsByReason[reason as ThrottleReason];
    return seconds === undefined ? [] : [`${text} ${seconds} s`];
  });
  const finding = `Heat or its hardware slowed the GPU down in ${faultSeconds} of ${knownSeconds} s, ${formatPercent(figure)} %; limit ${formatPercent(limit)} %.${reasons.length === 0 ? '' : ` What held its clock back: ${reasons.join(', ')}.`}`;
  return passedWhere(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice:
      'Let the machine cool down or take another one, and measure again; nvidia-smi -q -d PERFORMANCE,TEMPERATURE,POWER says what slows it.',
  });
};
