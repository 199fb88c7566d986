import type { ModelTensors } from '../user-model/user-model.ts';
import { childOutput } from './child.ts';
import { scripts } from './project-files.ts';

/**
 * What an ONNX file says of its inputs and outputs, by ONNX Runtime in a process of its own.
 *
 * @throws BenchError with what is wrong with the file and the remedy.
 */
export const describeModel =
  (signal: AbortSignal) =>
  async (file: string): Promise<ModelTensors> => {
    const failure = { code: 'BENCH_MODEL', what: `${file} could not be read` } as const;
    const output = await childOutput(scripts.describeModel, ['--model', file], failure, signal);
    return JSON.parse(output) as ModelTensors;
  };
