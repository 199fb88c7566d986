/**
 * Why a GPU holds its clock back, by the bits of NVML's clocks event reasons
 * (https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html). What is left out is no throttling: nothing to
 * do, and clocks that somebody set.
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
 * Whether a reason makes a measurement worthless: heat and the hardware do, since they depend on what ran before and where the
 * machine stands. The power cap is the GPU's own (a T4 may use 70 W), and every serving on it meets the same.
 */
export const isFault = (reason: ThrottleReason): boolean => reason !== 'sw-power-cap';

/** How long a GPU held its clock back in a window, in seconds, from one sample a second. */
export interface GpuThrottle {
  /** Seconds of which the reasons are known. */
  readonly knownSeconds: number;
  /** Of these, seconds with a reason that is a fault: heat or the hardware. */
  readonly faultSeconds: number;
  /** Seconds with each reason; a second may have several. Those that never came are absent. */
  readonly secondsByReason: Readonly<Partial<Record<ThrottleReason, number>>>;
}

/** Several windows as one; undefined without any. Pure. */
export const addThrottles = (all: readonly GpuThrottle[]): GpuThrottle | undefined => {
  if (all.length === 0) return undefined;
  const sum = (of: (one: GpuThrottle) => number | undefined): number =>
    all.reduce((total, one) => total + (of(one) ?? 0), 0);
  const seconds = THROTTLE_REASONS.map(
    (reason) => [reason, sum(({ secondsByReason }) => secondsByReason[reason])] as const,
  );
  return {
    knownSeconds: sum(({ knownSeconds }) => knownSeconds),
    faultSeconds: sum(({ faultSeconds }) => faultSeconds),
    secondsByReason: Object.fromEntries(seconds.filter(([, value]) => value > 0)),
  };
};
