import type { Worker } from 'node:cluster';

import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';

import { sendToWorker } from './messages.ts';
import type { MetricsSnapshot, ToPrimary } from './messages.ts';

/** A process that does not answer within this time is left out. Even a busy one answers earlier. */
const SNAPSHOT_TIMEOUT_MS = 3000;

/** Requests the metrics of one process; resolves to none if it ends or does not answer. */
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
    const timer = setTimeout(giveUp, SNAPSHOT_TIMEOUT_MS);
    worker.on('message', receive);
    worker.on('exit', giveUp);
    sendToWorker(worker, { type: 'snapshot', id });
  });

let lastId = 0;

/** Returns the metrics of the primary process and its workers, added up, in the text format of Prometheus. */
export const collectMetrics = async (
  primary: Registry,
  workers: readonly Worker[],
): Promise<string> => {
  lastId += 1;
  const id = lastId;
  const connected = workers.filter((worker) => worker.isConnected());
  const snapshots = await Promise.all(connected.map((worker) => snapshotOf(worker, id)));
  const metrics = await primary.getMetricsAsJSON();
  return AggregatorRegistry.aggregate([metrics, ...snapshots] as object[]).metrics();
};
