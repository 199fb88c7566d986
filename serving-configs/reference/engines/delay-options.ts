import type { BatchOptions } from './batcher.ts';

/** The distribution of latencies. */
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

/** A pause: answers that are due during a stall are sent at its end. */
interface Stall {
  /** It begins when this many requests have arrived. */
  readonly afterRequests: number;
  readonly ms: number;
}

export const FAULTS = ['reset', 'halfBody', 'wrongShape', 'nan'] as const;
export type SimulatedFault = (typeof FAULTS)[number];

/** How the delay engine answers. The calibration and tests pass these options as JSON. */
export interface DelayOptions {
  readonly latency: Latency;
  /** Default: 1. */
  readonly seed?: number;
  /** The share of requests that get the platform's error. Default: 0. */
  readonly failureShare?: number;
  /** `failed` (the default): the platform's 500; `overloaded`: its 503. */
  readonly failure?: 'failed' | 'overloaded';
  /** How many requests are processed at a time; the others wait in order of arrival. Default: all requests. */
  readonly capacity?: number;
  /** Computes in batches, each of which takes the latency and this time for each of its inputs. It then has no faults. */
  readonly batches?: BatchOptions & { readonly perInputMs: number };
  readonly stalls?: readonly Stall[];
  /** The share of requests that get each kind of broken answer. */
  readonly faults?: Readonly<Partial<Record<SimulatedFault, number>>>;
}
