import type { PreparedServings } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import type { NodeFacts } from './machine-facts.ts';
import type { MemoryUse, NodeFigures } from './node-figures.ts';
import type { ServingRuntime } from './node-environment.ts';

/**
 * The line of JSON that `start-serving.sh` prints on stdout. If it fails, its exit code is one of {@link startServingExitCodes},
 * and stderr ends with the reason and the serving's last lines.
 */
export interface ServingReady {
  readonly serving: string;
  readonly engine: 'onnx' | 'noop' | 'delay';
  readonly runtime: ServingRuntime;
  /** Time from the start of the unit to the first healthy answer, measured on the serving node. */
  readonly timeToReadyMs: number;
}

/** The line of JSON that `disturb-serving.sh` prints on stdout. */
export interface ServingDisturbed {
  /** When the process was killed or stopped, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The line of JSON that `inspect-serving.sh` prints on stdout. */
export interface ServingState {
  /** Undefined if no serving was started since boot. */
  readonly serving?: string;
  /** The ActiveState of the serving's systemd unit. */
  readonly state: string;
  /** Present if a window was given and the node has samples of it. */
  readonly figures?: NodeFigures;
  /** Memory use at the end of each part of the window; present if a number of parts was given. */
  readonly memory?: readonly MemoryUse[];
  /** The containers that the bootstrap prepared; present if no window was given. */
  readonly prepared?: PreparedServings;
  /** The serving's last lines; present if it is not active. */
  readonly lastLines?: string;
  readonly node: NodeFacts;
}

/** Exit codes of `start-serving.sh`. */
export const startServingExitCodes = { notReady: 3, died: 4, cannotRun: 5 } as const;
