import { manifestOf } from '../../../../serving-configs/index.ts';
import { containerProcesses, idleMemoryOf } from './processes.ts';
import { endOf, startError, withCode, type Runtime } from './runtime.ts';

/** The containers of the platforms. */
export const docker: Runtime = {
  list: ({ sources, formats }, signal) =>
    withCode('BENCH_RUNTIME', async () => {
      const { describeContainers } =
        await import('../../../../serving-configs/runtimes/docker/describe-containers.ts');
      return describeContainers(await sources(), formats, signal);
    }),
  install: (servings, { sources, weights }, tell, signal) =>
    withCode('BENCH_SETUP', async () => {
      const { setUpContainers } =
        await import('../../../../serving-configs/runtimes/docker/setup.ts');
      return setUpContainers({ servings, sources: await sources(), weights }, tell, signal);
    }),
  start: async ({ name, ports, served }, model, _settings, signal) => {
    const { title } = manifestOf(name);
    const { startContainer } =
      await import('../../../../serving-configs/runtimes/docker/start-container.ts');
    signal.throwIfAborted();
    const startedAt = performance.now();
    try {
      const { url, grpcUrl, statisticsUrl, container, ended, stop } = await startContainer(
        {
          serving: name,
          image: served?.image ?? '',
          accelerator: served?.accelerator ?? 'cpu',
          port: ports.rest,
          grpcPort: ports.grpc,
          model,
        },
        signal,
      );
      const timeToReadyMs = performance.now() - startedAt;
      const processes = containerProcesses(container);
      return {
        place: 'local',
        urls: { rest: url, ...(grpcUrl !== undefined && { grpc: grpcUrl }) },
        statisticsUrl,
        timeToReadyMs,
        idleMemoryMiB: await idleMemoryOf(processes),
        ended: ended.then(endOf),
        // The container is a child of the Docker daemon.
        cpuMs: async () => undefined,
        processes,
        stop,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw startError(title, error);
    }
  },
};
