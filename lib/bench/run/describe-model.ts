import type { ModelTensors } from '../model-file/described-model.ts';
import { childOutput } from './child-process.ts';
import { scripts } from './project-files.ts';

/**
 * Reads the inputs and outputs of an ONNX file with ONNX Runtime in a separate process.
 *
 * @throws BenchError with the problem of the file and a hint.
 */
export const describeModel =
  (signal: AbortSignal) =>
  async (file: string): Promise<ModelTensors> => {
    const failure = { code: 'BENCH_MODEL_FILE', what: `${file} could not be read` } as const;
    const output = await childOutput(scripts.describeModel, ['--model', file], failure, signal);
    return JSON.parse(output) as ModelTensors;
  };
