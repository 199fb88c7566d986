import type { Worker } from 'node:cluster';

import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';

import { tellWorker } from './messages.ts';
import type { MetricsSnapshot, ToPrimary } from './messages.ts';

/** A process that stays silent this long is left out; a busy one answers earlier. */
const PATIENCE_MS = 3000;

/** The metrics of one process; none where it ends or stays silent. */
const snapshotOf = (worker: Worker, id: number): Promise<MetricsSnapshot> =>
  new Promise((resolve) => {
    const end = (metrics: MetricsSnapshot): void => {
      clearTimeout(timer);
      worker.off('message', receive);
      worker.off('exit', giveUp);
      resolve(metrics);
    };
    const giveUp = (): void => end([]);
    const receive = (message: ToPrimary): void => {
      if (message.type === 'snapshot' && message.id === id) end(message.metrics);
    };
    const timer = setTimeout(giveUp, PATIENCE_MS);
    worker.on('message', receive);
    worker.on('exit', giveUp);
    tellWorker(worker, { type: 'snapshot', id });
  });

let lastId = 0;

/** The sum over `workers` and the own metrics, in the text format of Prometheus. */
export const collectMetrics = async (
  own: Registry,
  workers: readonly Worker[],
): Promise<string> => {
  lastId += 1;
  const id = lastId;
  const asked = workers.filter((worker) => worker.isConnected());
  const snapshots = await Promise.all(asked.map((worker) => snapshotOf(worker, id)));
  const metrics = await own.getMetricsAsJSON();
  return AggregatorRegistry.aggregate([metrics, ...snapshots] as object[]).metrics();
};
