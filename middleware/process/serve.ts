import type { AddressInfo } from 'node:net';

import sharp from 'sharp';

import { UsageError } from '../../serving-configs/options/usage-error.ts';
import { buildApp } from '../app.ts';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import type { ProcessGroup } from './group.ts';
import { urlOf } from './messages.ts';
import { exitAfter, onceAskedToStop } from './stop-signals.ts';

export interface Service {
  readonly url: string;
  /** Accepts nothing more, answers what is in flight, and resolves. */
  readonly stop: () => Promise<void>;
}

/** How often connections that fell idle are looked for while the process ends. */
const IDLE_SWEEP_MS = 20;

const listen = async ({ http }: App, { host, port }: Config): Promise<number> => {
  try {
    await http.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      `cannot listen on ${host}:${port} (${code})`,
      code === 'EADDRINUSE' ? 'end what uses it, or set PORT' : 'set HOST or PORT',
      { cause: error },
    );
  }
  return (http.server.address() as AddressInfo).port;
};

/**
 * Builds the service and listens.
 * @throws UsageError if the configuration does not let it start.
 */
export const serve = async (config: Config, group?: ProcessGroup): Promise<Service> => {
  // There is a process for every core, so that an image is decoded by one thread; and no image comes twice often
  // enough to keep its pixels.
  sharp.concurrency(1);
  sharp.cache(false);
  const app = await buildApp(config, group);
  const port = await listen(app, config);
  const stop = async (): Promise<void> => {
    // Closing ends the connections that are idle now; those that fall idle later would stay until their timeout.
    const sweep = setInterval(() => {
      app.http.server.closeIdleConnections();
    }, IDLE_SWEEP_MS);
    await app.http.close();
    clearInterval(sweep);
  };
  return { url: urlOf(config.host, port), stop };
};

/** Stops a service that may not have started yet. One that could not start has nothing to stop. */
const stopOf = async (starting: Promise<Service>): Promise<void> => {
  const [outcome] = await Promise.allSettled([starting]);
  if (outcome.status === 'fulfilled') await outcome.value.stop();
};

/** As {@link serve}, until this process is asked to stop. */
export const serveUntilStopped = (config: Config, group?: ProcessGroup): Promise<Service> => {
  const starting = serve(config, group);
  // From the start on: the first of several processes may end the others as soon as it hears that they listen.
  onceAskedToStop(() => {
    exitAfter(stopOf(starting), config.stopTimeoutMs);
  });
  return starting;
};
