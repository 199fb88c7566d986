import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, fileErrorText, messageOf } from '../model/errors.ts';
import { describeModel } from '../run/describe-model.ts';
import { readUserModel } from '../user-model/read-user-model.ts';
import type { UserModel } from '../user-model/user-model.ts';

/** The description to use without `--model`, if it exists. */
const DEFAULT_DESCRIPTION = 'model.yaml';

/** Whether `--model` names a description rather than an ONNX file. */
export const isDescription = (file: string): boolean => /\.(ya?ml|json)$/i.test(file);

/** @throws BenchError unless the file is an ONNX classifier like ResNet-50. */
export const assertClassifier = async (file: string): Promise<void> => {
  await access(file).catch((cause: unknown) => {
    throw new BenchError('BENCH_MODEL_FILE', fileErrorText(file, cause), {
      hint: 'give an existing ONNX file or description: --model',
      cause,
    });
  });
  // Loaded here, because few commands get a model.
  const { readClassifierMessage, UnusableOnnx } =
    await import('../../../serving-configs/models/onnx/read-onnx.ts');
  await readClassifierMessage(file).catch((cause: unknown) => {
    const isOnnx =
      !(cause instanceof UnusableOnnx) || !['unreadable', 'no-graph'].includes(cause.problem);
    const hint = isOnnx
      ? `describe any other model first: npx serving-compare init --model ${shellWord(file)}; --model takes a classifier like ResNet-50, or a description`
      : 'give an ONNX file, or a description: --model';
    throw new BenchError('BENCH_MODEL_FILE', messageOf(cause), { hint, cause });
  });
};

/** The model that the command line names: ResNet-50, perhaps from an ONNX file, or one of the user's own. */
export type ModelOption =
  | { readonly kind: 'resnet50'; readonly file: string | undefined }
  | { readonly kind: 'described'; readonly user: UserModel };

/**
 * Reads the model that `--model` names: a description, or an ONNX file of ResNet-50.
 *
 * @throws BenchError if the model cannot be used.
 */
export const readModelOption = async (
  model: string | undefined,
  signal: AbortSignal,
): Promise<ModelOption> => {
  const file = model ?? (existsSync(DEFAULT_DESCRIPTION) ? DEFAULT_DESCRIPTION : undefined);
  if (file !== undefined && isDescription(file)) {
    return { kind: 'described', user: await readUserModel(file, describeModel(signal)) };
  }
  if (file !== undefined) await assertClassifier(file);
  return { kind: 'resnet50', file };
};
