import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  DEFAULT_SIGNATURE,
  readSignature,
} from '../../../serving-configs/models/savedmodel/read-signature.ts';
import { isTorchScript } from '../../../serving-configs/models/torch-file/is-torchscript.ts';
import { fileErrorText, messageOf } from '../model/errors.ts';
import type { DescribedModel } from './description.ts';
import { hashed } from './hashed-file.ts';
import { modelError } from './read-description.ts';
import type { ModelTensors, OtherFiles, UserModel } from './user-model.ts';

const isDirectory = async (place: string, key: string): Promise<boolean> => {
  const found = await stat(place).catch((cause: unknown) => {
    throw modelError(
      `model.${key} cannot be read: ${fileErrorText(place, cause)}`,
      'give its path from the folder of the description, or leave it out',
      cause,
    );
  });
  return found.isDirectory();
};

const findTorchScript = async (place: string): Promise<OtherFiles> => {
  if ((await isDirectory(place, 'torchscript')) || !(await isTorchScript(place))) {
    throw modelError(
      `${place} is no TorchScript`,
      'give the file of a model that torch.jit.trace or torch.jit.script made, written with its save; torch.save writes none',
    );
  }
  const file = await hashed(place);
  return { place, files: [file], sha256: file.sha256 };
};

const PROGRAM = 'saved_model.pb';

/** @throws BenchError where a SavedModel calls its tensors otherwise than the ONNX file. */
const demandSignature = async (place: string, tensors: ModelTensors): Promise<void> => {
  const signature = await readSignature(path.join(place, PROGRAM)).catch((cause: unknown) => {
    throw modelError(
      `${place} is no SavedModel: its ${PROGRAM} cannot be read: ${messageOf(cause)}`,
      'give the folder that tf.saved_model.save or model.export wrote',
      cause,
    );
  });
  if (signature === undefined) {
    throw modelError(
      `the SavedModel ${place} has no signature ${DEFAULT_SIGNATURE}`,
      `save it with one: tf.saved_model.save(model, folder, signatures={"${DEFAULT_SIGNATURE}": function})`,
    );
  }
  for (const key of ['inputs', 'outputs'] as const) {
    const names = tensors[key].map(({ name }) => name).toSorted();
    const own = signature[key].toSorted();
    if (JSON.stringify(own) !== JSON.stringify(names)) {
      throw modelError(
        `the ${key} of the SavedModel ${place} are ${own.join(', ')}, and those of the ONNX file ${names.join(', ')}`,
        `save it with the names of the ONNX file in its signature ${DEFAULT_SIGNATURE}`,
      );
    }
  }
};

const findSavedModel = async (place: string, tensors: ModelTensors): Promise<OtherFiles> => {
  const entries = (await isDirectory(place, 'savedmodel'))
    ? await readdir(place, { recursive: true, withFileTypes: true })
    : [];
  if (!entries.some(({ name, parentPath }) => name === PROGRAM && parentPath === place)) {
    throw modelError(
      `${place} is no SavedModel: there is no ${PROGRAM} in it`,
      'give the folder that tf.saved_model.save or model.export wrote, with that file in it',
    );
  }
  await demandSignature(place, tensors);
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => path.join(parentPath, name))
    .toSorted();
  const files = await Promise.all(names.map(hashed));
  const sums = files.map(({ file, sha256 }) => `${sha256}  ${path.relative(place, file)}\n`);
  return { place, files, sha256: createHash('sha256').update(sums.join('')).digest('hex') };
};

/**
 * Finds what a model comes as beside ONNX.
 *
 * @param folder of the description
 * @throws BenchError where a file or a folder is not there, or holds something else than this model.
 */
export const findOthers = async (
  { torchscript, savedmodel }: DescribedModel,
  folder: string,
  tensors: ModelTensors,
): Promise<UserModel['others']> => ({
  ...(torchscript && { torchscript: await findTorchScript(path.resolve(folder, torchscript)) }),
  ...(savedmodel && {
    savedmodel: await findSavedModel(path.resolve(folder, savedmodel), tensors),
  }),
});
