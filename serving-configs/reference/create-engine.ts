import { manifestOf } from '../index.ts';
import { manifestModelOf } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';
import { UsageError } from '../options/usage-error.ts';
import type { InferenceEngine } from './engine.ts';
import { createNoopEngine } from './engines/noop-engine.ts';
import { fixedOutputs } from './fixed-outputs.ts';
import type { ReferenceOptions } from './options.ts';

/** Creates the engine that the options ask for. Loads only the modules that it needs. */
export const createEngine = async (options: ReferenceOptions): Promise<InferenceEngine> => {
  const { serving, model } = options;
  const served = servedModelOf(manifestOf(serving, manifestModelOf(model)).model, model);
  switch (options.engine) {
    case 'noop':
      return createNoopEngine(fixedOutputs(served, model).correct);
    case 'delay': {
      const { createDelayEngine } = await import('./engines/delay-engine.ts');
      if (options.delay === undefined) {
        throw new UsageError('the engine "delay" needs a latency', 'give --delay, such as 50ms');
      }
      return createDelayEngine(fixedOutputs(served, model), options.delay);
    }
    case 'onnx': {
      const { createOnnxEngine } = await import('./engines/onnx-engine.ts');
      const { computedModel } = await import('./onnx/computed-model.ts');
      return createOnnxEngine(computedModel(model, served, options.cacheFolder), options.settings);
    }
    default:
      return options.engine satisfies never;
  }
};
