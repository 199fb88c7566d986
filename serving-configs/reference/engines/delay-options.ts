/** How long an answer takes, in milliseconds. */
export type Latency =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | {
      readonly kind: 'bimodal';
      readonly fastMs: number;
      readonly slowMs: number;
      /** Between 0 and 1. */
      readonly slowShare: number;
    };

/** Every answer that is due during a stall is held until its end. */
interface Stall {
  /** It begins when this many requests have come. */
  readonly afterRequests: number;
  readonly ms: number;
}

export const FAULTS = ['reset', 'halfBody', 'wrongShape', 'nan'] as const;
export type Fault = (typeof FAULTS)[number];

/** What the delay engine does with its requests; the calibration and tests give it as JSON. */
export interface DelayOptions {
  readonly latency: Latency;
  /** Default: 1. */
  readonly seed?: number;
  /** Share of the requests that get the platform's error. Default: none. */
  readonly failureShare?: number;
  /** `failed` (the default): the platform's 500; `overloaded`: its 503. */
  readonly failure?: 'failed' | 'overloaded';
  /** Requests that are worked on at a time; the others wait in their order. Default: all of them. */
  readonly capacity?: number;
  readonly stalls?: readonly Stall[];
  /** Shares of the requests that get a broken answer. */
  readonly faults?: Readonly<Partial<Record<Fault, number>>>;
}
