import type { Worker } from 'node:cluster';

import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';

import { tellWorker } from './messages.ts';
import type { MetricsSnapshot, ToWorker } from './messages.ts';

/** A process that stays silent this long is left out; a busy one answers earlier. */
const PATIENCE_MS = 3000;

interface Collection {
  readonly missing: Set<Worker>;
  readonly snapshots: MetricsSnapshot[];
  readonly finish: () => void;
}

/** Asks processes for their metrics and adds them up. */
export class MetricsCollector {
  readonly #own: Registry;
  readonly #collections = new Map<number, Collection>();
  #lastId = 0;

  /** @param own the metrics of the process that collects. */
  constructor(own: Registry) {
    this.#own = own;
  }

  /** The sum over `workers` and the own metrics, in the text format of Prometheus. */
  async collect(workers: readonly Worker[]): Promise<string> {
    this.#lastId += 1;
    const id = this.#lastId;
    const asked = workers.filter((worker) => worker.isConnected());
    const snapshots: MetricsSnapshot[] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#collections.set(id, { missing: new Set(asked), snapshots, finish });
      const question: ToWorker = { type: 'snapshot', id };
      for (const worker of asked) tellWorker(worker, question);
      if (asked.length === 0) finish();
    });
    this.#collections.delete(id);
    const own = await this.#own.getMetricsAsJSON();
    return AggregatorRegistry.aggregate([own, ...snapshots] as object[]).metrics();
  }

  receive(worker: Worker, { id, metrics }: { id: number; metrics: MetricsSnapshot }): void {
    const collection = this.#collections.get(id);
    if (collection?.missing.delete(worker) !== true) return;
    collection.snapshots.push(metrics);
    if (collection.missing.size === 0) collection.finish();
  }

  /** Waits no longer for a process that is gone. */
  drop(worker: Worker): void {
    for (const { missing, finish } of this.#collections.values()) {
      if (missing.delete(worker) && missing.size === 0) finish();
    }
  }
}
