import { manifestOf } from '../../../../serving-configs/index.ts';
import { treeCpuMs } from '../../load/process-cpu.ts';
import { idleMemoryOf, localProcesses } from './processes.ts';
import { endOf, startError, withCode, type Runtime } from './runtime.ts';

/** The real servers, from packages. */
export const venv: Runtime = {
  list: ({ formats }) =>
    withCode('BENCH_RUNTIME', async () => {
      const { describeServings } =
        await import('../../../../serving-configs/runtimes/venv/describe-serving.ts');
      return { entries: await describeServings(formats !== undefined) };
    }),
  install: (servings, _from, tell, signal) =>
    withCode('BENCH_SETUP', async () => {
      const { installServings } =
        await import('../../../../serving-configs/runtimes/venv/install.ts');
      await installServings(servings, tell, signal);
      return [];
    }),
  start: async ({ name, ports }, model, _settings, signal) => {
    const { title } = manifestOf(name);
    const { startPlatform } =
      await import('../../../../serving-configs/runtimes/venv/start-platform.ts');
    signal.throwIfAborted();
    const startedAt = performance.now();
    try {
      const { url, grpcUrl, statisticsUrl, pid, ended, stop } = await startPlatform(
        {
          serving: name,
          engine: 'onnx',
          threads: 1,
          port: ports.rest,
          grpcPort: ports.grpc,
          model,
        },
        signal,
      );
      const timeToReadyMs = performance.now() - startedAt;
      // The guard above the platform is none of its processes, but it counts the CPU time of those that have ended.
      const processes = localProcesses(pid, false);
      return {
        place: 'local',
        urls: { rest: url, ...(grpcUrl !== undefined && { grpc: grpcUrl }) },
        statisticsUrl,
        timeToReadyMs,
        idleMemoryMiB: await idleMemoryOf(processes),
        ended: ended.then(endOf),
        cpuMs: () => treeCpuMs(pid),
        processes,
        stop: async () => void (await stop()),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw startError(title, error);
    }
  },
};
