import { manifestOf, modelNamed } from '../index.ts';
import { servedModelOf } from '../models/tensors/contract-tensors.ts';
import { UsageError } from '../options/usage-error.ts';
import type { InferenceEngine } from './engine.ts';
import { createNoopEngine } from './engines/noop-engine.ts';
import { fixedScores, fixedTensors } from './fixed-outputs.ts';
import type { ReferenceOptions } from './options.ts';

/** Creates the engine that the options ask for. Loads only the modules that it needs. */
export const createEngine = async (options: ReferenceOptions): Promise<InferenceEngine> => {
  const { serving, tensorModel } = options;
  const { model } = manifestOf(serving, tensorModel && modelNamed(tensorModel.name));
  const served = servedModelOf(model, tensorModel);
  const fixed = () =>
    tensorModel === undefined ? fixedScores(served) : fixedTensors(served, tensorModel);
  switch (options.engine) {
    case 'noop':
      return createNoopEngine(fixed().correct);
    case 'delay': {
      const { createDelayEngine } = await import('./engines/delay-engine.ts');
      if (options.delay === undefined) {
        throw new UsageError('the engine "delay" needs a latency', 'give --delay, such as 50ms');
      }
      return createDelayEngine(fixed(), options.delay);
    }
    case 'onnx': {
      const { classifierModel, createOnnxEngine, describedModel } =
        await import('./engines/onnx-engine.ts');
      const { modelFile, cacheFolder, threads } = options;
      const computed =
        tensorModel === undefined
          ? classifierModel({ served, layout: model.layout, modelFile, cacheFolder })
          : describedModel(served, tensorModel);
      return createOnnxEngine(computed, threads);
    }
    default:
      return options.engine satisfies never;
  }
};
