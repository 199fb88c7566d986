import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { type BuiltFile, ensureFolder, sha256Of } from '../built-folder.ts';
import { encodeOnnx } from '../onnx/messages.ts';
import { resnet50 } from './architecture.ts';
import { graphOf, type PlacedWeight, placeWeights } from './graphs.ts';

/** The values of a tensor of the network, row by row. */
export type ValuesOf = (weight: PlacedWeight) => Float32Array;

/** Writes the weights of the ResNet-50, one tensor after the other. */
const writeWeights = async (file: string, valuesOf: ValuesOf): Promise<BuiltFile> => {
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
    for (const weight of placeWeights(resnet50('input', 'logits').weights)) {
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

export interface BuiltModel {
  /** The graph of each layout; both read the same weights. */
  readonly files: Readonly<Record<Layout, string>>;
  readonly sha256: string;
}

/** Counts up when the same weights give other files, so that an old cache is not taken for a new one. */
const REVISION = 1;

const LAYOUTS = ['NCHW', 'NHWC'] as const satisfies readonly Layout[];
const WEIGHTS_FILE = 'resnet50.weights';
const graphFile = (layout: Layout): string => `resnet50-${layout.toLowerCase()}.onnx`;

/**
 * Gives a ResNet-50 and builds it where it is missing: two small graphs and one file of 102 MB, in a folder of their own
 * that appears complete or not at all, so that several processes may call this at once.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @param name - Of the weights: different ones for different weights.
 * @param facts - What files and folder say of the weights.
 * @param read - Reads or makes the weights, where the model is really built.
 * @throws Error of the file system, e.g. ENOSPC, and what `read` throws.
 */
export const ensureBuiltModel = async (
  cacheFolder: string,
  name: string,
  facts: Readonly<Record<string, string>>,
  read: () => Promise<ValuesOf>,
): Promise<BuiltModel> => {
  const folder = path.join(cacheFolder, 'models', `resnet50-v${REVISION}-${name}`);
  const { sha256 } = await ensureFolder(folder, facts, async (unfinished) => {
    const valuesOf = await read();
    const files: Record<string, BuiltFile> = {};
    for (const layout of LAYOUTS) {
      const graph = encodeOnnx(graphOf(layout, WEIGHTS_FILE, facts));
      await writeFile(path.join(unfinished, graphFile(layout)), graph);
      files[graphFile(layout)] = { sizeBytes: graph.length, sha256: sha256Of(graph) };
    }
    files[WEIGHTS_FILE] = await writeWeights(path.join(unfinished, WEIGHTS_FILE), valuesOf);
    return files;
  });
  return {
    files: {
      NCHW: path.join(folder, graphFile('NCHW')),
      NHWC: path.join(folder, graphFile('NHWC')),
    },
    sha256,
  };
};
