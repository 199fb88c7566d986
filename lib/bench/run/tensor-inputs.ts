import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TensorModel } from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { writeRequests } from '../user-model/write-requests.ts';
import { childOutput } from './child.ts';
import type { RunInputs } from './image-inputs.ts';
import { scripts } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';
import { createTensorJudge } from './tensor-judge.ts';

/** Where a run keeps what it knows of a user's model. */
export const modelFolderOf = (folder: string): string => resolve(folder, 'model');

/**
 * Writes the requests of a user's model and the right answers to them into the folder `model` of a run, and what programs must
 * know of the model.
 *
 * @throws BenchError if inputs or model cannot be used.
 */
export const prepareTensors = async (
  folder: string,
  user: UserModel,
  emit: EmitRunEvent,
  signal: AbortSignal,
): Promise<RunInputs> => {
  const root = modelFolderOf(folder);
  const [requestsDir, answersDir] = [join(root, 'requests'), join(root, 'answers')];
  await mkdir(answersDir, { recursive: true });
  emit({ event: 'preparing', what: 'writing the requests and computing the right answers' });
  const { requests, answers } = await writeRequests(user, requestsDir, answersDir);
  const { file, sha256 } = user.onnx;
  if (answers.length === 0) {
    await childOutput(
      scripts.directTensors,
      ['--model', file, '--requests', requestsDir, '--answers', answersDir],
      { code: 'BENCH_ANSWERS', what: 'the right answers could not be computed' },
      signal,
    );
  }
  const { name, inputs, outputs, image, checks, labels } = user;
  const files = requests.map((request) => request.file);
  const [first = ''] = files;
  const tensorModelFile = join(root, 'model.json');
  const model: TensorModel = {
    name,
    file,
    inputs,
    outputs,
    ...(image === undefined ? {} : { image }),
    example: { request: join(requestsDir, first), answer: join(answersDir, first) },
  };
  await writeFile(tensorModelFile, JSON.stringify(model));
  return {
    imagesDir: requestsDir,
    images: requests.map((request) => ({ file: request.file, sha256: request.sha256 })),
    model: { file, sha256, trained: true, tensors: { name, inputs, outputs, checks } },
    tensorModelFile,
    judge: createTensorJudge({ files, requestsDir, answersDir, checks, labels }),
  };
};
