import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuiltFile, ensureFolder, sha256Of } from '../built-folder.ts';
import { IMAGENET_CLASSES } from '../input/classifier.ts';
import { encodeOnnx } from '../onnx/messages.ts';
import { sizeOfShape } from '../tensors/tensor-spec.ts';
import { resnet50, type WeightTensor } from './architecture.ts';

/** Tensors in the weights file start at multiples of this, so that the file can be mapped into memory. */
const ALIGNMENT_BYTES = 64;

interface PlacedWeight extends WeightTensor {
  readonly offsetBytes: number;
  /** The number of values, with four bytes each. */
  readonly length: number;
}

/** Places the tensors in the weights file. */
const placeWeights = (weights: readonly WeightTensor[]): readonly PlacedWeight[] => {
  let offsetBytes = 0;
  return weights.map((weight) => {
    const length = sizeOfShape(weight.shape);
    const placed = { ...weight, offsetBytes, length };
    offsetBytes += Math.ceil((4 * length) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return placed;
  });
};

/** Returns the values of a tensor of the network, row by row. */
export type WeightValues = (weight: PlacedWeight) => Float32Array;

/** Writes the weights into one file, tensor by tensor. */
const writeWeights = async (
  file: string,
  weights: readonly PlacedWeight[],
  valuesOf: WeightValues,
): Promise<BuiltFile> => {
  const hash = createHash('sha256');
  const handle = await open(file, 'wx');
  let sizeBytes = 0;
  const append = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length === 0) return;
    hash.update(bytes);
    await handle.writeFile(bytes);
    sizeBytes += bytes.length;
  };
  try {
    for (const weight of weights) {
      await append(new Uint8Array(weight.offsetBytes - sizeBytes));
      const { buffer, byteOffset, byteLength } = valuesOf(weight);
      await append(new Uint8Array(buffer, byteOffset, byteLength));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
};

export interface OnnxModel {
  /** The ONNX file, whose input is [N, 3, height, width]. Its weights are in a file beside it. */
  readonly file: string;
  readonly sha256: string;
}

/** Increase this when the same weights give different files, so that old cached files are not used. */
const REVISION = 3;

const MODEL_FILE = 'resnet50.onnx';
const WEIGHTS_FILE = 'resnet50.weights';

/**
 * Returns a ResNet-50, and builds it if it is missing: a small graph and a weights file of 102 MB in a folder of their own. The folder
 * appears complete or not at all, so several processes may call this at the same time.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @param name - A name of the weights that no other weights have.
 * @param facts - Facts about the weights, for the metadata of the file and the record of the folder.
 * @param read - Reads or creates the weights. Called only if the model has to be built.
 * @throws errors of the file system, such as ENOSPC, and of `read`.
 */
export const ensureBuiltModel = async (
  cacheFolder: string,
  name: string,
  facts: Readonly<Record<string, string>>,
  read: () => Promise<WeightValues>,
): Promise<OnnxModel> => {
  const folder = path.join(cacheFolder, 'models', `resnet50-v${REVISION}-${name}`);
  const { sha256 } = await ensureFolder(folder, facts, async (unfinished) => {
    const valuesOf = await read();
    const { nodes, weights } = resnet50();
    const placed = placeWeights(weights);
    const graph = encodeOnnx({
      name: 'resnet50',
      input: { name: 'input', shape: ['N', 3, 'height', 'width'] },
      output: { name: 'logits', shape: ['N', IMAGENET_CLASSES] },
      nodes,
      constants: placed.map((weight) => ({ ...weight, file: WEIGHTS_FILE })),
      metadata: facts,
    });
    await writeFile(path.join(unfinished, MODEL_FILE), graph);
    return {
      [MODEL_FILE]: { sizeBytes: graph.length, sha256: sha256Of(graph) },
      [WEIGHTS_FILE]: await writeWeights(path.join(unfinished, WEIGHTS_FILE), placed, valuesOf),
    };
  });
  return { file: path.join(folder, MODEL_FILE), sha256 };
};
