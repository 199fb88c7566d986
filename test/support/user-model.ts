import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DATATYPES,
  type Datatype,
  type TensorsOfModel,
} from '../../serving-configs/models/tensors/tensor-spec.ts';
import {
  readGivenModel,
  type GivenModel,
  type GivenModelFile,
} from '../../serving-configs/models/model.ts';
import {
  readTensors,
  valuesOf,
  writeTensors,
  type NamedTensor,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import { runScript } from './run-script.ts';

/** Creates a tensor. FP16 values are given as bits, BOOL values as 0 and 1. */
export const tensor = (
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  values: readonly number[],
): NamedTensor => {
  const bytes = new Uint8Array(values.length * DATATYPES[datatype].bytes);
  const typed = valuesOf({ datatype, bytes });
  if (typed instanceof BigInt64Array) typed.set(values.map(BigInt));
  else typed.set(values);
  return { name, datatype, shape, bytes };
};

/** Tensors with their bytes as plain lists, for comparisons. */
export const plain = (tensors: readonly NamedTensor[]) =>
  tensors.map(({ name, datatype, shape, bytes }) => ({
    name,
    datatype,
    shape: [...shape],
    bytes: [...bytes],
  }));

export interface TensorModelFolder {
  /** The value of `--model`. */
  readonly file: string;
  readonly model: GivenModel;
  /** The expected answers, in the order of the requests. */
  readonly answers: readonly (readonly NamedTensor[])[];
}

/** Writes a user's model, its requests and the expected answers into a folder, as the runner does. */
export const writeTensorModel = async (
  folder: string,
  onnx: Uint8Array,
  requests: readonly (readonly NamedTensor[])[],
  otherFormats?: Omit<GivenModel['formats'], 'onnx'>,
): Promise<TensorModelFolder> => {
  const file = join(folder, 'model.onnx');
  writeFileSync(file, onnx);
  const [requestsFolder, answersFolder] = [join(folder, 'requests'), join(folder, 'answers')];
  mkdirSync(requestsFolder);
  const names = requests.map((_, at) => `${String(at).padStart(4, '0')}.tensors`);
  for (const [at, tensors] of requests.entries()) {
    const { body } = writeTensors(tensors, 'inputs', 'binary');
    writeFileSync(join(requestsFolder, names[at] ?? ''), Buffer.concat(body));
  }
  const described = await runScript('serving-configs/reference/describe-model.ts', [
    '--model',
    file,
  ]);
  const direct = await runScript('serving-configs/reference/direct.ts', [
    `--model=${file}`,
    `--requests=${requestsFolder}`,
    `--answers=${answersFolder}`,
  ]);
  if (direct.code !== 0) throw new Error(direct.stderr);
  const { inputs, outputs } = JSON.parse(described.stdout) as TensorsOfModel;
  const model: GivenModelFile = {
    kind: 'given',
    name: 'my-model',
    formats: { onnx: file, ...otherFormats },
    inputs,
    outputs,
    example: {
      request: join(requestsFolder, names[0] ?? ''),
      answer: join(answersFolder, names[0] ?? ''),
    },
  };
  const description = join(folder, 'model.json');
  writeFileSync(description, JSON.stringify(model));
  const answers = names.map(
    (name) => readTensors(readFileSync(join(answersFolder, name)), 'outputs').tensors,
  );
  return { file: description, model: readGivenModel(description), answers };
};
