import { SINGLE } from '../../../../serving-configs/settings.ts';
import { treeUse } from './process-use.ts';
import { localProcesses } from './processes.ts';
import { endOf, startHere, withCode, type Runtime } from './runtime.ts';

/** The real servers, from packages. */
export const venv: Runtime = {
  list: ({ model }) =>
    withCode('BENCH_RUNTIME', async () => {
      const { describeServings } =
        await import('../../../../serving-configs/runtimes/venv/describe-serving.ts');
      return { entries: await describeServings(model.kind) };
    }),
  install: (servings, _from, tell, signal) =>
    withCode('BENCH_SETUP', async () => {
      const { installServings } =
        await import('../../../../serving-configs/runtimes/venv/install.ts');
      await installServings(servings, tell, signal);
      return [];
    }),
  write: ({ name }, model, settings, folder, comment) =>
    withCode('BENCH_RUNTIME', async () => {
      const { writePlatform } =
        await import('../../../../serving-configs/runtimes/venv/start-platform.ts');
      const options = { serving: name, engine: 'onnx', settings, model } as const;
      await writePlatform(options, folder, comment);
    }),
  start: async ({ name, ports, models }, model, settings = SINGLE, signal) => {
    const { startPlatform } =
      await import('../../../../serving-configs/runtimes/venv/start-platform.ts');
    const options = { serving: name, engine: 'onnx', settings, model, ports, models } as const;
    return startHere(name, signal, async () => {
      const { pid, ended, ...started } = await startPlatform(options, signal);
      return {
        ...started,
        ended: ended.then(endOf),
        // The guard above the platform is none of its processes, but it counts the CPU time of those that have ended.
        processes: localProcesses(pid, false),
        use: () => treeUse(pid),
        computed: started.batches,
      };
    });
  },
};
