import { availableParallelism } from 'node:os';
import { file } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { UnusableModel } from './session.ts';
import { openTensorSession, type TensorSession } from './tensor-session.ts';

export const userModelOption = {
  kind: file('FILE.onnx'),
  description: "a user's model",
  required: true,
} as const;

/**
 * Opens a user's model for a computation on all cores.
 * @throws UsageError, with what is wrong with the file.
 */
export const openUserModel = async (model: string): Promise<TensorSession> => {
  try {
    return await openTensorSession(model, availableParallelism());
  } catch (error) {
    if (!(error instanceof UnusableModel)) throw error;
    throw new UsageError(error.message, error.hint ?? 'pass another ONNX file with --model', {
      cause: error,
    });
  }
};
