import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';

import { Registry } from 'prom-client';

import { reportFailure } from '../../serving-configs/options/program.ts';
import { UsageError } from '../../serving-configs/options/usage-error.ts';
import type { Config } from '../config.ts';
import { addGroupMetrics, addUsageMetrics } from '../metrics/process-metrics.ts';
import { collectMetrics } from './collect-metrics.ts';
import {
  announceListening,
  EXIT_CANNOT_START,
  NUMBER_VARIABLE,
  sendToWorker,
  urlOf,
} from './messages.ts';
import type { ToPrimary } from './messages.ts';
import { onceAskedToStop } from './stop-signals.ts';

/** Pause before a restart, so that a worker that always dies does not use up the CPU. */
const RESTART_PAUSE_MS = 500;

/**
 * Environment variables of the workers that Node and the C library read only at start; the environment may override them.
 * - Two threads decode images: one keeps the core busy while the other hands over its result. With the default of four
 *   threads each, the workers would compete for the cores.
 * - Two malloc arenas, so that the C library does not keep freed pixels once per thread.
 * - Fixed malloc thresholds, so that every large buffer is returned when it is freed. By default, the threshold rises to the
 *   largest buffer freed so far, and the memory of one burst of full-size requests is kept.
 */
const workerEnvironment: Readonly<Record<string, string>> = {
  UV_THREADPOOL_SIZE: '2',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 24),
};

/** Starts the workers, restarts those that end unexpectedly, tells them how many are running, and ends with them. */
export const runPrimary = (config: Config): void => {
  const numbers = new Map<Worker, number>();
  const listening = new Set<Worker>();
  let url: string | undefined;
  /** The port that workers are told to use. While a worker listens, 0 means the port that it got. */
  let port = config.port;
  let restarts = 0;
  let isStopping = false;
  let exitCode = 0;

  const registry = new Registry();
  addUsageMetrics(registry, 'primary');
  addGroupMetrics(registry, { running: () => listening.size, restarts: () => restarts });

  const announce = (): void => {
    // While all workers end, none needs the number of those left.
    if (isStopping) return;
    for (const worker of listening) {
      sendToWorker(worker, { type: 'running', running: listening.size });
    }
  };

  const start = (number: number): void => {
    const env = {
      ...workerEnvironment,
      ...process.env,
      PORT: String(port),
      [NUMBER_VARIABLE]: String(number),
    };
    const worker = cluster.fork(env);
    worker.on('error', (error) => {
      // The channel to a worker that ends may break at any time, and `exit` follows. Without a pid, it never started.
      if (worker.process.pid === undefined) throw error;
    });
    // Every pending request for its metrics adds a listener.
    worker.setMaxListeners(0);
    numbers.set(worker, number);
  };

  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    if (numbers.size === 0) process.exit(exitCode);
    for (const worker of numbers.keys()) worker.process.kill('SIGTERM');
    // Workers enforce the limit themselves and report it. This is for a worker that no longer reacts.
    setTimeout(() => {
      for (const worker of numbers.keys()) worker.process.kill('SIGKILL');
      process.exit(1);
    }, config.stopTimeoutMs + 1000).unref();
  };

  cluster.on('listening', (worker, address) => {
    listening.add(worker);
    announce();
    if (url !== undefined || listening.size < config.processes) return;
    url = urlOf(config.host, address.port);
    announceListening(url, listening.size);
  });

  cluster.on('message', (worker, message: ToPrimary) => {
    switch (message.type) {
      case 'cannot-start':
        if (exitCode === 0) reportFailure(new UsageError(message.message, message.hint));
        exitCode = EXIT_CANNOT_START;
        stop();
        break;
      case 'snapshot':
        // Handled by collectMetrics.
        break;
      case 'collect':
        void collectMetrics(registry, [...listening]).then((text) => {
          sendToWorker(worker, { type: 'collected', id: message.id, text });
        });
        break;
      default:
        message satisfies never;
    }
  });

  cluster.on('exit', (worker, code, signal) => {
    const number = numbers.get(worker);
    numbers.delete(worker);
    listening.delete(worker);
    announce();
    if (isStopping) {
      if (code !== 0 && exitCode === 0) exitCode = 1;
      if (numbers.size === 0) process.exit(exitCode);
      return;
    }
    process.stderr.write(
      `process ${number} ended unexpectedly (${signal || `exit code ${code}`})\n`,
    );
    if (url === undefined) {
      exitCode = EXIT_CANNOT_START;
      stop();
      return;
    }
    restarts += 1;
    setTimeout(() => {
      if (isStopping) return;
      if (listening.size === 0) port = Number(new URL(url ?? '').port);
      start(number ?? 1);
    }, RESTART_PAUSE_MS);
  });

  onceAskedToStop(stop);
  for (let number = 1; number <= config.processes; number += 1) start(number);
};
