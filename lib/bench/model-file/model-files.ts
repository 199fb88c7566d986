import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  DEFAULT_SIGNATURE,
  readSignature,
  type SavedTensor,
} from '../../../serving-configs/models/savedmodel/read-signature.ts';
import {
  DATATYPES,
  datatypeOfTensorFlow,
} from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { externalFilesOf } from '../../../serving-configs/models/onnx/read-onnx.ts';
import { readForward } from '../../../serving-configs/models/torch-file/read-forward.ts';
import { fileErrorText, messageOf } from '../model/errors.ts';
import type { ModelKeys } from './description.ts';
import { modelFileError, modelsDifferError } from './model-errors.ts';
import {
  dimsText,
  type ModelTensor,
  type ModelTensors,
  type FormatFiles,
  type HashedFile,
  type UserModel,
} from './described-model.ts';

/** Hashes the content of a file. */
export const hashed = async (file: string): Promise<HashedFile> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, sha256: hash.digest('hex') };
};

/** A model in several files, with the hash of their names in a folder and their hashes. */
const hashedTogether = async (
  modelPath: string,
  folder: string,
  names: readonly string[],
): Promise<FormatFiles> => {
  const files = await Promise.all(names.map(hashed));
  const sums = files.map(({ file, sha256 }) => `${sha256}  ${path.relative(folder, file)}\n`);
  return { modelPath, files, sha256: createHash('sha256').update(sums.join('')).digest('hex') };
};

const isDirectory = async (modelPath: string, key: string): Promise<boolean> => {
  const found = await stat(modelPath).catch((cause: unknown) => {
    throw modelFileError(
      `model.${key} cannot be read: ${fileErrorText(modelPath, cause)}`,
      'give its path relative to the description, or leave it out',
      cause,
    );
  });
  return found.isDirectory();
};

/** The number of tensors in a TorchScript type; undefined if the type does not tell. */
const tensorCountOf = (type: string): number | undefined => {
  if (type === 'Tensor') return 1;
  if (type.startsWith('Tuple[')) return type.match(/\bTensor\b/g)?.length;
  return type.startsWith('Dict[') ? 0 : undefined;
};

const listOf = (tensors: readonly ModelTensor[]): string =>
  tensors.map(({ name }) => name).join(', ');

const findTorchScript = async (
  modelPath: string,
  { inputs, outputs }: ModelTensors,
): Promise<FormatFiles> => {
  const forward = (await isDirectory(modelPath, 'torchscript'))
    ? undefined
    : await readForward(modelPath).catch(() => undefined);
  if (forward === undefined) {
    throw modelFileError(
      `${modelPath} is not a TorchScript file`,
      'give the file of a model that torch.jit.trace or torch.jit.script made, written with its save; torch.save does not write one',
    );
  }
  if (forward !== 'unknown') {
    const { takes, least, gives } = forward;
    const fits = inputs.length >= least && inputs.length <= takes.length;
    if (!fits || (tensorCountOf(gives) ?? outputs.length) !== outputs.length) {
      throw modelsDifferError(
        `forward of the TorchScript ${modelPath} takes ${takes.join(', ') || 'nothing'} and returns ${gives}, but the ONNX file takes ${listOf(inputs)} and returns ${listOf(outputs)}`,
        'let forward take the inputs of the ONNX file and return its outputs in the same order, as a tensor or a tuple of tensors',
      );
    }
  }
  const file = await hashed(modelPath);
  return { modelPath, files: [file], sha256: file.sha256 };
};

const GRAPH_FILE = 'saved_model.pb';

const fitsTensor = (
  { dtype, shape }: SavedTensor,
  { datatype, shape: expected, isRankOpen }: ModelTensor,
) =>
  dtype === DATATYPES[datatype].tensorflow &&
  (shape === undefined ||
    isRankOpen === true ||
    (shape.length === expected.length &&
      shape.every((size, axis) => [-1, expected[axis]].includes(size) || expected[axis] === -1)));

const tensorText = ({ dtype, shape }: SavedTensor): string =>
  `${datatypeOfTensorFlow(dtype) ?? `TensorFlow's type ${dtype}`} ${shape === undefined ? 'of any shape' : dimsText({ dims: shape })}`;

/** @throws BenchError `BENCH_MODELS_DIFFER` if the tensors of a SavedModel differ from those of the ONNX file, even in their names */
const assertSignature = async (modelPath: string, tensors: ModelTensors): Promise<void> => {
  const signature = await readSignature(path.join(modelPath, GRAPH_FILE)).catch(
    (cause: unknown) => {
      throw modelFileError(
        `${modelPath} is not a SavedModel: its ${GRAPH_FILE} cannot be read: ${messageOf(cause)}`,
        'give the folder that tf.saved_model.save or model.export wrote',
        cause,
      );
    },
  );
  if (signature === undefined) {
    throw modelFileError(
      `the SavedModel ${modelPath} has no signature ${DEFAULT_SIGNATURE}`,
      `save it with one: tf.saved_model.save(model, folder, signatures={"${DEFAULT_SIGNATURE}": function})`,
    );
  }
  for (const key of ['inputs', 'outputs'] as const) {
    const names = tensors[key].map(({ name }) => name).toSorted();
    const savedNames = Object.keys(signature[key]).toSorted();
    if (JSON.stringify(savedNames) !== JSON.stringify(names)) {
      throw modelsDifferError(
        `the ${key} of the SavedModel ${modelPath} are ${savedNames.join(', ')}, but those of the ONNX file are ${names.join(', ')}`,
        `save it with the names of the ONNX file in its signature ${DEFAULT_SIGNATURE}`,
      );
    }
    for (const tensor of tensors[key]) {
      const { [tensor.name]: saved } = signature[key];
      if (saved === undefined || fitsTensor(saved, tensor)) continue;
      throw modelsDifferError(
        `in the SavedModel ${modelPath}, "${tensor.name}" is ${tensorText(saved)}, but in the ONNX file it is ${tensor.datatype} ${dimsText(tensor)}`,
        `save it with the types and shapes of the ONNX file in its signature ${DEFAULT_SIGNATURE}`,
      );
    }
  }
};

const findSavedModel = async (modelPath: string, tensors: ModelTensors): Promise<FormatFiles> => {
  const entries = (await isDirectory(modelPath, 'savedmodel'))
    ? await readdir(modelPath, { recursive: true, withFileTypes: true })
    : [];
  if (!entries.some(({ name, parentPath }) => name === GRAPH_FILE && parentPath === modelPath)) {
    throw modelFileError(
      `${modelPath} is not a SavedModel: there is no ${GRAPH_FILE} in it`,
      'give the folder that tf.saved_model.save or model.export wrote, with that file in it',
    );
  }
  await assertSignature(modelPath, tensors);
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => path.join(parentPath, name))
    .toSorted();
  return hashedTogether(modelPath, modelPath, names);
};

/** What must be the same in all precisions of a model. */
const tensorFacts = ({ name, datatype, shape }: ModelTensor): string =>
  `${name} ${datatype} [${shape.join(', ')}]`;

/**
 * Finds a model in another precision.
 *
 * @param name of the precision
 * @param onnx its file
 * @param found the inputs and outputs of that file
 * @throws BenchError `BENCH_MODELS_DIFFER` if they are not those of the model
 */
export const findPrecision = async (
  name: string,
  onnx: string,
  found: ModelTensors,
  model: ModelTensors,
): Promise<FormatFiles> => {
  for (const key of ['inputs', 'outputs'] as const) {
    const [has, needs] = [found, model].map((tensors) =>
      tensors[key].map(tensorFacts).toSorted().join(', '),
    );
    if (has === needs) continue;
    throw modelsDifferError(
      `the ${key} of the precision ${name} are ${has}, but those of the model are ${needs}`,
      'convert the model so that its inputs and outputs keep their names, types and shapes',
    );
  }
  const folder = path.dirname(onnx);
  return hashedTogether(onnx, folder, [onnx, ...(await externalFilesOf(onnx))]);
};

/**
 * Finds a model in its other formats besides ONNX.
 *
 * @param folder the folder of the description
 * @throws BenchError `BENCH_MODEL_FILE` if a file or folder is missing or has another format, `BENCH_MODELS_DIFFER` if it has another model
 */
export const findOtherFormats = async (
  { torchscript, savedmodel }: ModelKeys,
  folder: string,
  tensors: ModelTensors,
): Promise<UserModel['otherFormats']> => ({
  ...(torchscript && {
    torchscript: await findTorchScript(path.resolve(folder, torchscript), tensors),
  }),
  ...(savedmodel && {
    savedmodel: await findSavedModel(path.resolve(folder, savedmodel), tensors),
  }),
});
