import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { type BuiltFile, ensureFolder, sha256Of } from '../built-folder.ts';
import { encodeOnnx } from '../onnx/messages.ts';
import { resnet50 } from './architecture.ts';
import { graphOf, type PlacedWeight, placeWeights } from './graphs.ts';

/** Returns the values of a tensor of the network, row by row. */
export type ValuesOf = (weight: PlacedWeight) => Float32Array;

/** Writes the weights of the ResNet-50 into one file, tensor by tensor. */
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
  /** The ONNX file of each layout. Both files read the same weights. */
  readonly files: Readonly<Record<Layout, string>>;
  readonly sha256: string;
}

/** Increase this when the same weights give different files, so that old cached files are not used. */
const REVISION = 1;

const LAYOUTS = ['NCHW', 'NHWC'] as const satisfies readonly Layout[];
const WEIGHTS_FILE = 'resnet50.weights';
const graphFile = (layout: Layout): string => `resnet50-${layout.toLowerCase()}.onnx`;

/**
 * Returns a ResNet-50, and builds it if it is missing: two small graphs and a weights file of 102 MB in a folder of their own. The folder
 * appears complete or not at all, so several processes may call this at the same time.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @param name - A name of the weights that no other weights have.
 * @param facts - Facts about the weights, for the files and the record of the folder.
 * @param read - Reads or creates the weights. Called only if the model has to be built.
 * @throws errors of the file system, such as ENOSPC, and of `read`.
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
