import { manifestOf } from '../index.ts';
import { manifestModelOf } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';
import { UsageError } from '../options/usage-error.ts';
import type { InferenceEngine } from './engine.ts';
import { createNoopEngine } from './engines/noop-engine.ts';
import { fixedScores, fixedTensors } from './fixed-outputs.ts';
import type { ReferenceOptions } from './options.ts';

/** Creates the engine that the options ask for. Loads only the modules that it needs. */
export const createEngine = async (options: ReferenceOptions): Promise<InferenceEngine> => {
  const { serving, model } = options;
  const { model: contract } = manifestOf(serving, manifestModelOf(model));
  const served = servedModelOf(contract, model);
  const fixed = () =>
    model.kind === 'described' ? fixedTensors(served, model.tensors) : fixedScores(served);
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
        model.kind === 'described'
          ? describedModel(served, model.tensors)
          : classifierModel({ served, layout: contract.layout, modelFile, cacheFolder });
      return createOnnxEngine(computed, threads);
    }
    default:
      return options.engine satisfies never;
  }
};
