import type { App } from '../../middleware/app.ts';
import type { Config } from '../../middleware/config.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { Payload, ServingUrls } from '../../serving-configs/manifest.ts';
import type { Probe } from './exchange.ts';
import type { Way } from './probes.ts';
import type { StartedServing } from './started-serving.ts';
import type { Killed, Traits } from './traits.ts';

/** A class of an answer with its probability. */
export interface Scored {
  readonly class: number;
  readonly score: number;
}

/** Returns the best classes of an image for a payload in descending order, computed without a serving. */
export type ExpectedAnswers = (payload: Payload, image: string) => readonly Scored[];

/** A serving that answers nothing until it is released. */
export interface HeldServing {
  readonly urls: ServingUrls;
  readonly release: () => void;
  /** Cleans up. Call it when everything has been answered. */
  readonly end: () => Promise<void>;
}

/** What the conformance tests run on: the simulated server, or the real software. */
export interface Target {
  readonly title: string;
  /** Starts a serving. Resolves when its model is ready. */
  readonly start: (serving: ServingName) => Promise<StartedServing>;
  /** Starts a serving again, at the ports in the arguments. */
  readonly startAgain: (serving: ServingName, ...args: string[]) => Promise<StartedServing>;
  readonly expectedAnswers: (serving: ServingName) => Promise<ExpectedAnswers>;
  /** The relative tolerance of probabilities; absent if it uses the same libraries as the direct computation. */
  readonly toleranceOf?: (payload: Payload) => number;
  /** The id of the worker process, which computes. */
  readonly worker: (started: StartedServing, traits: Traits) => Promise<number>;
  /** Holds the serving of a session, or a similar one, unless its limit applies only while it computes. */
  readonly hold: (session: Session) => Promise<HeldServing>;
  /** What happens when the worker process is killed. `dies` is the reason why the whole serving ends. */
  readonly killed: (traits: Traits) => Killed | { readonly dies: string };
  /** Whether a serving is started a second time, after it was stopped or has ended; otherwise it is only stopped. */
  readonly startsTwice: (traits: Traits) => boolean;
  /** The least number of processes. */
  readonly processes: number;
  /** Further tests of this target, which run before those that break the serving. */
  readonly also?: (session: Session) => void;
}

/** A started serving with everything that its tests need. */
export interface Session {
  readonly serving: ServingName;
  readonly target: Target;
  readonly traits: Traits;
  readonly ways: readonly Way[];
  readonly started: () => StartedServing;
  /** A correct request over the first way. */
  readonly good: () => Probe;
  readonly expected: ExpectedAnswers;
  /** A middleware in front of the serving. */
  readonly middleware: (overrides?: Partial<Config>) => Promise<App>;
  /** Starts the serving again, after it has ended. */
  readonly startAgain: (...args: string[]) => Promise<StartedServing>;
}
