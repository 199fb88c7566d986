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

/** The best classes of an image, best first, for each payload, computed without any serving. */
export type ExpectedAnswers = (payload: Payload, image: string) => readonly Scored[];

/** A serving that answers nothing for now. */
export interface HeldServing {
  readonly urls: ServingUrls;
  /** Lets it answer. */
  readonly release: () => void;
  /** Ends what was started to hold it. To be called when everything is answered. */
  readonly end: () => Promise<void>;
}

/** What runs behind the behaviours: the simulated server, or the real software. */
export interface Target {
  readonly title: string;
  /** Starts it; resolves when its model answers. */
  readonly start: (serving: ServingName) => Promise<StartedServing>;
  /** Starts it once more, at ports that the arguments name. */
  readonly startAgain: (serving: ServingName, ...args: string[]) => Promise<StartedServing>;
  readonly expectedAnswers: (serving: ServingName) => Promise<ExpectedAnswers>;
  /** How far a probability may lie from the right one, as a share of it; absent where libraries are the same. */
  readonly toleranceOf?: (payload: Payload) => number;
  /** The id of the process that computes. */
  readonly worker: (started: StartedServing, traits: Traits) => Promise<number>;
  /** Holds the serving of a session, or one like it, unless its limit shows only while it computes. */
  readonly hold: (session: Session) => Promise<HeldServing>;
  /** What happens when the process that computes is killed; `dies` with the reason why that is all of it. */
  readonly killed: (traits: Traits) => Killed | { readonly dies: string };
  /** How many processes it has at least. */
  readonly processes: number;
  /** Further behaviours of this target, before those that break the serving. */
  readonly also?: (session: Session) => void;
}

/** A serving that was started, with what its behaviours need. */
export interface Session {
  readonly serving: ServingName;
  readonly target: Target;
  readonly traits: Traits;
  readonly ways: readonly Way[];
  readonly started: () => StartedServing;
  /** A right request, over the first way. */
  readonly good: () => Probe;
  readonly expected: ExpectedAnswers;
  /** The middleware before the serving. */
  readonly middleware: (overrides?: Partial<Config>) => Promise<App>;
  /** Starts it again; the one before must have ended. */
  readonly startAgain: (...args: string[]) => Promise<StartedServing>;
}
