import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import type {
  ModelTensor,
  ModelTensors,
} from '../../../../lib/bench/model-file/described-model.ts';
import { readGiven } from '../../../support/described-model.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';

const tensor = (
  name: string,
  datatype: ModelTensor['datatype'],
  ...dims: readonly (number | string)[]
): ModelTensor => ({
  name,
  datatype,
  dims,
  shape: dims.map((size) => (typeof size === 'number' ? size : -1)),
});

/** The tensors of several kinds of models. */
export const models = {
  text: {
    inputs: [
      tensor('ids', 'INT64', 'batch', 'sequence'),
      tensor('mask', 'FP16', 'batch', 'sequence'),
    ],
    outputs: [tensor('embedding', 'FP16', 'batch', 8), tensor('length', 'INT32', 'batch')],
  },
  detector: {
    inputs: [tensor('images', 'FP32', 'N', 3, '', '')],
    outputs: [tensor('boxes', 'FP32', 'N', 300, 6)],
  },
  classifier: {
    inputs: [tensor('x', 'UINT8', 1, 2, 2, 3)],
    outputs: [tensor('scores', 'FP32', 1, 10)],
  },
  /** Leaves even the number of dimensions open. */
  anyRank: {
    inputs: [{ ...tensor('x', 'FP32'), isRankOpen: true }],
    outputs: [{ ...tensor('y', 'FP32'), isRankOpen: true }],
  },
} as const satisfies Record<string, ModelTensors>;

/** Writes a model, its description and other files to a folder. Returns the path of the description. */
export const writeModel = (
  folder: string,
  description: unknown,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): string => {
  const file = path.join(folder, 'model.yaml');
  const all = { 'My Net.v2.onnx': encodeOnnx(tinyClassifier), ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  // JSON is YAML, too.
  writeFileSync(file, typeof description === 'string' ? description : JSON.stringify(description));
  return file;
};

/** Reads a description whose model has these tensors. */
export const readModel = (file: string, tensors: ModelTensors) =>
  readGiven(file, () => Promise.resolve(tensors));

/** A description of the model that {@link writeModel} writes. */
export const described = (model: object = {}, rest: object = {}) => ({
  model: { onnx: 'My Net.v2.onnx', ...model },
  ...rest,
});

/** Sizes for {@link models.text}. */
export const sizes = { ids: [1, 4], mask: [1, 4] };
