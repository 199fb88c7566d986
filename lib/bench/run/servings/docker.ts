import { containerUse } from './process-use.ts';
import { containerProcesses } from './processes.ts';
import { endOf, startHere, withCode, type Runtime } from './runtime.ts';

/** The containers of the platforms. */
export const docker: Runtime = {
  list: ({ sources, model }, signal) =>
    withCode('BENCH_RUNTIME', async () => {
      const { describeContainers } =
        await import('../../../../serving-configs/runtimes/docker/describe-containers.ts');
      return describeContainers(await sources(), model, signal);
    }),
  install: (servings, { sources, weights }, tell, signal) =>
    withCode('BENCH_SETUP', async () => {
      const { setUpContainers } =
        await import('../../../../serving-configs/runtimes/docker/setup.ts');
      const { defaultModelFile, readBuiltModel } =
        await import('../../../../serving-configs/models/model.ts');
      const model = readBuiltModel(defaultModelFile());
      const wanted = { model, servings, sources: await sources(), weights };
      return setUpContainers(wanted, tell, signal);
    }),
  start: async ({ name, ports, served }, model, _settings, signal) => {
    const { startContainer } =
      await import('../../../../serving-configs/runtimes/docker/start-container.ts');
    const { image = '', accelerator = 'cpu' } = served ?? {};
    const options = { serving: name, image, accelerator, model, ports };
    return startHere(name, signal, async () => {
      const { container, ended, ...started } = await startContainer(options, signal);
      return {
        ...started,
        ended: ended.then(endOf),
        processes: containerProcesses(container),
        use: await containerUse(container),
      };
    });
  },
};
