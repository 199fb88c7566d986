import type { ServingName } from '../../../serving-configs/index.ts';
import type { Engine } from '../plan/cell.ts';
import { findFreePorts } from './free-ports.ts';
import { type RunningServing, startServing } from './serving-process.ts';

export interface ServingControlOptions {
  readonly servings: readonly ServingName[];
  readonly model?: string;
}

/**
 * Starts and stops the servings of a run, one at a time. Each keeps its port over all its restarts, so that the
 * middleware need not know of them.
 */
export class ServingControl {
  readonly urls: Readonly<Partial<Record<ServingName, string>>>;
  readonly #ports: ReadonlyMap<ServingName, number>;
  readonly #model: string | undefined;
  #running: RunningServing | undefined;

  private constructor(ports: ReadonlyMap<ServingName, number>, model: string | undefined) {
    this.#ports = ports;
    this.#model = model;
    this.urls = Object.fromEntries(
      [...ports].map(([serving, port]) => [serving, `http://127.0.0.1:${port}`]),
    );
  }

  /** Finds the ports. */
  static async create(options: ServingControlOptions): Promise<ServingControl> {
    const ports = await findFreePorts(options.servings.length);
    return new ServingControl(
      new Map(options.servings.map((serving, index) => [serving, ports[index] ?? 0])),
      options.model,
    );
  }

  get running(): RunningServing | undefined {
    return this.#running;
  }

  /** Stops what runs and starts this serving. @throws BenchError where it does not come up. */
  async restart(
    serving: ServingName,
    engine: Engine,
    signal: AbortSignal,
  ): Promise<RunningServing> {
    await this.stop();
    signal.throwIfAborted();
    const port = this.#ports.get(serving);
    if (port === undefined) throw new Error(`no port was found for ${serving}`);
    const model = this.#model;
    this.#running = await startServing(
      { serving, engine, port, ...(model === undefined ? {} : { model }) },
      signal,
    );
    return this.#running;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.child.stop();
  }
}
