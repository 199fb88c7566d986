import { manifestOf } from '../index.ts';
import { UsageError } from '../options/usage-error.ts';
import type { Engine } from './engine.ts';
import { createNoopEngine } from './engines/noop-engine.ts';
import { fixedScores, fixedTensors } from './fixed-outputs.ts';
import type { ReferenceOptions } from './options.ts';

/** Creates the engine that the options ask for. Loads only the modules that it needs. */
export const createEngine = async (options: ReferenceOptions): Promise<Engine> => {
  const { model } = manifestOf(options.serving);
  const { tensorModel } = options;
  const fixed = () => (tensorModel === undefined ? fixedScores(model) : fixedTensors(tensorModel));
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
      const { createOnnxEngine } = await import('./engines/onnx-engine.ts');
      const { modelFile, cacheFolder, threads } = options;
      return createOnnxEngine({ model, modelFile, tensorModel, cacheFolder, threads });
    }
    default:
      return options.engine satisfies never;
  }
};
