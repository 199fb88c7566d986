import { as, number, object, dictionary, type Static } from '../../../serving-configs/schema.ts';
/**
 * Why a GPU holds its clock back, with the bits of NVML's clocks event reasons
 * (https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html). Reasons that are not throttling are left out: an
 * idle GPU, and clocks that somebody set.
 */
export const THROTTLE_REASON_BITS = {
  'sw-power-cap': 0x4,
  'hw-slowdown': 0x8,
  'sw-thermal-slowdown': 0x20,
  'hw-thermal-slowdown': 0x40,
  'hw-power-brake': 0x80,
} as const;

export type ThrottleReason = keyof typeof THROTTLE_REASON_BITS;

export const THROTTLE_REASONS = Object.keys(THROTTLE_REASON_BITS) as readonly ThrottleReason[];

/**
 * Whether a reason invalidates a measurement. Heat and hardware slowdowns do, since they depend on what ran before and on the
 * machine's environment. The power cap does not: it belongs to the GPU (70 W for a T4) and applies to every serving alike.
 */
export const isFault = (reason: ThrottleReason): boolean => reason !== 'sw-power-cap';

export const gpuThrottleSchema = object(
  {
    knownSeconds: number('Seconds for which the reasons are known.'),
    faultSeconds: number('Seconds with a reason that is a fault, see `isFault`.'),
    secondsByReason: as<Readonly<Partial<Record<ThrottleReason, number>>>>(
      dictionary(
        number(),
        'Seconds with each reason; a second may have several. Reasons that did not occur are absent.',
      ),
    ),
  },
  'How many seconds of a window a GPU held its clock back, from one sample per second.',
);
export interface GpuThrottle extends Static<typeof gpuThrottleSchema> {}

/** Adds up several windows; undefined if there are none. */
export const addThrottles = (windows: readonly GpuThrottle[]): GpuThrottle | undefined => {
  if (windows.length === 0) return undefined;
  const sum = (secondsOf: (window: GpuThrottle) => number | undefined): number =>
    windows.reduce((total, window) => total + (secondsOf(window) ?? 0), 0);
  const seconds = THROTTLE_REASONS.map(
    (reason) => [reason, sum(({ secondsByReason }) => secondsByReason[reason])] as const,
  );
  return {
    knownSeconds: sum(({ knownSeconds }) => knownSeconds),
    faultSeconds: sum(({ faultSeconds }) => faultSeconds),
    secondsByReason: Object.fromEntries(seconds.filter(([, value]) => value > 0)),
  };
};
