import type { AddressInfo } from 'node:net';

import sharp from 'sharp';

import { UsageError } from '../serving-configs/options/usage-error.ts';
import { buildApp } from './app.ts';
import type { App } from './app.ts';
import type { Config } from './config.ts';
import type { ProcessGroup } from './process/group.ts';
import { urlOf } from './process/messages.ts';
import { exitAfter, onceAskedToStop } from './process/stop-signals.ts';

export interface Service {
  readonly url: string;
  /** Stops accepting requests and resolves when those in flight are answered. */
  readonly stop: () => Promise<void>;
}

/** How often idle connections are closed while the process ends. */
const CLOSE_IDLE_INTERVAL_MS = 20;

const listen = async (app: App, { host, port }: Config): Promise<number> => {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      `cannot listen on ${host}:${port} (${code})`,
      code === 'EADDRINUSE' ? 'stop the program that uses it, or set PORT' : 'set HOST or PORT',
      { cause: error },
    );
  }
  return (app.server.address() as AddressInfo).port;
};

/**
 * Builds the service and listens.
 * @throws UsageError if it cannot start with its configuration.
 */
export const serve = async (config: Config, group?: ProcessGroup): Promise<Service> => {
  // There is one process per core, so one thread per image is enough. Images repeat too rarely for a cache of pixels.
  sharp.concurrency(1);
  sharp.cache(false);
  const app = await buildApp(config, group);
  const port = await listen(app, config);
  const stop = async (): Promise<void> => {
    // `close` ends only connections that are idle now; others would stay open until their timeout.
    const timer = setInterval(() => {
      app.server.closeIdleConnections();
    }, CLOSE_IDLE_INTERVAL_MS);
    await app.close();
    clearInterval(timer);
  };
  return { url: urlOf(config.host, port), stop };
};

/** Stops a service that may still be starting. */
const stopAfterStart = async (starting: Promise<Service>): Promise<void> => {
  const [outcome] = await Promise.allSettled([starting]);
  if (outcome.status === 'fulfilled') await outcome.value.stop();
};

/** Like {@link serve}; stops when this process gets a signal. */
export const serveUntilStopped = (config: Config, group?: ProcessGroup): Promise<Service> => {
  const starting = serve(config, group);
  // Listen for signals from the start, because the primary process may stop a worker as soon as it listens.
  onceAskedToStop(() => {
    exitAfter(stopAfterStart(starting), config.stopTimeoutMs);
  });
  return starting;
};
