import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import type { MeasurementNodes } from '../model/record.ts';

/** The measuring window of a measurement by the clock of this machine, in milliseconds since 1970. */
export interface WindowEdges {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A serving that answers: a child of the runner, or a unit of another machine. */
export interface RunningServing {
  /** As the middleware reaches it. */
  readonly urls: ServingUrls;
  /** Where it tells its own times; absent where its platform does not. */
  readonly statisticsUrl?: string;
  /** From this machine to the one that serves and back, in milliseconds; absent where they are one. */
  readonly roundTripMs?: (signal: AbortSignal) => Promise<number>;
  /** From the start of the serving to its first healthy answer. */
  readonly timeToReadyMs: number;
  /** Resolves, never rejects, when it has ended: says how, and its last words. Never, where nobody tells while it runs. */
  readonly ended: Promise<string>;
  /** Whose fault it is that it has ended, once that is so; absent where it is always its own. */
  readonly endCode?: () => 'BENCH_SERVING_DIED' | 'BENCH_NO_DOCKER';
  /** CPU time since its start; undefined where it cannot be told without disturbing the measurement. */
  readonly cpuMs: () => Promise<number | undefined>;
  /**
   * Called after the window of a measurement. What both nodes used in it; empty where serving and runner share a machine.
   *
   * @throws BenchError where the serving ended meanwhile, or was started again by others.
   */
  readonly inspect: (
    window: WindowEdges,
    signal: AbortSignal,
  ) => Promise<{ nodes?: MeasurementNodes }>;
  readonly stop: () => Promise<void>;
}
