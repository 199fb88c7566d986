import { platformOf, type ServingName } from '../../serving-configs/index.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import type { ServingCounters } from '../../serving-configs/protocols/statistics/serving-counters.ts';
import type { Fault, WayName } from './probes.ts';

/** A limit of pending requests, beyond which a platform refuses requests at once. */
export interface Limit {
  /** How many requests the test sends; more than `accepted`. */
  readonly sent: number;
  /** How many requests it accepts while nothing is computed. If it computes meanwhile, it accepts at least this many. */
  readonly accepted: number;
  /** Whether the limit applies only while the model computes, because it counts requests that are handed to the worker. */
  readonly computes?: true;
  /** The status of a refusal. */
  readonly status: string;
}

/**
 * The answer to a request with a fault: the status by protocol, or by way (`rest tensor as json`) if the ways of a protocol differ; or
 * the reason why a request cannot have the fault.
 */
export type Refusal =
  | Readonly<Partial<Record<Protocol | WayName, string>>>
  | { readonly none: string };

/** The refusals of the Open Inference Protocol, whose requests name the model and contain tensors. */
export const OPEN_INFERENCE_REFUSALS = {
  unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
  wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
  brokenImage: { none: 'it takes only tensors' },
} as const satisfies Traits['refusals'];

/** The refusals of our application behind the predict route, on any platform. */
export const APPLICATION_REFUSALS = {
  unknownModel: { none: 'its route names no model' },
  wrongShape: { rest: '400' },
  brokenImage: { rest: '400' },
} as const satisfies Traits['refusals'];

/**
 * What happens when the worker process is killed: the platform starts it again, the platform ends, it answers nothing any more, or it
 * always answers with a status. Or another serving of the same platform shows it.
 */
export type Killed =
  | 'recovers'
  | 'ends'
  | 'hangs'
  | { readonly status: string }
  | { readonly shownBy: ServingName };

/** The traits that only the real software has. */
export interface RealTraits {
  /** Matches the command line of the worker process. */
  readonly worker: RegExp;
  readonly killed: Killed;
}

/** The behaviour in which platforms differ. The simulated server behaves like the platform. */
export interface Traits {
  readonly refusals: Readonly<Record<Fault, Refusal>>;
  /** What it does with too many requests: lets any number wait, or refuses some. Undefined: not tested. */
  readonly overload: 'waits' | Limit | undefined;
  /**
   * A page of statistics beside the traits, recorded from the real software or written from its documentation, without buckets; and its
   * content in whole milliseconds.
   */
  readonly statistics?: { readonly page: string; readonly counters: ServingCounters };
  /** Absent if the real software does not run from packages. */
  readonly real?: RealTraits;
  /** How its container differs from the software from packages. */
  readonly container?: Partial<Pick<RealTraits, 'worker' | 'killed'>> & {
    readonly refusals?: Partial<Traits['refusals']>;
    /**
     * For front ends in Java: among a hundred or a thousand requests at once to their containers, one now and then gets no answer. Their
     * limits are those of the software from packages, where they are tested.
     */
    readonly overload?: 'not tested';
  };
}

/** The default export of a platform's `traits.ts`: traits by the id of the serving. */
export type PlatformTraits = Readonly<Record<string, Traits>>;

/** Loads the traits of a serving from the test folder of its platform, so that a new platform needs no line here. */
export const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/platforms/${platformOf(serving)}/traits.ts`;
  const traits = jest.requireActual<{ readonly default: PlatformTraits }>(file).default[serving];
  if (traits === undefined) throw new Error(`${file} says nothing about ${serving}`);
  return traits;
};
