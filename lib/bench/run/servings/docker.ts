import type { Model } from '../../../../serving-configs/models/model.ts';
import { SINGLE, type Settings } from '../../../../serving-configs/settings.ts';
import { containerUse } from './process-use.ts';
import { containerProcesses } from './processes.ts';
import { endOf, startHere, withCode, type Runtime, type ServingToStart } from './runtime.ts';

/** What to run in a container. */
const optionsOf = (
  { name, served }: Pick<ServingToStart, 'name' | 'served'>,
  model: Model,
  settings: Settings,
) => {
  const { image = '', accelerator = 'cpu' } = served ?? {};
  return { serving: name, image, accelerator, settings, model };
};

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
  write: (serving, model, settings, folder, comment) =>
    withCode('BENCH_RUNTIME', async () => {
      const { writeContainer } =
        await import('../../../../serving-configs/runtimes/docker/write-container.ts');
      await writeContainer(optionsOf(serving, model, settings), folder, comment);
    }),
  start: async (serving, model, settings = SINGLE, signal) => {
    const { startContainer } =
      await import('../../../../serving-configs/runtimes/docker/start-container.ts');
    const { name, ports } = serving;
    const options = { ...optionsOf(serving, model, settings), ports };
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
