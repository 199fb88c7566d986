import { platformOf, type ServingName } from '../../serving-configs/index.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import type { ServingCounters } from '../../serving-configs/protocols/statistics/serving-counters.ts';
import type { Fault, WayName } from './probes.ts';

/** A limit of requests at work and waiting, beyond which a platform refuses at once. */
export interface Limit {
  /** How many requests show it; more than `taken`. */
  readonly sent: number;
  /** How many it takes while nothing is computed; at least so many where it computes meanwhile. */
  readonly taken: number;
  /** Where its limit counts only requests that it hands to the process that computes, which must run for that. */
  readonly computes?: true;
  /** Of a refusal. */
  readonly status: string;
}

/**
 * What is said to a request that is wrong in one way: the status by protocol, or by way (`rest tensor as json`) where the ways
 * of a protocol differ; or why no request can be wrong like that.
 */
export type Refusal =
  | Readonly<Partial<Record<Protocol | WayName, string>>>
  | { readonly none: string };

/** Of the Open Inference Protocol, which takes tensors and names models. */
export const OPEN_INFERENCE_REFUSALS = {
  unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
  wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
  brokenImage: { none: 'it takes tensors only' },
} as const satisfies Traits['refusals'];

/** Of our application behind the predict route, whichever platform runs it. */
export const APPLICATION_REFUSALS = {
  unknownModel: { none: 'its route names none' },
  wrongShape: { rest: '400' },
  brokenImage: { rest: '400' },
} as const satisfies Traits['refusals'];

/**
 * What happens when the process that computes is killed: it is started again, all of the platform ends, nothing is answered,
 * or this is answered from then on; or which serving of the same platform shows it.
 */
export type Killed =
  | 'recovers'
  | 'ends'
  | 'hangs'
  | { readonly status: string }
  | { readonly shownBy: ServingName };

/** What only the real software shows, started from its packages. */
export interface RealTraits {
  /** The command line of the process that computes. */
  readonly worker: RegExp;
  readonly killed: Killed;
}

/** What one platform shows that others do not; the simulated server in its place shows the same. */
export interface Traits {
  readonly refusals: Readonly<Record<Fault, Refusal>>;
  /** What it does with more requests than it can compute: lets them wait, however many, or refuses some. Undefined: not tried. */
  readonly overload: 'waits' | Limit | undefined;
  /**
   * A page of statistics beside the traits, recorded from the real software or written as its documentation says, buckets left
   * out; and what it says, in whole milliseconds.
   */
  readonly statistics?: { readonly page: string; readonly counters: ServingCounters };
  /** Absent where the real software does not run from packages. */
  readonly real?: RealTraits;
  /** Where its container differs from that. */
  readonly container?: Partial<Pick<RealTraits, 'worker' | 'killed'>> & {
    readonly refusals?: Partial<Traits['refusals']>;
  };
}

/** By the id of the serving: the default export of each platform's `traits.ts`. */
export type PlatformTraits = Readonly<Record<string, Traits>>;

/** The traits of a serving, from the folder of its platform's tests: a new platform needs no line here. */
export const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/platforms/${platformOf(serving)}/traits.ts`;
  const traits = jest.requireActual<{ readonly default: PlatformTraits }>(file).default[serving];
  if (traits === undefined) throw new Error(`${file} says nothing about ${serving}`);
  return traits;
};
