import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';

import { Registry } from 'prom-client';

import type { Config } from '../config.ts';
import { addGroupMetrics, addUsageMetrics } from '../metrics/process-metrics.ts';
import { collectMetrics } from './collect-metrics.ts';
import {
  announceListening,
  EXIT_CANNOT_START,
  NUMBER_VARIABLE,
  tellWorker,
  urlOf,
} from './messages.ts';
import type { ToPrimary } from './messages.ts';
import { onceAskedToStop } from './stop-signals.ts';

/** A process that dies at once is not started again at once, or a fault would eat the machine. */
const RESTART_PAUSE_MS = 500;

/**
 * Settings that a process must be born with; what the environment says already, stays.
 * - Two threads decode images: one keeps the core busy while the other hands over its result. With the usual four
 *   a process, all processes together would only take the cores from each other.
 * - Two arenas keep the C library from holding freed pixels once for every thread.
 * - A fixed threshold makes it give back every large buffer when it is freed. By itself it moves the threshold up to
 *   the largest one freed so far, and keeps what one burst of full-size requests took.
 */
const birthSettings: Readonly<Record<string, string>> = {
  UV_THREADPOOL_SIZE: '2',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 24),
};

/** Starts the processes, keeps as many running, tells them how many they are, and ends with them. */
export const runPrimary = (config: Config): void => {
  const numbers = new Map<Worker, number>();
  const listening = new Set<Worker>();
  let url: string | undefined;
  /** What the processes are told to listen on. As long as one of them does, 0 means the port that it got. */
  let port = config.port;
  let restarts = 0;
  let isStopping = false;
  let exitCode = 0;

  const registry = new Registry();
  addUsageMetrics(registry, 'primary');
  addGroupMetrics(registry, { running: () => listening.size, restarts: () => restarts });

  const announce = (): void => {
    // While all of them end, none needs to know how many are left.
    if (isStopping) return;
    for (const worker of listening) {
      tellWorker(worker, { type: 'running', running: listening.size });
    }
  };

  const start = (number: number): void => {
    const env = {
      ...birthSettings,
      ...process.env,
      PORT: String(port),
      [NUMBER_VARIABLE]: String(number),
    };
    const worker = cluster.fork(env);
    worker.on('error', (error) => {
      // The channel to one that ends may break at any time; `exit` says the rest. One without an id never started.
      if (worker.process.pid === undefined) throw error;
    });
    // Each question for its metrics listens until it is answered.
    worker.setMaxListeners(0);
    numbers.set(worker, number);
  };

  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    if (numbers.size === 0) process.exit(exitCode);
    for (const worker of numbers.keys()) worker.process.kill('SIGTERM');
    // The processes have a limit of their own and say more; this is for one that does not even do that.
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
        if (exitCode === 0) process.stderr.write(message.lines);
        exitCode = EXIT_CANNOT_START;
        stop();
        break;
      case 'snapshot':
        // Heard by who asked for it.
        break;
      case 'collect':
        void collectMetrics(registry, [...listening]).then((text) => {
          tellWorker(worker, { type: 'collected', id: message.id, text });
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
