import type { PreparedServings } from '../../serving-configs/runtimes/node/prepared-servings.ts';
import type { NodeFacts } from './machine-facts.ts';
import type { MemoryUse, NodeFigures } from './node-figures.ts';
import type { ServingRuntime } from './node-environment.ts';

/**
 * The one line of JSON that `start-serving.sh` prints last on stdout. Where it fails, the exit
 * code is not 0 and stderr ends with the reason and the serving's last words.
 */
export interface ServingReady {
  readonly serving: string;
  readonly engine: 'onnx' | 'noop' | 'delay';
  readonly runtime: ServingRuntime;
  /** From the start of the unit to the first healthy answer, measured on the serving node. */
  readonly timeToReadyMs: number;
}

/** The one line of JSON that `disturb-serving.sh` prints on stdout. */
export interface ServingDisturbed {
  /** When the process was killed or stopped, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The one line of JSON that `inspect-serving.sh` prints on stdout. */
export interface ServingState {
  /** Undefined where nothing was started since boot. */
  readonly serving?: string;
  /** As systemd calls it. */
  readonly state: string;
  /** Present where a window was asked for and the node has samples of it. */
  readonly figures?: NodeFigures;
  /** At the end of each part of the window; present where it was asked for in parts. */
  readonly memory?: readonly MemoryUse[];
  /** What the bootstrap prepared for containers; present where no window was asked for. */
  readonly prepared?: PreparedServings;
  /** The serving's last lines; present where it is not active. */
  readonly lastWords?: string;
  /** For the environment of a run. */
  readonly node: NodeFacts;
}

/** Exit codes of `start-serving.sh`. */
export const startServingExitCodes = { notReady: 3, died: 4, cannotRun: 5 } as const;
